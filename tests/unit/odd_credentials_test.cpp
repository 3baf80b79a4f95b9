// Sources of credentials that answer seldom, or oddly: what is taken, and the
// whole message where nothing is.
#include "aws/chain.hpp"
#include "aws/imds.hpp"
#include "support/as_nobody.hpp"
#include "support/credentials_look.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace ecr_version::aws {
namespace {

using tests::contains;
using tests::jwt;
using tests::Look;
using tests::response;
using tests::role_arn;
using tests::sts_answer;
using Variables = std::map<std::string, std::string>;

constexpr const char* keys =
    R"({"AccessKeyId":"ASIA","SecretAccessKey":"s3","Token":"t3"})";
const net::NoAnswer silence("too long", true);

TEST_CASE("odd credentials: the last resorts are a container and an instance") {
  Look look;
  look.env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/c";
  look.transport.answers = {response(200, keys)};
  CHECK(look.credentials().source ==
        "the container's credentials service "
        "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)");

  look.in_container = true;
  look.transport.answers = {silence, silence, silence};
  CHECK(look.failure() ==
        "asking the container's credentials service "
        "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI): too long; the action's own "
        "container has no way to it: run the step on the host's network, or "
        "run aws-actions/configure-aws-credentials before it");

  Look instance;
  instance.env.erase("AWS_EC2_METADATA_DISABLED");
  instance.transport.answers = {response(200, "t"), response(200, "ci"),
                                response(200, keys)};
  const Credentials found = instance.credentials();
  CHECK(found.source == "the instance's role ci (its metadata service)");
  CHECK_FALSE(found.expires);
  instance.in_container = true;
  instance.transport.answers = {silence, silence};
  CHECK(instance.failure().ends_with(
      "where that needs it; the instance's metadata service did not answer: on "
      "EC2 a container reaches it only with a hop limit of 2 (aws ec2 "
      "modify-instance-metadata-options --http-put-response-hop-limit 2)"));
}

TEST_CASE("odd credentials: what an instance's service may be asked, and say") {
  const std::string role = "the instance's metadata service ";
  const auto token = response(200, "t");
  const auto ci = response(200, "ci");
  const struct {
    Variables env;
    std::vector<net::Outcome> answers;
    std::string message;  // "" for none, and no complaint
  } rows[] = {
      {{{"AWS_METADATA_SERVICE_TIMEOUT", "0"}},
       {},
       "AWS_METADATA_SERVICE_TIMEOUT is `0`: it must be a number from 1"},
      {{{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2x"}},
       {},
       "AWS_METADATA_SERVICE_NUM_ATTEMPTS is `2x`: it must be a number from 1"},
      {{}, {response(400, "")}, role + "refused to give a token (HTTP 400)"},
      {{}, {response(200, " ")}, ""},
      {{{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2"}},
       {token, silence, silence, silence},
       ""},
      {{}, {token, response(200, "")}, ""},
      {{}, {token, response(200, std::string(65, 'r'))}, ""},
      {{},
       {token, ci, response(404, "")},
       role + "names the role ci, but gives no credentials of it"},
      {{},
       {token, ci, response(200, R"({"Code":"Failed","Message":"no\nmore"})")},
       role + "gives no credentials of the role ci: Failed: no more"},
      {{},
       {token, ci, response(200, R"({"SecretAccessKey":"s"})")},
       "the instance's role ci (its metadata service) gave no credentials: "
       "AccessKeyId or SecretAccessKey is missing in its answer"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    tests::FakeTransport transport;
    transport.answers = {row.answers.begin(), row.answers.end()};
    tests::FakePorts fake;
    Variables env = row.env;
    env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://here//";
    const Ports ports = fake.ports(transport, env);
    std::optional<Credentials> found;
    std::string why_not, message;
    try {
      found = instance_credentials(ports, why_not);
    } catch (const Error& error) {
      message = error.what();
    }
    CHECK_FALSE(found);
    CHECK(message == row.message);
    CHECK(transport.answers.empty());
    for (const net::Request& request : transport.requests)
      CHECK(request.url.starts_with("http://here/latest/"));
  }
}

TEST_CASE("odd credentials: a region that an instance does not have") {
  const struct {
    std::vector<net::Outcome> answers;
  } rows[] = {
      {{response(200, "<html>")}},
      {{response(200, "t"), response(404, "")}},
      {{response(200, "t"), response(200, " ")}},
      {{response(200, "t"), response(200, "West Europe")}},
      {{response(200, "t"), response(200, std::string(64, 'w'))}},
  };
  for (const auto& row : rows) {
    tests::FakeTransport transport;
    transport.answers = {row.answers.begin(), row.answers.end()};
    tests::FakePorts fake;
    CHECK_FALSE(instance_region(fake.ports(transport, {})));
    CHECK(transport.answers.empty());
  }
}

TEST_CASE("odd credentials: a token's file that gives none") {
  Look look;
  const std::string folder = look.home.path();
  look.home.write("blank", " \n");
  look.home.write("long", std::string(20001, 'x'));
  look.home.write("closed", jwt());
  // Whoever opens it waits for ever.
  REQUIRE(::mkfifo((folder + "/pipe").c_str(), 0644) == 0);
  std::filesystem::permissions(look.home.path() / "closed",
                               std::filesystem::perms::none);
  look.env["AWS_ROLE_ARN"] = role_arn;
  const struct {
    const char* file;
    const char* why;
  } rows[] = {
      {"missing", "does not exist"},     {".", "is no readable file"},
      {"closed", "is no readable file"}, {"pipe", "is no readable file"},
      {"blank", "holds no token"},       {"long", "holds no token"}};
  for (const auto& row : rows) {
    const std::string path = folder + "/" + row.file;
    look.env["AWS_WEB_IDENTITY_TOKEN_FILE"] = path;
    const tests::AsNobody nobody(look.home.path());
    CHECK(look.failure() ==
          "AWS_WEB_IDENTITY_TOKEN_FILE names " + path + ", which " + row.why);
  }
}

// What reading the profiles of this home comes to.
std::string failure_of_profiles(Look& look, const std::string& config) {
  look.home.write(".aws/config", config);
  look.env["AWS_PROFILE"] = "p";
  return look.failure();
}

TEST_CASE("odd credentials: profiles that lack something") {
  const std::string role = "[profile p]\nrole_arn = arn:r\n";
  const std::string pair =
      "aws_access_key_id = AK\naws_secret_access_key = s\n";
  const std::string sso = "[profile p]\nsso_start_url = https://x\n";
  const struct {
    std::string config;
    std::string message;
  } rows[] = {
      {"[profile p]\naws_secret_access_key = s\n",
       "profile p has aws_secret_access_key but not aws_access_key_id"},
      {"[profile p]\nweb_identity_token_file = /t\n",
       "profile p has web_identity_token_file but no role_arn"},
      {role + "web_identity_token_file = /no/token\n",
       "web_identity_token_file of profile p names /no/token, which does not "
       "exist"},
      {role + "source_profile = p\n",
       "profile p is its own source_profile, but has no keys"},
      {role + "credential_source = Environment\n",
       "profile p takes its credentials from Environment, which has none"},
      {role + "credential_source = Ec2InstanceMetadata\n",
       "profile p takes its credentials from Ec2InstanceMetadata, which has "
       "none"},
      {role + "source_profile = p\nduration_seconds = 1h\n" + pair,
       "profile p: duration_seconds is no number"},
      {role + "source_profile = p\nduration_seconds = -1\n" + pair,
       "profile p: duration_seconds is no number"},
      {sso, "profile p signs in by SSO, but has no sso_account_id"},
      {sso + "sso_account_id = 1\nsso_role_name = r\n",
       "profile p signs in by SSO, but has no sso_region"},
      {"[profile p]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n"
       "[sso-session s]\nsso_start_url = https://x\n",
       "profile p signs in by SSO, but has no sso_region"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.config);
    Look look;
    CHECK(failure_of_profiles(look, row.config) == row.message);
  }
  Look container;
  container.in_container = true;
  container.env.erase("AWS_EC2_METADATA_DISABLED");
  container.transport.answers = {silence, silence};
  CHECK(failure_of_profiles(
            container, role + "credential_source = Ec2InstanceMetadata\n") ==
        "profile p takes its credentials from Ec2InstanceMetadata, which has "
        "none; the instance's metadata service did not answer: on EC2 a "
        "container reaches it only with a hop limit of 2 (aws ec2 "
        "modify-instance-metadata-options --http-put-response-hop-limit 2)");
}

TEST_CASE("odd credentials: what a profile says of its role is sent") {
  Look look;
  look.home.write("token", jwt());
  look.home.write(
      ".aws/config",
      "[profile p]\nrole_arn = arn:r\ncredential_source = EcsContainer\n"
      "region = eu-south-2\nrole_session_name = me\nexternal_id = x/y\n"
      "duration_seconds = 3600\n[profile q]\nrole_arn = arn:r\n"
      "web_identity_token_file = " +
          (look.home.path() / "token").string() + "\n");
  look.env["AWS_PROFILE"] = "p";
  look.env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/c";
  look.transport.answers = {response(200, keys),
                            response(200, sts_answer("ASIA2"))};
  CHECK(look.credentials().source == "arn:r (profile p)");
  const net::Request asked = look.transport.requests.at(1);
  CHECK(asked.url == "https://sts.eu-south-2.amazonaws.com");
  CHECK(asked.body ==
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Ar&"
        "RoleSessionName=me&DurationSeconds=3600&ExternalId=x%2Fy");

  look.env["AWS_PROFILE"] = "q";
  look.transport.answers = {response(200, sts_answer("ASIA3"))};
  CHECK(look.credentials().source == "arn:r (profile q)");
  CHECK(contains(look.transport.requests.back().body,
                 "&WebIdentityToken=" + jwt()));
}

TEST_CASE("odd credentials: SSO without a session, and what is no token") {
  Look look;
  look.in_container = true;
  const std::string config =
      "[profile p]\nsso_start_url = https://x\nsso_region = eu-west-1\n"
      "sso_account_id = 1\nsso_role_name = r\n";
  const std::string file = ".aws/sso/cache/" + sha1_hex("https://x") + ".json";
  const std::string path = (look.home.path() / file).string();
  const std::string remedy =
      "; run `aws sso login --profile p` (not to be had in a container: use "
      "role-to-assume there)";
  const std::string none =
      "profile p signs in by SSO, and there is no token at " + path + remedy;
  CHECK(failure_of_profiles(look, config) == none);
  look.home.write(file, "");
  std::filesystem::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0644) == 0);
  CHECK(look.failure() == none);
  std::filesystem::remove(path);
  look.home.write(file, "{");
  CHECK(look.failure() == "the SSO token at " + path + " is no JSON" + remedy);
  for (const char* const text : {"{}", R"({"accessToken":"t"})",
                                 R"({"accessToken":"t","expiresAt":"x"})",
                                 R"({"expiresAt":"2026-11-25T13:00:00Z"})"}) {
    look.home.write(file, text);
    CHECK(look.failure() == "the SSO token at " + path + " is none" + remedy);
  }
  look.home.write(file,
                  R"({"accessToken":"t","expiresAt":"2026-11-25T13:00:00Z"})");
  const std::string asking =
      "asking SSO for the role r in account 1 (profile p): ";
  look.transport.answers = {net::NoAnswer("a stranger", false)};
  CHECK(look.failure() == asking + "a stranger");
  look.transport.answers = {response(404, "")};
  CHECK(look.failure() == asking + "HTTP 404");
  for (const char* const text :
       {"{}", R"({"roleCredentials":{"accessKeyId":"A"}})",
        R"({"roleCredentials":{"secretAccessKey":"s"}})"}) {
    look.transport.answers = {response(200, text)};
    CHECK(look.failure() == "the answer of SSO's portal holds no credentials");
  }
}

// Found by reading: the time until then overflowed.
TEST_CASE("odd credentials: an end too far off to reckon with is none") {
  Look look;
  look.home.write(".aws/config",
                  "[default]\nsso_start_url = https://x\n"
                  "sso_region = eu-west-1\nsso_account_id = 1\n"
                  "sso_role_name = r\n");
  look.home.write(".aws/sso/cache/" + sha1_hex("https://x") + ".json",
                  R"({"accessToken":"t","expiresAt":"2026-11-25T13:00:00Z"})");
  for (const char* const end : {"", R"(,"expiration":-9223372036854775807)"}) {
    look.transport.answers = {
        response(200, R"({"roleCredentials":{"accessKeyId":"A",)"
                      R"("secretAccessKey":"s")" +
                          std::string(end) + "}}")};
    CHECK_FALSE(look.credentials().expires);
  }
}

}  // namespace
}  // namespace ecr_version::aws
