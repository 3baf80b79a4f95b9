// ECR Public has no BatchGetImage: a manifest is read by the registry API.
#include "aws/classify.hpp"
#include "aws/ecr.hpp"
#include "net/url.hpp"

#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

constexpr const char* accepted_manifests =
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.oci.image.index.v1+json";

// A registry's own error form: {"errors":[{"code":..., "message":...}]}.
Failure read_registry_failure(const net::Response& response) {
  Failure failure = read_json_failure(response);
  try {
    const json::Value body = json::parse(response.body, "the answer");
    if (body["errors"].is_array() &&
        !body["errors"].as_array("errors").empty()) {
      const json::Value& first = body["errors"].as_array("errors").front();
      failure.code = first.text("code").value_or(failure.code);
      failure.message = first.text("message").value_or(failure.message);
    }
  } catch (const Error&) {
    return failure;  // its beginning is the message already
  }
  return failure;
}

net::Judgement judge(const net::Outcome& outcome) {
  if (const auto* response = std::get_if<net::Response>(&outcome))
    return {.verdict = verdict_of(response->status, "")};
  return {.verdict = std::get<net::NoAnswer>(outcome).transient
                         ? net::Verdict::transient
                         : net::Verdict::final};
}

}  // namespace

std::optional<Manifest> Ecr::get_public_manifest(const std::string& repository,
                                                 const std::string& reference) {
  // The registry takes the token itself, not the password within.
  const Secret token = public_token();
  Operation asked = operation("GetManifest", repository);
  asked.object =
      fmt::format("image {} of repository {}", reference, repository);
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
      .headers = {{"Accept", accepted_manifests},
                  {"Authorization", "Bearer " + token.reveal()}},
      .label = "GetManifest"};
  request.allow_http = plain;

  int attempts = 1;
  net::Retrier retrier(*session_.ports().transport, session_.ports().clock, {});
  retrier.interrupted = session_.ports().interrupted;
  const net::Outcome outcome = retrier.send(
      {.prepare = [&](int) { return request; },
       .judge = [](const net::Outcome& each, int) { return judge(each); },
       .done = [&](const net::Outcome&, int made) { attempts = made; }});

  const auto* response = std::get_if<net::Response>(&outcome);
  if (response == nullptr)
    throw ApiError(asked,
                   {.message = std::get<net::NoAnswer>(outcome).what(),
                    .attempts = attempts},
                   session_.credentials_source());
  if (response->status == 404) return std::nullopt;
  if (response->status != 200) {
    Failure failure = read_registry_failure(*response);
    failure.attempts = attempts;
    throw ApiError(asked, failure, session_.credentials_source());
  }
  return Manifest{
      .digest = std::string(response->header("Docker-Content-Digest")),
      .media_type = std::string(response->header("Content-Type")),
      .bytes = response->body};
}

}  // namespace ecr_version::aws
