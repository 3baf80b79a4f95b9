#include "aws/sts.hpp"

#include "aws/timestamp.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/core.h>
#include <pugixml.hpp>

#include <algorithm>

namespace ecr_version::aws {
namespace {

// The first element of that name, wherever it stands.
pugi::xml_node find(const pugi::xml_document& document, const char* name) {
  return document.find_node([&](const pugi::xml_node& node) {
    return node.name() == std::string_view(name);
  });
}

std::string text(const pugi::xml_node& parent, const char* name) {
  return std::string(trim(parent.child(name).text().get()));
}

bool load(pugi::xml_document& document, std::string_view xml) {
  // No DTD, no entity of the sender's: pugixml knows neither.
  return static_cast<bool>(document.load_buffer(xml.data(), xml.size()));
}

ApiCall sts_call(const char* name, const StsAddress& address,
                 const net::Form& form) {
  return {
      .url = address.url,
      .scope = {.region = address.region, .service = "sts"},
      .headers = {{"Content-Type",
                   "application/x-www-form-urlencoded; charset=utf-8"},
                  {"Accept", "application/xml"}},
      .body = form.text(),
      .operation = {.service = "sts", .name = name, .region = address.region},
      .read_failure = read_xml_failure,
      .is_ours = looks_like_xml,
      .also_transient = {"IDPCommunicationError"}};
}

net::Form start(const char* action) {
  net::Form form;
  form.add("Action", action).add("Version", "2011-06-15");
  return form;
}

void add_role(net::Form& form, const RoleRequest& request) {
  form.add("RoleArn", request.role_arn)
      .add("RoleSessionName", request.session_name);
  if (request.duration)
    form.add("DurationSeconds", std::to_string(request.duration->count()));
  if (!request.external_id.empty()) form.add("ExternalId", request.external_id);
}

// A client for one call on the way to credentials.
Client client_of(const Ports& ports, const Credentials* by) {
  return {ports,
          retry_policy(ports.env, nullptr),
          {.credentials = [by]() -> const Credentials& { return *by; },
           .renew = [] { return false; },
           .where = [by] { return by == nullptr ? "" : by->source; }}};
}

Credentials announced(const Ports& ports, const net::Response& response,
                      const char* operation) {
  Credentials credentials = parse_credentials_answer(response.body, operation);
  ports.on_secret(credentials.secret_key.reveal());
  ports.on_secret(credentials.session_token.reveal());
  return credentials;
}

}  // namespace

bool looks_like_xml(const net::Response& response) {
  return trim(response.body).starts_with('<') &&
         response.body.find("Response") != std::string::npos;
}

CallerIdentity get_caller_identity(Client& client, const StsAddress& address) {
  const net::Response response = client.call(
      sts_call("GetCallerIdentity", address, start("GetCallerIdentity")));
  return parse_identity_answer(response.body);
}

Credentials assume_role(const Ports& ports, const StsAddress& address,
                        const Credentials& by, const RoleRequest& request) {
  net::Form form = start("AssumeRole");
  add_role(form, request);
  ApiCall call = sts_call("AssumeRole", address, form);
  call.operation.object = "role " + request.role_arn;
  call.operation.resource = request.role_arn;
  Client client = client_of(ports, &by);
  return announced(ports, client.call(std::move(call)), "AssumeRole");
}

Credentials assume_role_with_web_identity(const Ports& ports,
                                          const StsAddress& address,
                                          const std::string& token,
                                          const RoleRequest& request) {
  net::Form form = start("AssumeRoleWithWebIdentity");
  add_role(form, request);
  form.add("WebIdentityToken", token);
  ApiCall call = sts_call("AssumeRoleWithWebIdentity", address, form);
  call.operation.object = "role " + request.role_arn;
  call.operation.resource = request.role_arn;
  call.is_signed = false;
  // AWS fetches the issuer's keys, and may not have the newest yet.
  call.also_transient.emplace_back("InvalidIdentityToken");
  Client client = client_of(ports, nullptr);
  return announced(ports, client.call(std::move(call)),
                   "AssumeRoleWithWebIdentity");
}

Credentials parse_credentials_answer(std::string_view xml,
                                     std::string_view what) {
  pugi::xml_document document;
  if (!load(document, xml))
    throw Error(fmt::format("{} answered with what is no XML", what));
  const pugi::xml_node node = find(document, "Credentials");
  Credentials credentials{.access_key = text(node, "AccessKeyId"),
                          .secret_key = Secret(text(node, "SecretAccessKey")),
                          .session_token = Secret(text(node, "SessionToken")),
                          .expires = parse_iso_time(text(node, "Expiration"))};
  if (credentials.access_key.empty() || credentials.secret_key.empty() ||
      credentials.session_token.empty())
    throw Error(fmt::format("the answer of {} holds no credentials", what));
  return credentials;
}

CallerIdentity parse_identity_answer(std::string_view xml) {
  pugi::xml_document document;
  if (!load(document, xml))
    throw Error("GetCallerIdentity answered with what is no XML");
  const pugi::xml_node node = find(document, "GetCallerIdentityResult");
  CallerIdentity identity{.account = text(node, "Account"),
                          .arn = text(node, "Arn")};
  if (identity.account.size() != 12)
    throw Error("the answer of GetCallerIdentity names no account");
  return identity;
}

Failure read_xml_failure(const net::Response& response) {
  Failure failure{.status = response.status};
  failure.request_id = response.header("x-amzn-requestid");
  pugi::xml_document document;
  const pugi::xml_node error = load(document, response.body)
                                   ? find(document, "Error")
                                   : pugi::xml_node();
  if (!error) {
    failure.message = one_line(trim(response.body), 200);
    return failure;
  }
  failure.code = bare_code(text(error, "Code"));
  failure.message = text(error, "Message");
  if (failure.request_id.empty())
    failure.request_id = trim(find(document, "RequestId").text().get());
  return failure;
}

}  // namespace ecr_version::aws
