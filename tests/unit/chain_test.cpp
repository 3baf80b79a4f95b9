// The chain of credential sources, without a network: the transport answers
// from a queue.
#include "aws/chain.hpp"

#include "support/credentials_look.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace ecr_version::aws {
namespace {

using tests::jwt;
using tests::Look;
using tests::response;
using tests::role_arn;
using tests::sts_answer;
using Variables = std::map<std::string, std::string>;

TEST_CASE("chain: what the environment holds") {
  const struct {
    Variables env;
    std::string message;  // "" for credentials
  } rows[] = {
      {{{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "s"}}, ""},
      {{{"AWS_ACCESS_KEY_ID", "AK"},
        {"AWS_SECRET_ACCESS_KEY", "s"},
        {"AWS_SESSION_TOKEN", ""}},
       ""},
      {{{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", ""}},
       "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not: set both, "
       "or neither (in a workflow, a secret of that name that does not exist "
       "is empty)"},
      {{{"AWS_SECRET_ACCESS_KEY", "s"}},
       "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not: set both, "
       "or neither (in a workflow, a secret of that name that does not exist "
       "is empty)"},
      {{{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "s\n"}},
       "AWS_SECRET_ACCESS_KEY holds white space or a line break, which no key "
       "has: paste the secret again without it"},
      {{{"AWS_ACCESS_KEY_ID", "AK"},
        {"AWS_SECRET_ACCESS_KEY", "s"},
        {"AWS_CREDENTIAL_EXPIRATION", "2026-11-25T12:01:00Z"}},
       ""},
      {{{"AWS_ACCESS_KEY_ID", "AK"},
        {"AWS_SECRET_ACCESS_KEY", "s"},
        {"AWS_CREDENTIAL_EXPIRATION", "soon"}},
       ""},
      {{{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "s\x7f"}},
       "AWS_SECRET_ACCESS_KEY holds white space or a line break, which no key "
       "has: paste the secret again without it"},
      {{{"AWS_ACCESS_KEY_ID", "AK"},
        {"AWS_SECRET_ACCESS_KEY", "s"},
        {"AWS_CREDENTIAL_EXPIRATION", "2026-11-25T11:59:00Z"}},
       "the credentials in the environment have expired at "
       "2026-11-25T11:59:00Z (AWS_CREDENTIAL_EXPIRATION): obtain them anew "
       "just before this step"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    Look look;
    look.env.insert(row.env.begin(), row.env.end());
    if (!row.message.empty()) {
      CHECK(look.failure() == row.message);
      continue;
    }
    const Credentials credentials = look.credentials();
    CHECK(credentials.access_key == "AK");
    CHECK(credentials.session_token.empty());
    CHECK(look.fake.secrets.empty());  // what was given is not ours to mask
  }
}

TEST_CASE("chain: where an action's container is known by its home") {
  const auto runs = [](const Variables& env) {
    return runs_in_container(Environment(env));
  };
  CHECK(runs({{"GITHUB_ACTIONS", "true"}, {"HOME", "/github/home"}}));
  const bool here = std::filesystem::exists("/.dockerenv");
  CHECK(runs({{"GITHUB_ACTIONS", "true"}, {"HOME", "/root"}}) == here);
  CHECK(runs({{"HOME", "/github/home"}}) == here);
}

TEST_CASE("chain: nothing anywhere says where it was looked for") {
  Look look;
  CHECK(
      look.failure() ==
      "no AWS credentials found: not in the environment (AWS_ACCESS_KEY_ID), "
      "a profile, AWS_WEB_IDENTITY_TOKEN_FILE, a container or an instance; in "
      "a workflow, set the input role-to-assume and `permissions: id-token: "
      "write`, or run aws-actions/configure-aws-credentials before this step; "
      "on a laptop, set AWS_PROFILE, after `aws sso login` where that needs "
      "it");
}

TEST_CASE("chain: profiles") {
  const std::string key_pair =
      "aws_access_key_id = AK\naws_secret_access_key = s\n";
  const struct {
    std::string config, profile;
    std::vector<net::Outcome> answers;
    std::string key;      // found
    std::string message;  // or why not
  } rows[] = {
      {"[default]\n" + key_pair, "", {}, "AK", ""},
      {"[profile p]\n" + key_pair, "p", {}, "AK", ""},
      {"[profile p]\n",
       "q",
       {},
       "",
       "the profile q (AWS_PROFILE) is neither in ~/.aws/config nor in "
       "~/.aws/credentials"},
      {"[profile p]\naws_access_key_id = AK\n",
       "p",
       {},
       "",
       "profile p has aws_access_key_id but not aws_secret_access_key"},
      {"[profile p]\nrole_arn = arn:r\nsource_profile = s\n[profile s]\n" +
           key_pair,
       "p",
       {response(200, sts_answer("ASIA3"))},
       "ASIA3",
       ""},
      {"[profile p]\nrole_arn = arn:r\nsource_profile = p\n" + key_pair,
       "p",
       {response(200, sts_answer("ASIA4"))},
       "ASIA4",
       ""},
      // Two roles, one after the other.
      {"[profile p]\nrole_arn = arn:r\nsource_profile = q\n"
       "[profile q]\nrole_arn = arn:q\nsource_profile = s\n[profile s]\n" +
           key_pair,
       "p",
       {response(200, sts_answer("ASIA5")), response(200, sts_answer("ASIA6"))},
       "ASIA6",
       ""},
      // Behind another profile, keys come before a role of their own.
      {"[profile p]\nrole_arn = arn:r\nsource_profile = q\n"
       "[profile q]\nrole_arn = arn:q\nsource_profile = x\n" +
           key_pair,
       "p",
       {response(200, sts_answer("ASIA7"))},
       "ASIA7",
       ""},
      {"[profile p]\nrole_arn = arn:r\nsource_profile = q\n"
       "[profile q]\nrole_arn = arn:q\nsource_profile = p\n",
       "p",
       {},
       "",
       "the profiles' source_profile go round in a circle: p -> q -> p"},
      {"[profile p]\nrole_arn = arn:r\n",
       "p",
       {},
       "",
       "profile p has role_arn and neither source_profile nor "
       "credential_source: exactly one of them says who assumes the role"},
      {"[profile p]\nrole_arn = arn:r\nsource_profile = q\n"
       "credential_source = Environment\n",
       "p",
       {},
       "",
       "profile p has role_arn and both source_profile and credential_source: "
       "exactly one of them says who assumes the role"},
      {"[profile p]\nrole_arn = arn:r\nsource_profile = q\n",
       "p",
       {},
       "",
       "profile p names the source_profile q, which does not exist"},
      {"[profile p]\nrole_arn = arn:r\nsource_profile = q\n[profile q]\n",
       "p",
       {},
       "",
       "profile p names the source_profile q, which has no credentials"},
      {"[profile p]\nrole_arn = arn:r\ncredential_source = Moon\n",
       "p",
       {},
       "",
       "profile p has credential_source `Moon`: it must be Environment, "
       "Ec2InstanceMetadata or EcsContainer"},
      {"[profile p]\nrole_arn = arn:r\ncredential_source = EcsContainer\n",
       "p",
       {},
       "",
       "profile p takes its credentials from EcsContainer, which has none"},
      {"[profile p]\nrole_arn = arn:r\nmfa_serial = m\nsource_profile = p\n" +
           key_pair,
       "p",
       {},
       "",
       "profile p wants an MFA code (mfa_serial), which cannot be asked for "
       "here: run `eval \"$(aws configure export-credentials --profile p "
       "--format env)\"` first"},
      {"[profile p]\nlogin_session = x\n",
       "p",
       {},
       "",
       "profile p signs in by `aws login`, which is not supported here: run "
       "`eval \"$(aws configure export-credentials --profile p --format "
       "env)\"` first"},
      {"[profile p]\nsso_session = corp\nsso_account_id = 1\n"
       "sso_role_name = r\n",
       "p",
       {},
       "",
       "profile p names the sso-session corp, which ~/.aws/config does not "
       "have"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.config);
    Look look;
    look.home.write(".aws/config", row.config);
    if (!row.profile.empty()) look.env["AWS_PROFILE"] = row.profile;
    look.transport.answers = {row.answers.begin(), row.answers.end()};
    if (row.message.empty())
      CHECK(look.credentials().access_key == row.key);
    else
      CHECK(look.failure() == row.message);
    CHECK(look.transport.answers.empty());
  }
}

TEST_CASE("chain: a region-only profile leaves the question to the others") {
  Look look;
  look.home.write(".aws/config", "[profile p]\nregion = eu-north-1\n");
  look.env["AWS_PROFILE"] = "p";
  CHECK(look.failure().starts_with("no AWS credentials found"));
}

TEST_CASE("chain: a profile that a container cannot see is said to be so") {
  Look look;
  look.in_container = true;
  look.env["AWS_PROFILE"] = "ci";
  CHECK(look.failure() ==
        "the profile ci (AWS_PROFILE) is neither in ~/.aws/config nor in "
        "~/.aws/credentials: a container action does not see its host's home, "
        "so run aws-actions/configure-aws-credentials before this step");
}

TEST_CASE("chain: a web identity token in a file") {
  Look look;
  look.home.write("token", jwt() + "\n");
  look.env["AWS_WEB_IDENTITY_TOKEN_FILE"] = look.home.path() / "token";
  CHECK(look.failure() ==
        "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not: set both");
  look.env["AWS_ROLE_ARN"] = role_arn;
  look.transport.answers = {response(200, sts_answer("ASIA8"))};
  CHECK(look.credentials().access_key == "ASIA8");
  look.env["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/host/token";
  look.in_container = true;
  CHECK(look.failure() ==
        "AWS_WEB_IDENTITY_TOKEN_FILE names /host/token, which does not exist: "
        "a container action sees of its host nothing but the workspace, so "
        "mount the file into the runner's containers, or run "
        "aws-actions/configure-aws-credentials before this step");
}

}  // namespace
}  // namespace ecr_version::aws
