// Credentials from what stands near: a container's service, an instance's, a
// program, SSO's cache.
#include "aws/chain.hpp"
#include "aws/credential_process.hpp"
#include "aws/imds.hpp"
#include "aws/session.hpp"
#include "base/crypto.hpp"
#include "support/fake_world.hpp"
#include "support/temp_dir.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

using tests::response;
using Variables = std::map<std::string, std::string>;

constexpr const char* keys =
    R"({"Code":"Success","AccessKeyId":"ASIA","SecretAccessKey":"s3","Token":"t3","Expiration":"2026-11-25T18:00:00Z"})";

template <typename Work>
std::string failure_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return describe(error);
  }
  return "";
}

// After smithy-rs' ecs-tests.json.
TEST_CASE("container: which addresses may be asked, and how") {
  const struct {
    Variables env;
    std::string url;  // asked; "" for none
    std::string message;
  } rows[] = {
      {{}, "", ""},
      {{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}},
       "http://169.254.170.2/v2/x",
       ""},
      {{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"},
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil/"}},
       "http://169.254.170.2/v2/x",
       ""},
      {{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:80/c"}},
       "http://127.0.0.1:80/c",
       ""},
      {{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1"}},
       "http://169.254.170.23/v1",
       ""},
      {{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[fd00:ec2::23]/v1"}},
       "http://[fd00:ec2::23]/v1",
       ""},
      {{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://any.example/c"}},
       "https://any.example/c",
       ""},
      {{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil.example/c"}},
       "",
       "AWS_CONTAINER_CREDENTIALS_FULL_URI names the host evil.example over "
       "plain http, which is allowed for the loopback and AWS's own link-local "
       "addresses alone: use https"},
      {{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "v2"}},
       "",
       "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must start with '/'"},
      {{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/c"},
        {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nX: 1"}},
       "",
       "the container's authorization token holds a line break"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.url);
    CAPTURE(row.message);
    tests::FakeTransport transport;
    transport.answers = {response(200, keys)};
    tests::FakePorts fake;
    const Ports ports = fake.ports(transport, row.env);
    if (!row.message.empty()) {
      CHECK(failure_of([&] { container_credentials(ports); }) == row.message);
      continue;
    }
    const auto found = container_credentials(ports);
    CHECK(found.has_value() == !row.url.empty());
    if (!found) continue;
    CHECK(transport.requests.at(0).url == row.url);
    CHECK_FALSE(transport.requests.at(0).use_proxy);
    CHECK(found->session_token.reveal() == "t3");
    CHECK(fake.secrets == std::vector<std::string>{"s3", "t3"});
  }
}

TEST_CASE("container: the token's file comes before the token itself") {
  const tests::TempDir folder;
  folder.write("token", "from-file\n");
  tests::FakeTransport transport;
  transport.answers = {response(200, keys)};
  tests::FakePorts fake;
  container_credentials(fake.ports(
      transport,
      {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/c"},
       {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "from-variable"},
       {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", folder.path() / "token"}}));
  CHECK(transport.requests.at(0).headers.back() ==
        std::pair<std::string, std::string>{"Authorization", "from-file"});
}

TEST_CASE("container: a service that refuses stops the chain") {
  tests::FakeTransport transport;
  transport.answers = {response(403, "secret words")};
  tests::FakePorts fake;
  const Ports ports = fake.ports(
      transport, {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}});
  CHECK(failure_of([&] { container_credentials(ports); }) ==
        "asking the container's credentials service "
        "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI): HTTP 403");
}

TEST_CASE("imds: version 2, a role, its keys") {
  tests::FakeTransport transport;
  transport.answers = {response(200, "imds-token"), response(200, "ci-role\n"),
                       response(200, keys)};
  tests::FakePorts fake;
  std::string why_not;
  const auto found = instance_credentials(fake.ports(transport, {}), why_not);
  REQUIRE(found);
  CHECK(found->source == "the instance's role ci-role (its metadata service)");
  const auto& requests = transport.requests;
  CHECK(requests[0].method == "PUT");
  CHECK(requests[0].url == "http://169.254.169.254/latest/api/token");
  CHECK(requests[2].url ==
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
        "ci-role");
  CHECK(requests[2].headers.at(0).second == "imds-token");
  CHECK(requests[2].timeout == std::chrono::seconds(1));
}

TEST_CASE("imds: what is no instance of EC2 is none, and is asked little") {
  const net::NoAnswer timeout("too long", true);
  const struct {
    std::string what;
    Variables env;
    std::vector<net::Outcome> answers;
    std::string hint;
  } rows[] = {
      {"disabled", {{"AWS_EC2_METADATA_DISABLED", "true"}}, {}, ""},
      {"GitHub's own runner",
       {{"RUNNER_ENVIRONMENT", "github-hosted"}},
       {},
       ""},
      {"Azure's page", {}, {response(404, ""), response(404, "<html>")}, ""},
      {"a page for everything",
       {},
       {response(200, "<html> hello </html>")},
       ""},
      {"odd role name",
       {},
       {response(200, "t"), response(200, "<b>role</b>")},
       ""},
      {"no role", {}, {response(200, "t"), response(404, "")}, ""},
      {"version 1 not allowed",
       {{"AWS_EC2_METADATA_V1_DISABLED", "true"}},
       {response(403, "")},
       ""},
      {"version 1 without a role", {}, {timeout, response(404, "")}, ""},
      {"hop limit 1",
       {},
       {timeout, timeout},
       "the instance's metadata service did not answer: on EC2 a container "
       "reaches it only with a hop limit of 2 (aws ec2 "
       "modify-instance-metadata-options --http-put-response-hop-limit 2)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    tests::FakeTransport transport;
    transport.answers = {row.answers.begin(), row.answers.end()};
    tests::FakePorts fake;
    Ports ports = fake.ports(transport, row.env);
    ports.in_container = true;
    std::string why_not;
    CHECK_FALSE(instance_credentials(ports, why_not));
    CHECK(why_not == row.hint);
    CHECK(transport.answers.empty());
  }
}

TEST_CASE("imds: version 1 where version 2 is not to be had") {
  tests::FakeTransport transport;
  transport.answers = {response(405, ""), response(200, "ci-role"),
                       response(200, keys)};
  tests::FakePorts fake;
  std::string why_not;
  CHECK(instance_credentials(fake.ports(transport, {}), why_not));
  CHECK(transport.requests.at(1).headers.empty());
}

TEST_CASE("imds: expired keys are used on, with a notice") {
  tests::FakeTransport transport;
  transport.answers = {
      response(200, "t"), response(200, "ci-role"),
      response(200, R"({"AccessKeyId":"A","SecretAccessKey":"s","Token":"t",)"
                    R"("Expiration":"2026-11-25T11:00:00Z"})")};
  tests::FakePorts fake;
  std::string why_not;
  const auto found = instance_credentials(fake.ports(transport, {}), why_not);
  CHECK(found->expires == parse_iso_time("2026-11-25T12:15:00Z"));
  CHECK(fake.notices.size() == 1);
}

TEST_CASE("imds: the region, where the endpoint says so") {
  tests::FakeTransport transport;
  transport.answers = {response(200, "t"), response(200, "eu-west-3\n")};
  tests::FakePorts fake;
  CHECK(instance_region(fake.ports(
            transport, {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}})) ==
        "eu-west-3");
  CHECK(transport.requests.at(1).url ==
        "http://[fd00:ec2::254]/latest/meta-data/placement/region");
}

TEST_CASE("process: words as a POSIX shell splits them") {
  const struct {
    std::string line;
    std::vector<std::string> words;
  } rows[] = {
      {"", {}},
      {"  a\tb  ", {"a", "b"}},
      {R"(a "b c" 'd e' f\ g)", {"a", "b c", "d e", "f g"}},
      {R"("a\"b" 'c\d' "e\f" g\\h)", {"a\"b", "c\\d", "e\\f", "g\\h"}},
      {R"(a"b"'c' "" '')", {"abc", "", ""}},
      {R"($HOME `x` *)", {"$HOME", "`x`", "*"}},
      {R"("\\ \$ \`" \)", {"\\ $ `", "\\"}},
      {"a\nb\rc", {"a", "b", "c"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CHECK(split_words(row.line) == row.words);
  }
  CHECK_THROWS_WITH_AS(split_words("a \"b"),
                       "credential_process has a \" that is not closed", Error);
}

struct ProcessProfile {
  tests::TempDir home;
  tests::FakeTransport transport;
  tests::FakePorts fake;

  Credentials credentials(const std::string& script) {
    home.write("p.sh", script);
    home.write(".aws/config", fmt::format("[profile p]\nregion = eu-west-1\n"
                                          "credential_process = sh {}\n",
                                          (home.path() / "p.sh").string()));
    Session session({}, fake.ports(transport, {{"HOME", home.path()},
                                               {"AWS_PROFILE", "p"}}));
    return session.credentials();
  }
};

TEST_CASE("process: what it prints is taken, and announced") {
  ProcessProfile profile;
  const Credentials credentials = profile.credentials(
      "echo warning >&2\n"
      R"(echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"ps","SessionToken":"pt","Expiration":"2026-11-25T13:00:00Z"}')");
  CHECK(credentials.secret_key.reveal() == "ps");
  CHECK(credentials.session_token.reveal() == "pt");
  CHECK(profile.fake.secrets == std::vector<std::string>{"ps", "pt"});
}

TEST_CASE("process: failures tell its stderr, never what it printed") {
  const struct {
    std::string script;
    std::string end;
  } rows[] = {
      {"echo secret; echo 'log in first' >&2; exit 3",
       " ended with 3: log in first"},
      {"kill -TERM $$", " ended with 143: "},
      {"echo secret", " printed what is no JSON"},
      {R"(echo '{"AccessKeyId":"A","SecretAccessKey":"s"}')",
       " printed another version of credentials than 1"},
      {R"(echo '{"Version":2}')",
       " printed another version of credentials "
       "than 1"},
      {R"(echo '{"Version":1,"AccessKeyId":"A"}')",
       " gave no credentials: AccessKeyId or SecretAccessKey is missing in its "
       "answer"},
      {R"(echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s",)"
       R"("Expiration":"2026-11-25T11:00:00Z"}')",
       " printed credentials that expired at 2026-11-25T11:00:00Z"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    ProcessProfile profile;
    CHECK(failure_of([&] { profile.credentials(row.script); }) ==
          "credential_process of profile p" + row.end);
  }
  CHECK(failure_of([] { run_credential_process("/no/such/program", {}); }) ==
        "/no/such/program is not to be found");
  CHECK(failure_of([] { run_credential_process(" ", {}); }) ==
        "credential_process is empty");
}

struct SsoProfile {
  tests::TempDir home;
  tests::FakeTransport transport;
  tests::FakePorts fake;

  SsoProfile() {
    home.write(".aws/config",
               "[profile p]\nsso_session = corp\nsso_account_id = 1\n"
               "sso_role_name = dev\nregion = eu-west-1\n"
               "[sso-session corp]\nsso_region = eu-north-1\n"
               "sso_start_url = https://x\n");
  }
  void cache(const std::string& expires) const {
    home.write(
        ".aws/sso/cache/" + sha1_hex("corp") + ".json",
        fmt::format(R"({{"accessToken":"at","expiresAt":"{}"}})", expires));
  }
  Credentials credentials() {
    Session session({}, fake.ports(transport, {{"HOME", home.path()},
                                               {"AWS_PROFILE", "p"}}));
    return session.credentials();
  }
};

TEST_CASE("sso: the cached token gives the role's keys") {
  SsoProfile profile;
  profile.cache("2026-11-25T13:00:00UTC");
  profile.transport.answers = {response(
      200, R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"ss",)"
           R"("sessionToken":"st","expiration":1795615200000}})")};
  const Credentials credentials = profile.credentials();
  CHECK(credentials.access_key == "A");
  CHECK(credentials.source == "SSO (profile p)");
  CHECK(profile.transport.requests.at(0).url ==
        "https://portal.sso.eu-north-1.amazonaws.com/federation/credentials?"
        "role_name=dev&account_id=1");
  CHECK(profile.transport.requests.at(0).headers.at(0).second == "at");
  CHECK(profile.fake.secrets == std::vector<std::string>{"at", "ss", "st"});
}

TEST_CASE("sso: a token that is missing or old names the command to run") {
  SsoProfile profile;
  CHECK(failure_of([&] {
          profile.credentials();
        }).ends_with("; run `aws sso login --profile p`"));
  profile.cache("2026-11-25T11:00:00Z");
  CHECK(failure_of([&] { profile.credentials(); }) ==
        "the SSO token of profile p has expired at 2026-11-25T11:00:00Z; run "
        "`aws sso login --profile p`");
  profile.cache("2026-11-25T13:00:00Z");
  profile.transport.answers = {response(401, "")};
  CHECK(failure_of([&] { profile.credentials(); }) ==
        "asking SSO for the role dev in account 1 (profile p): HTTP 401; run "
        "`aws sso login --profile p`");
}

}  // namespace
}  // namespace ecr_version::aws
