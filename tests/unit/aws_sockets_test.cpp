// What goes wrong around ECR, over real sockets: names, TLS, proxies, and the
// services that credentials come from. Each with the connections it takes and
// its words; ecr_faults_test has what ECR itself answers.
#include "aws/ecr.hpp"
#include "net/curl_transport.hpp"
#include "support/credentials_look.hpp"
#include "support/private_ca.hpp"
#include "support/scripted_server.hpp"
#include "support/test_proxy.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

using tests::contains;
using tests::http_answer;
using tests::ScriptedServer;
using tests::Step;
using tests::sts_answer;
using tests::Then;
using tests::Variables;

// A label longer than names may have: refused without asking a name server.
std::string no_name() { return std::string(70, 'x') + ".example"; }

std::string url_of(const char* scheme, int port) {
  return fmt::format("{}://127.0.0.1:{}", scheme, port);
}

struct Result {
  std::string message;
  std::chrono::milliseconds waited{0};
  std::vector<std::string> secrets;
};

// Long enough for whoever answers at all, on any machine.
constexpr std::chrono::minutes patient{2};

// One listing in that environment; its keys and region are given.
Result list(Variables env, bool has_keys = true, const std::string& role = "",
            std::chrono::milliseconds timeout = patient) {
  tests::FakePorts fake;
  tests::TempDir home;
  env["HOME"] = home.path();
  env["AWS_REGION"] = "eu-west-1";
  env.emplace("AWS_EC2_METADATA_DISABLED", "true");
  if (has_keys) {
    env["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
    env["AWS_SECRET_ACCESS_KEY"] = "secret";
  }
  net::CurlTransport curl({.env = Environment(env)});
  tests::Hurried transport(curl, timeout);
  Session session({.role_to_assume = role}, fake.ports(transport, env));
  Result result;
  try {
    const auto listings = Ecr(session).describe_images({"app"}, tests::unheard);
    if (listings[0].failure) result.message = listings[0].failure->what();
  } catch (const Error& error) {
    result.message = describe(error);
  }
  result.waited = fake.time.slept;
  result.secrets = fake.secrets;
  return result;
}

TEST_CASE("aws: what keeps an answer from coming, and whether it may pass") {
  const int nobody = tests::unused_port();
  const tests::PrivateCa ca("localhost");
  ScriptedServer stranger({}, ca.wrap());
  ScriptedServer hangs_up({}, [](int) { return nullptr; });
  ScriptedServer old({{"SSH-2.0-OpenSSH_9\r\n", Then::close}});
  tests::TestProxy wants_password("407 Proxy Authentication Required");
  tests::TestProxy refuses("403 Forbidden");
  tests::TestProxy broken("502 Bad Gateway");
  const std::string aws = "https://ecr.example";
  const auto by = [&](const std::string& proxy) {
    return Variables{{"AWS_ENDPOINT_URL_ECR", aws}, {"HTTPS_PROXY", proxy}};
  };
  const auto through = [](const tests::TestProxy& proxy) {
    return fmt::format("http://me:hush@127.0.0.1:{}", proxy.port());
  };
  const struct {
    std::string what;
    Variables env;
    std::string words;
    int attempts;
  } rows[] = {
      {"no such name",
       {{"AWS_ENDPOINT_URL_ECR", "http://" + no_name()}},
       "its name is not known",
       5},
      {"no such proxy", by("http://me:hush@" + no_name() + ":3128"),
       "the proxy's name is not known", 5},
      {"nobody listens",
       {{"AWS_ENDPOINT_URL_ECR", url_of("http", nobody)}},
       "the connection was refused",
       5},
      {"the proxy does not listen",
       by(fmt::format("http://me:hush@127.0.0.1:{}", nobody)),
       "the connection was refused", 5},
      {"a handshake that breaks off",
       {{"AWS_ENDPOINT_URL_ECR", url_of("https", hangs_up.port())}},
       "the TLS handshake failed",
       5},
      {"a certificate of a stranger",
       {{"AWS_ENDPOINT_URL_ECR",
         fmt::format("https://localhost:{}", stranger.port())}},
       "its certificate is not trusted",
       1},
      {"another protocol",
       {{"AWS_ENDPOINT_URL_ECR", old.url()}},
       "it does not speak HTTP",
       1},
      {"the proxy wants a password", by(through(wants_password)),
       "answered 407 to CONNECT", 1},
      {"the proxy forbids it", by(through(refuses)), "answered 403 to CONNECT",
       1},
      {"the proxy is broken", by(through(broken)), "answered 502 to CONNECT",
       5},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const Result result = list(row.env);
    CAPTURE(result.message);
    CHECK(result.message.starts_with(
        "ECR DescribeImages of repository app in region eu-west-1: no answer "
        "from "));
    CHECK(contains(result.message, row.words));
    CHECK(contains(result.message,
                   row.attempts == 1 ? "(1 attempt)" : "(5 attempts)"));
    CHECK_FALSE(contains(result.message, "hush"));
    // What will not change is said at once.
    CHECK(result.waited.count() == (row.attempts == 1 ? 0 : 750));
  }
}

TEST_CASE("aws: a session that expires in the middle is renewed once") {
  const auto keys = [](const char* key) {
    return Step{
        http_answer(200, sts_answer(key), "Content-Type: text/xml\r\n")};
  };
  const Step expired{http_answer(
      400, R"({"__type":"ExpiredTokenException","message":"expired"})")};
  const Step page{http_answer(200, R"({"imageDetails":[],"nextToken":"t"})")};
  const Step last{http_answer(200, R"({"imageDetails":[]})")};
  const auto run = [](const ScriptedServer& aws) {
    return list({{"AWS_ENDPOINT_URL_ECR", aws.url()},
                 {"AWS_ENDPOINT_URL_STS", aws.url()}},
                true, tests::role_arn);
  };
  ScriptedServer good({keys("ASIAOLD"), page, expired, keys("ASIANEW"), last});
  CHECK(run(good).message == "");
  REQUIRE(good.requests().size() == 5);
  CHECK(contains(good.requests()[2], "Credential=ASIAOLD/"));
  CHECK(contains(good.requests()[4], "Credential=ASIANEW/"));

  ScriptedServer bad({keys("ASIAOLD"), expired, keys("ASIANEW"), expired});
  CHECK(contains(run(bad).message, "ExpiredTokenException: expired"));
  CHECK(bad.requests().size() == 4);
}

TEST_CASE("aws: a clock is left as it is where that is asked for") {
  const Step refusal{http_answer(
      400, R"({"__type":"InvalidSignatureException","message":"expired"})",
      "Date: Wed, 25 Nov 2026 13:00:00 GMT\r\n")};
  for (const bool asked : {false, true}) {
    ScriptedServer server({refusal, {http_answer(200, "")}});
    const Result result =
        list({{"AWS_ENDPOINT_URL_ECR", server.url()},
              {"AWS_DISABLE_CLOCK_SKEW_CORRECTION", asked ? "true" : "false"}});
    CHECK(server.requests().size() == (asked ? 1 : 2));
    CHECK(result.message.empty() == !asked);
  }
}

TEST_CASE("aws: where credentials come from, and nobody is there") {
  const int nobody = tests::unused_port();
  ScriptedServer refuses({{http_answer(403, "no")}});
  ScriptedServer version_1({{http_answer(403, "")}});
  ScriptedServer silent({{"", Then::hold}});
  const auto instance = [](const std::string& url) {
    return Variables{{"AWS_EC2_METADATA_SERVICE_ENDPOINT", url},
                     {"AWS_EC2_METADATA_DISABLED", "false"},
                     {"AWS_EC2_METADATA_V1_DISABLED", "true"}};
  };
  const auto container = [](const std::string& url) {
    return Variables{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url},
                     {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush"}};
  };
  const std::string service =
      "asking the container's credentials service "
      "(AWS_CONTAINER_CREDENTIALS_FULL_URI): ";
  const struct {
    std::string what;
    Variables env;
    std::string start;
  } rows[] = {
      {"no instance", instance(url_of("http", nobody)),
       "no AWS credentials found: "},
      {"an instance's service that holds its tongue", instance(silent.url()),
       "no AWS credentials found: "},
      {"an instance with version 1 alone, which is not allowed",
       instance(version_1.url()), "no AWS credentials found: "},
      {"no container's service", container(url_of("http", nobody)),
       service + fmt::format("no answer from 127.0.0.1:{}: the connection was "
                             "refused",
                             nobody)},
      {"a container's service that refuses", container(refuses.url()),
       service + "HTTP 403"},
      {"a container's service that must not be told the token",
       container("http://evil.example/"),
       "AWS_CONTAINER_CREDENTIALS_FULL_URI names the host evil.example over "
       "plain http"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const bool is_silent = row.env == instance(silent.url());
    const Result result =
        list(row.env, false, "",
             is_silent ? std::chrono::milliseconds(300) : patient);
    CAPTURE(result.message);
    CHECK(result.message.starts_with(row.start));
    CHECK_FALSE(contains(result.message, "hush"));
    CHECK(result.secrets.empty());
  }
  CHECK(refuses.requests().size() == 1);
  CHECK(version_1.requests().size() == 1);
}

}  // namespace
}  // namespace ecr_version::aws
