// Roles: by the job's OIDC token, or by keys of the environment.
#include "aws/timestamp.hpp"
#include "support/credentials_look.hpp"

#include <doctest/doctest.h>

namespace ecr_version::aws {
namespace {

using tests::contains;
using tests::jwt;
using tests::Look;
using tests::response;
using tests::role_arn;
using tests::sts_answer;
using tests::sts_error;
using Variables = std::map<std::string, std::string>;

TEST_CASE("role: a role by the job's OIDC token") {
  Look look;
  look.role = role_arn;
  look.env["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://oidc.example/t?v=1";
  look.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "request-token";
  look.env["GITHUB_ACTIONS"] = "true";
  look.transport.answers = {
      response(401, "not yet"),  // the runner has not reported the job's start
      response(200, fmt::format(R"({{"value":"{}"}})", jwt())),
      response(400, sts_error("InvalidIdentityToken", "keys not fetched")),
      response(400, sts_error("IDPCommunicationError", "later")),
      response(200, sts_answer("ASIA1"))};
  const Credentials credentials = look.credentials();
  CHECK(credentials.access_key == "ASIA1");
  CHECK(credentials.expires == parse_iso_time("2026-11-25T13:00:00Z"));
  CHECK(credentials.refreshable);
  CHECK(credentials.source ==
        std::string(role_arn) + " (by the job's OIDC token)");
  CHECK(look.fake.secrets ==
        std::vector<std::string>{jwt(), "sts-secret", "sts-token"});

  const auto& requests = look.transport.requests;
  REQUIRE(requests.size() == 5);
  CHECK(requests[0].url ==
        "https://oidc.example/t?v=1&audience=sts.amazonaws.com");
  CHECK(requests[0].headers.front().second == "bearer request-token");
  CHECK(requests[2].url == "https://sts.eu-west-1.amazonaws.com");
  CHECK(requests[2].body ==
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%"
        "3Aiam%3A%3A123456789012%3Arole%2Fci&RoleSessionName=GitHubActions&"
        "WebIdentityToken=" +
            jwt());
  for (const auto& [name, value] : requests[2].headers)
    CHECK(name != "Authorization");
}

TEST_CASE("role: a trust policy that refuses is told by the token's claims") {
  Look look;
  look.role = role_arn;
  look.env["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://oidc.example/t?v=1";
  look.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "request-token";
  look.transport.answers = {
      response(200, fmt::format(R"({{"value":"{}"}})", jwt())),
      response(403, sts_error("AccessDenied",
                              "Not authorized to perform "
                              "sts:AssumeRoleWithWebIdentity"))};
  const std::string message = look.failure();
  CHECK(message.starts_with(
      "STS AssumeRoleWithWebIdentity of role arn:aws:iam::123456789012:role/ci "
      "in region eu-west-1: AccessDenied: Not authorized to perform "
      "sts:AssumeRoleWithWebIdentity (HTTP 403, request id r-2, 1 attempt); "));
  CHECK(message.ends_with(
      "; the trust policy of arn:aws:iam::123456789012:role/ci must allow "
      "sts:AssumeRoleWithWebIdentity to the provider "
      "https://token.actions.githubusercontent.com for this token: sub "
      "`repo:acme/shop:ref:refs/heads/main`, aud `sts.amazonaws.com` "
      "(docs/iam.md has the policy); check the role's name and account too"));
  CHECK_FALSE(contains(message, jwt()));
}

TEST_CASE("role: without an OIDC token the message says what to add") {
  const struct {
    Variables env;
    std::string end;
  } rows[] = {
      {{{"GITHUB_ACTIONS", "true"}},
       "; add `permissions: {id-token: write, contents: read}` to the job "
       "(never given to a pull request from a fork)"},
      {{{"GITHUB_ACTIONS", "true"}, {"ACT", "true"}},
       "; act has no OIDC: give it keys (act -s AWS_ACCESS_KEY_ID -s "
       "AWS_SECRET_ACCESS_KEY, and env: in the job)"},
      {{}, "; outside of GitHub Actions, use a profile with role_arn instead"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.end);
    Look look;
    look.role = role_arn;
    look.env.insert(row.env.begin(), row.env.end());
    CHECK(
        look.failure() ==
        "role-to-assume arn:aws:iam::123456789012:role/ci: there is neither a "
        "key in the environment nor an OIDC token for this job" +
            row.end);
  }
}

TEST_CASE("role: a role by keys of the environment is a signed AssumeRole") {
  Look look;
  look.role = role_arn;
  look.env["AWS_ACCESS_KEY_ID"] = "AKID";
  look.env["AWS_SECRET_ACCESS_KEY"] = "s";
  look.env["AWS_ROLE_SESSION_NAME"] = "me";
  look.env["AWS_ROLE_DURATION_SECONDS"] = "900";
  look.transport.answers = {response(200, sts_answer("ASIA2"))};
  CHECK(look.credentials().access_key == "ASIA2");
  const auto& request = look.transport.requests.at(0);
  CHECK(contains(request.body, "Action=AssumeRole&"));
  CHECK(contains(request.body, "&RoleSessionName=me&DurationSeconds=900"));
  CHECK(request.headers.back().second.starts_with(
      "AWS4-HMAC-SHA256 Credential=AKID/20261125/eu-west-1/sts/aws4_request"));
}

TEST_CASE("role: a role of another partition is asked of its own STS") {
  Look look;
  look.role = "arn:aws-us-gov:iam::123456789012:role/ci";
  look.env["AWS_ACCESS_KEY_ID"] = "AKID";
  look.env["AWS_SECRET_ACCESS_KEY"] = "s";
  look.transport.answers = {response(200, sts_answer("ASIA2"))};
  look.credentials();
  CHECK(look.transport.requests.at(0).url ==
        "https://sts.us-gov-west-1.amazonaws.com");
}

TEST_CASE("role: the job's OIDC token that does not come") {
  const std::string end =
      "; check that the job has `permissions: id-token: write`";
  const auto no = response(500, "");
  const struct {
    std::vector<net::Outcome> answers;
    std::string why;
  } rows[] = {
      {{response(200, "{}")}, "the answer holds no token"},
      {{response(200, R"({"value":""})")}, "the answer holds no token"},
      {{no, no, no, no, no}, "HTTP 500"},
      {{net::NoAnswer("a stranger", false)}, "a stranger"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.why);
    Look look;
    look.role = "arn:aws-cn:iam::123456789012:role/ci";
    look.env["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://oidc.example/t?v=1";
    look.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "request-token";
    look.transport.answers = {row.answers.begin(), row.answers.end()};
    CHECK(look.failure() ==
          "asking GitHub for the job's OIDC token: " + row.why + end);
    CHECK(look.transport.answers.empty());
    CHECK(look.transport.requests.at(0).url ==
          "https://oidc.example/t?v=1&audience=sts.amazonaws.com.cn");
  }
  Look half;
  half.role = role_arn;
  half.env["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://oidc.example/t?v=1";
  CHECK(half.failure().starts_with(
      "role-to-assume arn:aws:iam::123456789012:role/ci: there is neither a "
      "key in the environment nor an OIDC token for this job; "));
}

TEST_CASE("role: roles and durations that are none") {
  const struct {
    const char* role;
    const char* duration;
    const char* message;
  } rows[] = {
      {"ci", "",
       "role-to-assume is `ci`: it must be a role's ARN, such as "
       "arn:aws:iam::123456789012:role/ci"},
      {"arn:aws:iam::1:user/ci", "",
       "role-to-assume is `arn:aws:iam::1:user/ci`: it must be a role's ARN, "
       "such as arn:aws:iam::123456789012:role/ci"},
      {role_arn, "1h",
       "AWS_ROLE_DURATION_SECONDS is `1h`: it must be from 900 to 43200"},
      {role_arn, "899",
       "AWS_ROLE_DURATION_SECONDS is `899`: it must be from 900 to 43200"},
      {role_arn, "43201",
       "AWS_ROLE_DURATION_SECONDS is `43201`: it must be from 900 to 43200"},
      {role_arn, "99999999999",
       "AWS_ROLE_DURATION_SECONDS is `99999999999`: it must be from 900 to "
       "43200"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.message));
    Look look;
    look.role = row.role;
    look.env["AWS_ROLE_DURATION_SECONDS"] = row.duration;
    CHECK(look.failure() == row.message);
  }
}

// {"alg":"none"}.{"iss":"https://i","sub":">aa?aa","aud":"sts"}.signature
const std::string odd_jwt =
    "eyJhbGciOiJub25lIn0."
    "eyJpc3MiOiJodHRwczovL2kiLCJzdWIiOiI-YWE_YWEiLCJhdWQiOiJzdHMifQ.c2ln";

TEST_CASE("role: what STS refuses, and what would have to change") {
  const std::string asked =
      "STS AssumeRoleWithWebIdentity of role "
      "arn:aws:iam::123456789012:role/ci in region eu-west-1: ";
  const auto trust = [](const std::string& issuer, const std::string& sub,
                        const std::string& aud) {
    return "; the trust policy of arn:aws:iam::123456789012:role/ci must allow "
           "sts:AssumeRoleWithWebIdentity to the provider " +
           issuer + " for this token: sub `" + sub + "`, aud `" + aud +
           "` (docs/iam.md has the policy); check the role's name and account "
           "too";
  };
  const struct {
    std::string token, code, words;
    int attempts;
    std::string end;
  } rows[] = {
      {odd_jwt, "InvalidIdentityToken", "No OpenIDConnect provider found", 5,
       "; create an IAM OIDC identity provider for https://i in the role's "
       "account"},
      {odd_jwt, "InvalidIdentityToken", "Incorrect token audience", 5,
       trust("https://i", ">aa?aa", "sts")},
      {"a.b", "InvalidIdentityToken", "not a JWT", 5,
       trust("unknown", "unknown", "unknown")},
      {"a.e30-.b", "InvalidIdentityToken", "not a JWT", 5,
       trust("unknown", "unknown", "unknown")},
      {odd_jwt, "PackedPolicyTooLarge", "too large", 1, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.words);
    Look look;
    look.home.write("token", row.token);
    look.env["AWS_ROLE_ARN"] = role_arn;
    look.env["AWS_WEB_IDENTITY_TOKEN_FILE"] = look.home.path() / "token";
    for (int n = 0; n < row.attempts; ++n)
      look.transport.answers.emplace_back(
          response(400, sts_error(row.code, row.words)));
    CHECK(look.failure() ==
          asked + row.code + ": " + row.words +
              fmt::format(" (HTTP 400, request id r-2, {} attempt{})",
                          row.attempts, row.attempts == 1 ? "" : "s") +
              row.end);
    CHECK(look.transport.answers.empty());
  }
}

TEST_CASE("role: keys of the environment that may not assume it") {
  const std::string asked =
      "STS AssumeRole of role arn:aws:iam::123456789012:role/ci in region "
      "eu-west-1: ";
  const struct {
    std::string code, end;
  } rows[] = {
      {"AccessDenied",
       "; allow sts:AssumeRole on arn:aws:iam::123456789012:role/ci in an IAM "
       "policy of the caller; docs/iam.md has the least policy; the role's "
       "trust policy must allow that caller too; where an earlier step has "
       "assumed this role, leave role-to-assume out"},
      {"ExpiredToken",
       "; the credentials of the environment (AWS_ACCESS_KEY_ID) have expired: "
       "obtain them anew just before this step, or with a longer "
       "role-duration-seconds"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.code);
    Look look;
    look.role = role_arn;
    look.env["AWS_ACCESS_KEY_ID"] = "AKID";
    look.env["AWS_SECRET_ACCESS_KEY"] = "s";
    look.transport.answers = {response(403, sts_error(row.code, "no"))};
    CHECK(look.failure() == asked + row.code +
                                ": no (HTTP 403, request id r-2, 1 attempt)" +
                                row.end);
  }
}

}  // namespace
}  // namespace ecr_version::aws
