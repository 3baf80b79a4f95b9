// A role by the job's OIDC token, or by keys the environment holds; and web
// identity tokens that stand in files.
#include "aws/chain.hpp"
#include "aws/metadata.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

// The claims of a JWT, unverified: for a message only.
json::Value claims_of(const std::string& token) {
  const auto parts = split(token, '.');
  if (parts.size() != 3) return {};
  std::string text(parts[1]);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  text.append((4 - text.size() % 4) % 4, '=');
  try {
    return json::parse(base64_decode(text), "the token's claims");
  } catch (const Error&) {
    return {};  // shown as unknown
  }
}

// What the role's trust policy would have to say.
std::string trust_remedy(const ApiError& error, const std::string& token,
                         const std::string& role) {
  const json::Value claims = claims_of(token);
  const auto claim = [&](const char* name) {
    return one_line(claims.text(name).value_or("unknown"), 300);
  };
  const std::string issuer = claim("iss");
  if (error.is("InvalidIdentityToken") &&
      error.failure.message.find("provider") != std::string::npos)
    return fmt::format(
        "; create an IAM OIDC identity provider for {} in the role's account",
        issuer);
  if (error.is("AccessDenied") || error.is("InvalidIdentityToken"))
    return fmt::format(
        "; the trust policy of {} must allow sts:AssumeRoleWithWebIdentity to "
        "the provider {} for this token: sub `{}`, aud `{}` (docs/iam.md has "
        "the policy); check the role's name and account too",
        role, issuer, claim("sub"), claim("aud"));
  return "";
}

Credentials by_token(const Chain& chain, const std::string& token,
                     const RoleRequest& request) {
  try {
    return assume_role_with_web_identity(chain.ports, chain.sts(""), token,
                                         request);
  } catch (const ApiError& error) {
    throw Error(error.what() + trust_remedy(error, token, request.role_arn));
  }
}

// "bearer" and the job's own URL: actions/toolkit's oidc-utils.ts.
std::string job_token(const Ports& ports, const std::string& role) {
  const auto url = ports.env.get("ACTIONS_ID_TOKEN_REQUEST_URL");
  const auto key = ports.env.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  if (!url || !key) {
    const std::string doing = fmt::format(
        "role-to-assume {}: there is neither a key in the environment nor an "
        "OIDC token for this job",
        role);
    if (ports.env.is_true("ACT"))
      throw Error(doing +
                  "; act has no OIDC: give it keys (act -s AWS_ACCESS_KEY_ID "
                  "-s AWS_SECRET_ACCESS_KEY, and env: in the job)");
    if (ports.env.is_true("GITHUB_ACTIONS"))
      throw Error(doing +
                  "; add `permissions: {id-token: write, contents: read}` to "
                  "the job (never given to a pull request from a fork)");
    throw Error(doing +
                "; outside of GitHub Actions, use a profile with "
                "role_arn instead");
  }
  // The credentials' own partition is who the token is for.
  const bool china = role.starts_with("arn:aws-cn:");
  net::Request request{.url = *url + "&audience=" +
                              net::percent_encode(china ? "sts.amazonaws.com.cn"
                                                        : "sts.amazonaws.com"),
                       .headers = {{"Authorization", "bearer " + *key},
                                   {"Accept", "application/json"}},
                       .label = "GetIdToken"};
  // The runner's word: GitHub's is https, a stand-in's need not be.
  request.allow_http = url->starts_with("http://");
  // Refused while the runner still reports the job's start.
  const net::Outcome outcome = ask(ports, request, 5, AskAgain::on_any_failure);
  const auto* response = std::get_if<net::Response>(&outcome);
  std::optional<std::string> token;
  if (response != nullptr && response->status == 200)
    token = json::parse(response->body, "the answer of GitHub's OIDC service")
                .text("value");
  if (!token || token->empty())
    throw Error(fmt::format(
        "asking GitHub for the job's OIDC token: {}; check that the job has "
        "`permissions: id-token: write`",
        response != nullptr && response->status == 200
            ? "the answer holds no token"
            : shown(outcome)));
  ports.on_secret(*token);
  return *token;
}

}  // namespace

RoleRequest role_request(const Ports& ports, const std::string& role_arn) {
  RoleRequest request{.role_arn = role_arn};
  const bool actions = ports.env.is_true("GITHUB_ACTIONS");
  request.session_name =
      ports.env.get("AWS_ROLE_SESSION_NAME")
          .value_or(actions ? "GitHubActions" : "ecr-version");
  if (const auto text = ports.env.get("AWS_ROLE_DURATION_SECONDS")) {
    const int seconds = number_of(*text).value_or(0);
    if (seconds < 900 || seconds > 43200)
      throw UsageError(fmt::format(
          "AWS_ROLE_DURATION_SECONDS is `{}`: it must be from 900 to 43200",
          one_line(*text, 40)));
    request.duration = std::chrono::seconds(seconds);
  }
  return request;
}

std::optional<Credentials> role_credentials(const Chain& chain) {
  const std::string& role = chain.role_to_assume;
  if (role.empty()) return std::nullopt;
  if (!role.starts_with("arn:") || role.find(":role/") == std::string::npos)
    throw UsageError(
        fmt::format("role-to-assume is `{}`: it must be a role's ARN, such as "
                    "arn:aws:iam::123456789012:role/ci",
                    one_line(role, 120)));
  const RoleRequest request = role_request(chain.ports, role);
  Credentials credentials;
  if (const auto by = environment_credentials(chain.ports)) {
    try {
      credentials = assume_role(chain.ports, chain.sts(""), *by, request);
    } catch (const ApiError& error) {
      if (!error.is("AccessDenied")) throw;
      throw Error(std::string(error.what()) +
                  "; the role's trust policy must allow that caller too; where "
                  "an earlier step has assumed this role, leave "
                  "role-to-assume out");
    }
    credentials.source = fmt::format("{} (by {})", role, by->source);
  } else {
    credentials = by_token(chain, job_token(chain.ports, role), request);
    credentials.source = role + " (by the job's OIDC token)";
  }
  credentials.refreshable = true;
  return credentials;
}

std::optional<Credentials> web_identity_credentials(const Chain& chain) {
  const Environment& env = chain.ports.env;
  const auto file = env.get("AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = env.get("AWS_ROLE_ARN");
  if (!file) return std::nullopt;
  if (!role)
    throw Error(
        "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not: set both");
  const std::string token =
      read_token_file(chain.ports, *file, "AWS_WEB_IDENTITY_TOKEN_FILE");
  Credentials credentials =
      by_token(chain, token, role_request(chain.ports, *role));
  credentials.source = *role + " (by AWS_WEB_IDENTITY_TOKEN_FILE)";
  credentials.refreshable = true;
  return credentials;
}

}  // namespace ecr_version::aws
