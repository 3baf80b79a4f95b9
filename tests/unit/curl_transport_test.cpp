#include "net/curl_transport.hpp"

#include "support/private_ca.hpp"
#include "support/scripted_server.hpp"
#include "support/temp_dir.hpp"
#include "support/test_proxy.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace ecr_version::net {
namespace {

using tests::http_answer;
using tests::Then;

std::string failure_of(Transport& transport, const Request& request) {
  try {
    transport.send(request);
  } catch (const NoAnswer& failure) {
    return failure.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Request plain(const std::string& url) {
  Request request{.url = url};
  request.allow_http = true;
  return request;
}

TEST_CASE("curl: one connection serves one request after another") {
  tests::ScriptedServer server({{http_answer(200, "a", "X-One: 1\r\n")},
                                {http_answer(404, "b")},
                                {http_answer(503, "c")}});
  CurlTransport transport({});
  const Response first = transport.send(plain(server.url()));
  CHECK(first.status == 200);
  CHECK(first.body == "a");
  CHECK(first.header("x-one") == "1");
  CHECK(first.header("x-two") == "");
  CHECK(transport.send(plain(server.url())).status == 404);
  CHECK(transport.send(plain(server.url())).status == 503);
  CHECK(server.connections() == 1);
  CHECK(transport.traffic().connections == 1);
  CHECK(transport.traffic().requests == 3);
  CHECK(transport.traffic().bytes_received == 3);
}

TEST_CASE("curl: what is sent is what was asked") {
  tests::ScriptedServer server({{http_answer(200, "")}});
  CurlTransport transport({.user_agent = "ecr-version/1"});
  Request request = plain(server.url() + "/a/../b//c?x=%2F&y");
  request.method = "PUT";
  request.headers = {{"X-A", "1"}};
  transport.send(request);
  const std::string sent = server.requests().front();
  CHECK(sent.starts_with("PUT /a/../b//c?x=%2F&y HTTP/1.1\r\n"));
  CHECK(contains(sent, "\r\nX-A: 1\r\n"));
  CHECK(contains(sent, "\r\nUser-Agent: ecr-version/1\r\n"));
  CHECK(contains(sent, "\r\nContent-Length: 0\r\n"));
}

TEST_CASE("curl: a large body is sent without waiting for 100 Continue") {
  tests::ScriptedServer server({{http_answer(200, "")}});
  CurlTransport transport({});
  Request request = plain(server.url());
  request.method = "POST";
  request.body = std::string(3'000'000, 'x');
  CHECK(transport.send(request).status == 200);
  CHECK_FALSE(contains(server.requests().front().substr(0, 400), "100-cont"));
}

TEST_CASE("curl: of several answers the last one counts") {
  tests::ScriptedServer server({{"HTTP/1.1 100 Continue\r\nX-A: no\r\n\r\n" +
                                 http_answer(200, "yes", "X-A: yes\r\n")}});
  CurlTransport transport({});
  const Response response = transport.send(plain(server.url()));
  CHECK(response.status == 200);
  CHECK(response.header("X-A") == "yes");
}

TEST_CASE("curl: an answer larger than allowed is cut off") {
  tests::ScriptedServer server({{http_answer(200, std::string(5000, 'x'))}});
  CurlTransport transport({});
  Request request = plain(server.url());
  request.most_bytes = 4999;
  CHECK(failure_of(transport, request) ==
        fmt::format("the answer of 127.0.0.1:{} is larger than 4999 bytes",
                    server.port()));
}

TEST_CASE("curl: a sink takes the body of a success and no other") {
  tests::ScriptedServer server({{http_answer(200, "pack")},
                                {http_answer(500, "why")},
                                {http_answer(200, "pack")}});
  CurlTransport transport({});
  std::string taken;
  Request request = plain(server.url());
  request.sink = [&](std::string_view piece) {
    taken += piece;
    return true;
  };
  CHECK(transport.send(request).body.empty());
  CHECK(taken == "pack");
  CHECK(transport.send(request).body == "why");
  CHECK(taken == "pack");
  request.sink = [](std::string_view) { return false; };
  CHECK(contains(failure_of(transport, request), "was not wanted"));
}

TEST_CASE("curl: what a sink throws arrives at the caller") {
  tests::ScriptedServer server({{http_answer(200, "pack")}});
  CurlTransport transport({});
  Request request = plain(server.url());
  request.sink = [](std::string_view) -> bool { throw Error("disk full"); };
  CHECK_THROWS_WITH_AS(transport.send(request), "disk full", Error);
}

TEST_CASE("curl: plain http is refused unless it is allowed") {
  CurlTransport transport({});
  CHECK_THROWS_WITH_AS(
      transport.send({.url = "http://user:secret@127.0.0.1:1/x"}),
      "refusing to send to 127.0.0.1:1: only https is allowed", Error);
}

TEST_CASE("curl: a header cannot smuggle in another") {
  tests::ScriptedServer server({});
  CurlTransport transport({});
  Request request = plain(server.url());
  request.headers = {{"Authorization", "secret\r\nX-Evil: 1"}};
  CHECK_THROWS_WITH_AS(transport.send(request),
                       "the header Authorization would hold a line break",
                       Error);
  CHECK(server.requests().empty());
}

TEST_CASE("curl: a write is not sent twice behind our back") {
  tests::ScriptedServer server(
      {{http_answer(200, "")}, {"", Then::reset}, {http_answer(200, "")}});
  CurlTransport transport({});
  transport.send(plain(server.url()));  // leaves a connection
  Request write = plain(server.url());
  write.method = "POST";
  write.fresh_connection = true;
  CHECK(contains(failure_of(transport, write), "the connection broke"));
  CHECK(server.requests().size() == 2);
}

TEST_CASE("curl: an interruption ends a wait") {
  tests::ScriptedServer server({{"", Then::hold}});
  bool interrupted = false;
  CurlTransport transport({.interrupted = [&] { return interrupted; }});
  bool done = false;
  transport.start(plain(server.url()), [&](const Outcome&) { done = true; });
  while (server.requests().empty())
    transport.wait(std::chrono::milliseconds(1));
  interrupted = true;
  CHECK_THROWS_AS(transport.wait(std::chrono::seconds(60)), Interrupted);
  CHECK_FALSE(done);
}

TEST_CASE("curl: every attempt is shown to the observer, without a secret") {
  tests::ScriptedServer server(
      {{http_answer(403, "body", "x-amzn-RequestId: r-9\r\n")}});
  std::vector<Exchange> seen;
  CurlTransport transport(
      {.observe = [&](const Exchange& exchange) { seen.push_back(exchange); }});
  Request request = plain(server.url() + "/?token=secret");
  request.label = "DescribeImages";
  request.attempt = 2;
  transport.send(request);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].method == "GET");
  CHECK(seen[0].host == fmt::format("127.0.0.1:{}", server.port()));
  CHECK(seen[0].label == "DescribeImages");
  CHECK(seen[0].attempt == 2);
  CHECK(seen[0].status == 403);
  CHECK(seen[0].request_id == "r-9");
}

TEST_CASE("curl: no more requests at once than allowed") {
  std::vector<tests::Step> script(12, {http_answer(200, "x")});
  tests::ScriptedServer server(script);
  CurlTransport transport({.most_at_once = 3});
  int done = 0;
  for (int n = 0; n < 12; ++n)
    transport.start(plain(server.url()), [&](const Outcome&) { ++done; });
  while (transport.busy()) transport.wait(std::chrono::seconds(10));
  CHECK(done == 12);
  CHECK(server.connections() <= 3);
}

TEST_CASE("curl: a private CA is trusted by AWS_CA_BUNDLE alone") {
  const tests::PrivateCa ca("localhost");
  tests::TempDir folder;
  folder.write("ca.pem", ca.pem());
  tests::ScriptedServer server({{http_answer(200, "trusted")}}, ca.wrap());
  const std::string url = fmt::format("https://localhost:{}/", server.port());

  CurlTransport stranger({});
  const std::string refusal = failure_of(stranger, {.url = url});
  CHECK(refusal.starts_with(
      fmt::format("no answer from localhost:{}: its certificate is not trusted",
                  server.port())));
  CHECK(contains(refusal,
                 ": where a proxy or an endpoint has a CA of its own, set "
                 "AWS_CA_BUNDLE to a PEM file that holds it"));
  CHECK(server.requests().empty());

  CurlTransport friendly(
      {.env = Environment({{"AWS_CA_BUNDLE", folder.path() / "ca.pem"}})});
  CHECK(friendly.send({.url = url}).body == "trusted");
}

TEST_CASE("curl: a certificate for another name is refused for good") {
  const tests::PrivateCa ca("other.example");
  tests::TempDir folder;
  folder.write("ca.pem", ca.pem());
  tests::ScriptedServer server({{http_answer(200, "")}}, ca.wrap());
  CurlTransport transport(
      {.env = Environment({{"AWS_CA_BUNDLE", folder.path() / "ca.pem"}})});
  try {
    transport.send(
        {.url = fmt::format("https://localhost:{}/", server.port())});
    FAIL("it was trusted");
  } catch (const NoAnswer& failure) {
    CHECK_FALSE(failure.transient);
  }
}

TEST_CASE("curl: a CA bundle that is not there is named") {
  CHECK_THROWS_WITH_AS(
      CurlTransport({.env = Environment({{"AWS_CA_BUNDLE", "/no/ca.pem"},
                                         {"HOME", "/github/home"}})}),
      "AWS_CA_BUNDLE names /no/ca.pem, which cannot be read here: a container "
      "action sees of its host nothing but the workspace; put the bundle there "
      "and name it /github/workspace/...",
      Error);
}

TEST_CASE("curl: https goes through the proxy's tunnel, by either variable") {
  const tests::PrivateCa ca("api.example");
  tests::TempDir folder;
  folder.write("ca.pem", ca.pem());
  for (const std::string variable :
       {"HTTPS_PROXY", "https_proxy", "ALL_PROXY"}) {
    CAPTURE(variable);
    tests::ScriptedServer server({{http_answer(200, "through")}}, ca.wrap());
    tests::TestProxy proxy;
    CurlTransport transport(
        {.env =
             Environment({{"AWS_CA_BUNDLE", folder.path() / "ca.pem"},
                          {variable, fmt::format("http://me:pass@127.0.0.1:{}",
                                                 proxy.port())}})});
    Request request{.url =
                        fmt::format("https://api.example:{}/", server.port())};
    request.headers = {{"Authorization", "for AWS only"}};
    CHECK(transport.send(request).body == "through");
    REQUIRE(proxy.requests().size() == 1);
    const std::string head = proxy.requests().front();
    CHECK(head.starts_with(
        fmt::format("CONNECT api.example:{} HTTP/1.1", server.port())));
    CHECK(contains(head, "\r\nProxy-Authorization: Basic bWU6cGFzcw==\r\n"));
    CHECK_FALSE(contains(head, "for AWS only"));
  }
}

TEST_CASE("curl: http goes through HTTP_PROXY, which libcurl would ignore") {
  tests::TestProxy proxy("204 No Content");
  CurlTransport transport(
      {.env = Environment(
           {{"HTTP_PROXY", fmt::format("127.0.0.1:{}", proxy.port())}})});
  CHECK(transport.send(plain("http://ecr.example/x")).status == 204);
  CHECK(proxy.requests().front().starts_with("GET http://ecr.example/x HTTP"));
}

TEST_CASE("curl: NO_PROXY and link-local services go around the proxy") {
  tests::TestProxy proxy("502 Bad Gateway");
  tests::ScriptedServer server(
      {{http_answer(200, "")}, {http_answer(200, "")}});
  const std::string address = fmt::format("127.0.0.1:{}", proxy.port());
  CurlTransport by_name({.env = Environment({{"HTTP_PROXY", address},
                                             {"NO_PROXY", "127.0.0.1"}})});
  CHECK(by_name.send(plain(server.url())).status == 200);
  CurlTransport link_local({.env = Environment({{"HTTP_PROXY", address}})});
  Request request = plain(server.url());
  request.use_proxy = false;
  CHECK(link_local.send(request).status == 200);
  CHECK(proxy.requests().empty());
}

TEST_CASE("curl: a proxy that refuses is named, and its password is not") {
  const struct {
    std::string refusal;
    std::string end;
    bool transient;
  } rows[] = {
      {"407 Proxy Authentication Required",
       "answered 407 to CONNECT; it wants a user and a password: set "
       "HTTPS_PROXY to http://USER:PASSWORD@127.0.0.1:{}",
       false},
      {"403 Forbidden",
       "answered 403 to CONNECT; let the proxy pass api.example, or add it to "
       "NO_PROXY",
       false},
      {"502 Bad Gateway", "answered 502 to CONNECT", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.refusal);
    tests::TestProxy proxy(row.refusal);
    CurlTransport transport(
        {.env = Environment({{"HTTPS_PROXY", fmt::format("http://me:hush@"
                                                         "127.0.0.1:{}",
                                                         proxy.port())}})});
    try {
      transport.send({.url = "https://api.example/"});
      FAIL("it went through");
    } catch (const NoAnswer& failure) {
      CHECK(failure.what() ==
            fmt::format("no answer from api.example: the proxy 127.0.0.1:{} "
                        "(HTTPS_PROXY) ",
                        proxy.port()) +
                fmt::format(fmt::runtime(row.end), proxy.port()));
      CHECK(failure.transient == row.transient);
    }
  }
}

}  // namespace
}  // namespace ecr_version::net
