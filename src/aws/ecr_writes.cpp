// What changes the registry, and what has to be read for it: manifests, tags,
// repositories, logins.
#include "aws/ecr.hpp"
#include "aws/ecr_wire.hpp"
#include "aws/timestamp.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <array>

namespace ecr_version::aws {
namespace {

constexpr std::array manifest_types{
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json"};

std::string digest_of(std::string_view bytes) {
  return "sha256:" + sha256_hex(bytes);
}

}  // namespace

PutResult Ecr::put_image(const std::string& repository,
                         const Manifest& manifest, const std::string& tag) {
  ApiCall request = api_call(
      "PutImage", repository, body_for(repository, [&](json::Writer& writer) {
        writer.member("imageManifest", manifest.bytes)
            .member("imageTag", tag)
            .member("imageDigest", manifest.digest);
        if (!manifest.media_type.empty())
          writer.member("imageManifestMediaType", manifest.media_type);
      }));
  request.operation.object =
      fmt::format("tag {} in repository {}", tag, repository);
  request.is_write = true;
  try {
    session_.client().call(std::move(request));
    return {};
  } catch (const ApiError& error) {
    // Asked a second time, it is our own first try that stands there: the
    // answer to it was lost.
    const auto there = error.failure.attempts > 1
                           ? PutResult::Status::written
                           : PutResult::Status::already_there;
    if (error.is("ImageAlreadyExistsException")) return {.status = there};
    if (!error.is("ImageTagAlreadyExistsException")) throw;
    // Some registries answer so even when the tag names this very digest.
    const auto holder = describe_image(repository, tag);
    if (holder && holder->digest == manifest.digest) return {.status = there};
    return {.status = PutResult::Status::taken,
            .holder = holder ? holder->digest : ""};
  }
}

std::optional<RepositoryDetail> Ecr::create_repository(
    const NewRepository& repository) {
  const std::string body = body_for(repository.name, [&](json::Writer& writer) {
    if (is_public()) return;  // it has no such settings
    const bool excludes = !repository.exclusion_filters.empty();
    const bool with_exclusion =
        repository.mutability == Mutability::immutable_with_exclusion ||
        repository.mutability == Mutability::mutable_with_exclusion;
    // Without a filter ECR refuses the modes that have one.
    const bool plain = with_exclusion && !excludes;
    const bool frozen =
        repository.mutability == Mutability::immutable_with_exclusion;
    writer.member("imageTagMutability",
                  plain ? (frozen ? "IMMUTABLE" : "MUTABLE")
                        : mutability_text(repository.mutability));
    if (!with_exclusion || !excludes) return;
    writer.key("imageTagMutabilityExclusionFilters").begin_array();
    for (const std::string& filter : repository.exclusion_filters)
      writer.begin_object()
          .member("filterType", "WILDCARD")
          .member("filter", filter)
          .end_object();
    writer.end_array();
  });
  try {
    const json::Value answer = call("CreateRepository", repository.name, body);
    return read_repository(answer["repository"]);
  } catch (const ApiError& error) {
    if (!error.is("RepositoryAlreadyExistsException")) throw;
    return std::nullopt;
  }
}

void Ecr::untag(const std::string& repository, const std::string& tag) {
  const json::Value answer = call(
      "BatchDeleteImage", repository,
      body_for(repository,
               [&](json::Writer& writer) { write_image_id(writer, tag); }));
  const json::Value& failures = answer["failures"];
  if (!failures.is_array()) return;
  for (const json::Value& failure : failures.as_array("failures")) {
    const std::string code = failure.text("failureCode").value_or("");
    if (code == "ImageNotFound") continue;
    throw ApiError(operation("BatchDeleteImage", repository),
                   {.code = code,
                    .message = failure.text("failureReason").value_or(""),
                    .status = 200},
                   session_.credentials_source());
  }
}

std::optional<Manifest> Ecr::get_manifest(const std::string& repository,
                                          const std::string& reference) {
  auto manifest = is_public() ? get_public_manifest(repository, reference)
                              : get_private_manifest(repository, reference);
  if (!manifest) return manifest;
  const std::string actual = digest_of(manifest->bytes);
  const bool by_digest = reference.starts_with("sha256:");
  const std::string& expected = by_digest ? reference : manifest->digest;
  if (actual == expected) {
    manifest->digest = actual;
    return manifest;
  }
  // Asked by tag, ECR may translate the manifest; by digest it never does.
  if (!by_digest && expected.starts_with("sha256:"))
    return get_manifest(repository, expected);
  throw Error(fmt::format(
      "the manifest of {} in repository {} is not what its digest says: it has "
      "{}; do not trust this registry's answer",
      one_line(reference), repository, actual));
}

std::optional<Manifest> Ecr::get_private_manifest(
    const std::string& repository, const std::string& reference) {
  const json::Value answer =
      call("BatchGetImage", repository,
           body_for(repository, [&](json::Writer& writer) {
             write_image_id(writer, reference);
             writer.key("acceptedMediaTypes").begin_array();
             for (const char* const type : manifest_types) writer.value(type);
             writer.end_array();
           }));
  if (answer["images"].is_array())
    for (const json::Value& image : answer["images"].as_array("images"))
      if (auto bytes = image.text("imageManifest"))
        return Manifest{
            .digest = image["imageId"].text("imageDigest").value_or(""),
            .media_type = image.text("imageManifestMediaType").value_or(""),
            .bytes = std::move(*bytes)};
  if (answer["failures"].is_array())
    for (const json::Value& failure : answer["failures"].as_array("failures")) {
      const std::string code = failure.text("failureCode").value_or("");
      if (code == "ImageNotFound") return std::nullopt;
      Operation asked = operation("BatchGetImage", repository);
      asked.object = fmt::format("image {} of repository {}",
                                 one_line(reference), repository);
      throw ApiError(asked,
                     {.code = code,
                      .message = failure.text("failureReason").value_or(""),
                      .status = 200},
                     session_.credentials_source());
    }
  return std::nullopt;
}

// GetAuthorizationToken's answer, its token announced. ECR gives a list of
// them, ECR Public an object.
json::Value Ecr::authorization() {
  const json::Value answer = call("GetAuthorizationToken", "", "{}");
  const json::Value& data = answer["authorizationData"];
  const json::Value& first =
      data.is_array() && !data.as_array("authorizationData").empty()
          ? data.as_array("authorizationData").front()
          : data;
  const auto token = first.text("authorizationToken");
  if (!token)
    throw ApiError(operation("GetAuthorizationToken", ""),
                   {.message = "the answer holds no token", .status = 200},
                   session_.credentials_source());
  session_.ports().on_secret(*token);
  return first;
}

Secret Ecr::public_token() {
  return Secret(authorization().text("authorizationToken").value());
}

LoginToken Ecr::login_token() {
  const json::Value data = authorization();
  const auto& on_secret = session_.ports().on_secret;
  const Secret joined(base64_decode(data.text("authorizationToken").value()));
  on_secret(joined.reveal());
  const auto colon = joined.reveal().find(':');
  if (colon == std::string::npos)
    throw Error("the token of ECR GetAuthorizationToken has no password in it");
  LoginToken login{.username = joined.reveal().substr(0, colon),
                   .password = Secret(joined.reveal().substr(colon + 1))};
  on_secret(login.password.reveal());
  if (const json::Value& expires = data["expiresAt"]; !expires.is_null())
    login.expires = unix_time(expires.as_number("expiresAt"));

  const Registry& registry = session_.registry();
  if (is_public()) {
    login.host = "public.ecr.aws";
  } else if (!registry.host.empty()) {
    login.host = registry.host;
  } else if (!registry.account.empty() && !session_.overridden(Service::ecr)) {
    login.host = registry_host(registry.account, session_.region());
  } else {
    login.host = data.text("proxyEndpoint").value_or("");
    if (const auto scheme = login.host.find("://"); scheme != std::string::npos)
      login.host.erase(0, scheme + 3);
  }
  return login;
}

}  // namespace ecr_version::aws
