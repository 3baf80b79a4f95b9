// ECR Public has no BatchGetImage: a manifest is read by the registry API, the
// way Docker reads it: asked, challenged, told where to fetch a token, asked
// again with it.
#include "aws/ecr.hpp"
#include "aws/metadata.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

constexpr const char* accepted_manifests =
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.oci.image.index.v1+json";

// `realm` of: Bearer realm="https://...",service="...",scope="..."
std::string challenge_field(std::string_view challenge, std::string_view name) {
  const std::string start = std::string(name) + "=\"";
  const auto at = challenge.find(start);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = challenge.substr(at + start.size());
  return std::string(rest.substr(0, rest.find('"')));
}

// A registry's own error form: {"errors":[{"code":..., "message":...}]}.
Failure failure_of(const net::Outcome& outcome) {
  const auto* response = std::get_if<net::Response>(&outcome);
  if (response == nullptr)
    return {.message = std::get<net::NoAnswer>(outcome).what()};
  Failure failure = read_json_failure(*response);
  try {
    const json::Value body = json::parse(response->body, "the answer");
    const json::Value& errors = body["errors"];
    if (!errors.is_array() || errors.as_array("errors").empty()) return failure;
    const json::Value& first = errors.as_array("errors").front();
    failure.code = first.text("code").value_or(failure.code);
    failure.message = first.text("message").value_or(failure.message);
  } catch (const Error&) {
    // Not a registry speaking: its first words are the message already.
  }
  return failure;
}

bool has_status(const net::Outcome& outcome, int status) {
  const auto* response = std::get_if<net::Response>(&outcome);
  return response != nullptr && response->status == status;
}

// The bearer token that the challenge asks for.
net::Outcome fetch_token(const Ports& ports, const net::Request& asked,
                         std::string_view challenge, const Secret& login) {
  const std::string realm = challenge_field(challenge, "realm");
  const net::Url where = net::parse_url(realm, "the registry's token service");
  const net::Url registry = net::parse_url(asked.url, "the registry");
  // The login goes to the registry that it is for, and nowhere else.
  if (where.host != registry.host || where.scheme != registry.scheme)
    throw Error(
        fmt::format("the registry {} sends its login to {}: refusing to follow",
                    registry.authority(), where.authority()));
  net::Form query;
  query.add("service", challenge_field(challenge, "service"))
      .add("scope", challenge_field(challenge, "scope"));
  net::Request request{
      .url = realm + "?" + query.text(),
      .headers = {{"Authorization", "Basic " + login.reveal()}},
      .label = "GetRegistryToken"};
  request.allow_http = asked.allow_http;
  return ask(ports, request, 5);
}

}  // namespace

std::optional<Manifest> Ecr::get_public_manifest(const std::string& repository,
                                                 const std::string& reference) {
  const Ports& ports = session_.ports();
  // "public.ecr.aws/alias"; a stand-in's is its own.
  const std::string where = host();
  const auto slash = where.find('/');
  const bool plain =
      session_.endpoint(Service::ecr_public).starts_with("http://");
  net::Request request{
      .url = fmt::format("{}://{}/v2{}/{}/manifests/{}",
                         plain ? "http" : "https", where.substr(0, slash),
                         slash == std::string::npos ? "" : where.substr(slash),
                         net::percent_encode(repository, "/"),
                         net::percent_encode(reference, ":")),
      .headers = {{"Accept", accepted_manifests}},
      .label = "GetManifest"};
  request.allow_http = plain;

  net::Outcome outcome = ask(ports, request, 5);
  if (has_status(outcome, 401)) {
    const net::Outcome answer =
        fetch_token(ports, request,
                    std::get<net::Response>(outcome).header("WWW-Authenticate"),
                    public_token());
    if (has_status(answer, 200)) {
      const std::string token =
          json::parse(std::get<net::Response>(answer).body,
                      "the registry's token")
              .text("token")
              .value_or("");
      ports.on_secret(token);
      request.headers.emplace_back("Authorization", "Bearer " + token);
      outcome = ask(ports, request, 5);
    } else {
      outcome = answer;
    }
  }
  if (has_status(outcome, 404)) return std::nullopt;
  if (!has_status(outcome, 200)) {
    Operation asked = operation("GetManifest", repository);
    asked.object = fmt::format("image {} of repository {}", one_line(reference),
                               repository);
    throw ApiError(asked, failure_of(outcome), session_.credentials_source());
  }
  const auto& response = std::get<net::Response>(outcome);
  return Manifest{
      .digest = std::string(response.header("Docker-Content-Digest")),
      .media_type = std::string(response.header("Content-Type")),
      .bytes = response.body};
}

}  // namespace ecr_version::aws
