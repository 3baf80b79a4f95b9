// How the client calls ECR when all goes well, over real sockets.
#include "aws/ecr.hpp"
#include "net/curl_transport.hpp"
#include "support/fake_world.hpp"
#include "support/scripted_server.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

using tests::http_answer;
using tests::Step;

Step ok() {
  return {http_answer(
      200,
      R"({"imageDetails":[{"imageDigest":"sha256:aa","imageTags":["1.0.0"]}]})")};
}

Step error(int status, const std::string& code, const std::string& message) {
  return {http_answer(status, fmt::format(R"({{"__type":"{}","message":"{}"}})",
                                          code, message))};
}

std::map<std::string, std::string> env_for(const std::string& endpoint) {
  return {{"AWS_ENDPOINT_URL_ECR", endpoint},
          {"AWS_REGION", "eu-west-1"},
          {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
          {"AWS_SECRET_ACCESS_KEY", "secret"}};
}

TEST_CASE("ecr: each attempt is signed anew, under one invocation id") {
  tests::ScriptedServer server({error(500, "ServerException", "x"), ok()});
  net::CurlTransport transport({});
  tests::FakePorts fake;
  Session session({}, fake.ports(transport, env_for(server.url())));
  Ecr(session).describe_images({"app"}, tests::unheard);
  const auto requests = server.requests();
  const auto header = [](const std::string& request, const char* name) {
    const auto at = request.find(std::string(name) + ": ");
    return request.substr(at, request.find("\r\n", at) - at);
  };
  REQUIRE(requests.size() == 2);
  CHECK(header(requests[0], "amz-sdk-invocation-id") ==
        header(requests[1], "amz-sdk-invocation-id"));
  CHECK(header(requests[0], "amz-sdk-request") ==
        "amz-sdk-request: attempt=1; max=5");
  CHECK(header(requests[1], "amz-sdk-request") ==
        "amz-sdk-request: attempt=2; max=5");
  CHECK(header(requests[0], "Authorization") !=
        header(requests[1], "Authorization"));
  CHECK(requests[0].find("Expect:") == std::string::npos);
}

TEST_CASE("ecr: a hundred repositories share fifty connections") {
  std::vector<Step> script(100, ok());
  tests::ScriptedServer server(script);
  net::CurlTransport transport({});
  tests::FakePorts fake;
  Session session({}, fake.ports(transport, env_for(server.url())));
  std::vector<std::string> names;
  for (int n = 0; n < 100; ++n) names.push_back(fmt::format("app{}", n));
  std::vector<int> images(100);
  const auto results = Ecr(session).describe_images(
      names, [&](std::size_t n, ImageDetail&) { ++images[n]; });
  for (std::size_t n = 0; n < names.size(); ++n) {
    CHECK(results[n].repository == names[n]);
    CHECK(images[n] == 1);
  }
  CHECK(server.requests().size() == 100);
  CHECK(server.connections() <= 50);
  CHECK(transport.traffic().connections == server.connections());
}

TEST_CASE("ecr: the shared quota ends a storm of retries") {
  // 500 tokens pay for 35 retries at 14 each; 20 calls with 4 retries would
  // want 80.
  std::vector<Step> script(100, error(500, "ServerException", "down"));
  tests::ScriptedServer server(script);
  net::CurlTransport transport({});
  tests::FakePorts fake;
  Session session({}, fake.ports(transport, env_for(server.url())));
  std::vector<std::string> names(20, "app");
  Ecr(session).describe_images(names, tests::unheard);
  CHECK(server.requests().size() == 20 + 35);
}

TEST_CASE("ecr: calls whose credentials expire together renew them once") {
  const auto expired = tests::response(
      400, R"({"__type":"ExpiredTokenException","message":"expired"})");
  // To renew may be to wait: the other call's answer comes meanwhile, or after.
  for (const bool waits : {true, false}) {
    CAPTURE(waits);
    tests::FakeTransport transport;
    transport.answers = {expired, expired, tests::response(200, "{}"),
                         tests::response(200, "{}")};
    tests::FakePorts fake;
    const Ports ports = fake.ports(transport, {});
    Credentials credentials{.access_key = "OLD", .secret_key = Secret("s")};
    int renewals = 0;
    Client client(
        ports, {},
        {.credentials = [&]() -> const Credentials& { return credentials; },
         .renew =
             [&] {
               if (waits) transport.wait({});
               credentials.access_key = "NEW";
               return ++renewals > 0;
             },
         .where = [] { return ""; }});
    int done = 0;
    for (int n = 0; n < 2; ++n)
      client.start({.url = "https://ecr.example/",
                    .scope = {.region = "eu-west-1", .service = "ecr"},
                    .done = [&](const net::Response&, int) { ++done; },
                    .failed = [](const ApiError& error) { throw error; }});
    client.run();
    CHECK(renewals == 1);
    CHECK(done == 2);
    for (std::size_t n = 0; n < 4; ++n)
      CHECK(transport.requests[n].headers.back().second.starts_with(
          std::string("AWS4-HMAC-SHA256 Credential=") +
          (n < 2 ? "OLD/" : "NEW/")));
  }
}

}  // namespace
}  // namespace ecr_version::aws
