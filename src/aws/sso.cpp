#include "aws/sso.hpp"

#include "aws/endpoint.hpp"
#include "aws/metadata.hpp"
#include "aws/timestamp.hpp"
#include "base/crypto.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

struct SsoSettings {
  std::string cache_key;  // the session's name, or the start URL
  std::string region;
  std::string account;
  std::string role;
};

SsoSettings settings_of(const ProfileFiles& files, const std::string& name,
                        const Properties& profile) {
  const auto need = [&](const Properties& from, const char* key) {
    const auto value = property(from, key);
    if (!value)
      throw Error(
          fmt::format("profile {} signs in by SSO, but has no {}", name, key));
    return *value;
  };
  SsoSettings settings{.account = need(profile, "sso_account_id"),
                       .role = need(profile, "sso_role_name")};
  const auto session = property(profile, "sso_session");
  if (!session) {
    settings.cache_key = need(profile, "sso_start_url");
    settings.region = need(profile, "sso_region");
    return settings;
  }
  const auto found = files.sso_sessions.find(*session);
  if (found == files.sso_sessions.end())
    throw Error(
        fmt::format("profile {} names the sso-session {}, which ~/.aws/config "
                    "does not have",
                    name, one_line(*session)));
  settings.cache_key = *session;
  settings.region = need(found->second, "sso_region");
  return settings;
}

// The token in the cache, which must hold for a minute yet.
Secret cached_token(const Ports& ports, const SsoSettings& settings,
                    const std::string& name) {
  const std::string path = fmt::format("{}/.aws/sso/cache/{}.json",
                                       ports.env.get("HOME").value_or(""),
                                       sha1_hex(settings.cache_key));
  const std::string remedy =
      fmt::format("; run `aws sso login --profile {}`{}", name,
                  ports.in_container ? " (not to be had in a container: use "
                                       "role-to-assume there)"
                                     : "");
  const auto text = content_of_file(path);
  if (!text)
    throw Error(
        fmt::format("profile {} signs in by SSO, and there is no token "
                    "at {}{}",
                    name, one_line(path), remedy));
  json::Value cache;
  try {
    cache = json::parse(*text, "the SSO token cache");
  } catch (const Error&) {
    throw Error(fmt::format("the SSO token at {} is no JSON{}", one_line(path),
                            remedy));
  }
  const auto token = cache.text("accessToken");
  std::string expires_text = cache.text("expiresAt").value_or("");
  // Old versions of the CLI wrote "...UTC".
  if (expires_text.ends_with("UTC"))
    expires_text.replace(expires_text.size() - 3, 3, "Z");
  const auto expires = parse_iso_time(expires_text);
  if (!token || !expires)
    throw Error(
        fmt::format("the SSO token at {} is none{}", one_line(path), remedy));
  if (*expires - ports.clock.now() < std::chrono::minutes(1))
    throw Error(fmt::format("the SSO token of profile {} has expired at {}{}",
                            name, iso_time(*expires), remedy));
  return Secret(*token);
}

}  // namespace

Credentials sso_credentials(const Ports& ports, const ProfileFiles& files,
                            const std::string& name,
                            const Properties& profile) {
  const SsoSettings settings = settings_of(files, name, profile);
  const std::string region = checked_region(settings.region, "sso_region");
  const Secret token = cached_token(ports, settings, name);
  ports.on_secret(token.reveal());

  const std::string base =
      endpoint_url(Service::portal_sso,
                   {.region = region,
                    .override_url = configured_endpoint(Service::portal_sso,
                                                        ports.env, files, name)
                                        .value_or("")});
  net::Form query;
  query.add("role_name", settings.role).add("account_id", settings.account);
  net::Request request{.url = base + "/federation/credentials?" + query.text(),
                       .headers = {{"x-amz-sso_bearer_token", token.reveal()}},
                       .label = "GetRoleCredentials"};
  request.allow_http = base.starts_with("http://");
  const net::Outcome outcome = ask(ports, request, 5);
  const auto* response = std::get_if<net::Response>(&outcome);
  if (response == nullptr || response->status != 200)
    throw Error(fmt::format(
        "asking SSO for the role {} in account {} (profile {}): {}{}",
        one_line(settings.role), one_line(settings.account), name,
        shown(outcome),
        response != nullptr && response->status == 401
            ? "; run `aws sso login --profile " + name + "`"
            : ""));
  const json::Value body =
      json::parse(response->body, "the answer of SSO's portal");
  const json::Value& found = body["roleCredentials"];
  Credentials credentials{
      .access_key = found.text("accessKeyId").value_or(""),
      .secret_key = Secret(found.text("secretAccessKey").value_or("")),
      .session_token = Secret(found.text("sessionToken").value_or("")),
      .source = fmt::format("SSO (profile {})", name),
      .refreshable = true};
  if (credentials.access_key.empty() || credentials.secret_key.empty())
    throw Error("the answer of SSO's portal holds no credentials");
  ports.on_secret(credentials.secret_key.reveal());
  ports.on_secret(credentials.session_token.reveal());
  if (!found["expiration"].is_null())
    credentials.expires =
        unix_time(found["expiration"].as_number("expiration") / 1000);
  return credentials;
}

}  // namespace ecr_version::aws
