#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/error.hpp"
#include "wire/client.hpp"
#include "wire/pkt_line.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

using namespace ecr_version;
using namespace ecr_version::wire;

namespace {

const std::string id_a(40, 'a');

std::string packets(const std::vector<std::string>& parts) {
  std::string body;
  for (const std::string& part : parts) {
    if (part == "0000" || part == "0001") {
      body += part;
    } else {
      add_packet(body, part);
    }
  }
  return body;
}

// One answer as it will be given: a body in pieces of `piece` bytes, or none.
struct Scripted {
  int status = 200;
  std::string content_type;
  std::string body;
  bool no_answer = false;  // after the body's bytes
  bool transient = true;
};

// Answers in the order of the script, and keeps what was asked.
class ScriptedServer : public net::Transport {
 public:
  std::deque<Scripted> script;
  std::vector<net::Request> asked;

  void start(net::Request request, Done done) override {
    asked.push_back(request);
    REQUIRE_MESSAGE(!script.empty(), "an unscripted request: " << request.url);
    pending_ = [next = script.front(), request, done] {
      bool wanted = true;
      if (next.status == 200) {
        for (std::size_t at = 0; at < next.body.size() && wanted; at += 5) {
          wanted = request.sink(std::string_view(next.body).substr(at, 5));
        }
      }
      if (next.no_answer || !wanted) {
        done(net::NoAnswer(wanted ? "connection reset" : "aborted",
                           next.transient));
        return;
      }
      net::Response response;
      response.status = next.status;
      response.headers = {{"content-type", next.content_type}};
      if (next.status != 200) response.body = next.body;
      done(response);
    };
    script.pop_front();
  }
  void wait(std::chrono::milliseconds) override {
    if (!pending_) return;
    std::exchange(pending_, nullptr)();
  }
  bool busy() const override { return pending_ != nullptr; }
  void abandon() override { pending_ = nullptr; }

 private:
  std::function<void()> pending_;
};

struct Collected : PackTaker {
  std::string pack;
  int begun = 0;
  void begin() override {
    ++begun;
    pack.clear();
  }
  void add(std::string_view bytes) override { pack += bytes; }
};

const Scripted able = {
    .content_type = "application/x-git-upload-pack-advertisement",
    .body = packets({"version 2\n", "ls-refs\n", "fetch=shallow filter\n",
                     "object-format=sha1\n", "0000"})};

Scripted result(const std::string& body) {
  return {.content_type = "application/x-git-upload-pack-result", .body = body};
}

const Scripted one_pack =
    result(packets({"shallow-info\n", "shallow " + id_a, "0001", "packfile\n",
                    "\1PACK", "0000"}));

struct World {
  ScriptedServer server;
  std::vector<std::chrono::milliseconds> waits;
  Time now{};
  Collected pack;

  Client client(Remote remote = {.url = "https://git.example/o/r",
                                 .token = Secret("hush")}) {
    Clock clock;
    clock.now = [this] { return now; };
    clock.sleep = [this](std::chrono::milliseconds duration) {
      waits.push_back(duration);
      now += duration;
    };
    clock.random = [] { return 0.5; };
    return Client(server, clock, std::move(remote));
  }
  FetchRequest request() const {
    return {.purpose = "fetching history to reach api's release 1.2.3",
            .wants = {id_a},
            .deepen = 17};
  }
  // The message that fetching ends in.
  std::string failure(Remote remote = {.url = "https://git.example/o/r",
                                       .token = Secret("hush")}) {
    Client asking = client(std::move(remote));
    try {
      asking.fetch(request(), pack);
    } catch (const Error& error) {
      return describe(error);
    }
    return "no failure";
  }
};

const std::string doing =
    "fetching history to reach api's release 1.2.3 from "
    "https://git.example/o/r";

}  // namespace

TEST_CASE("wire/client: a fetch asks what the server can, then for the pack") {
  World world;
  world.server.script = {able, one_pack};
  Client client = world.client();
  const FetchResult fetched = client.fetch(world.request(), world.pack);
  CHECK(world.pack.pack == "PACK");
  CHECK(fetched.shallow == std::vector<std::string>{id_a});
  CHECK(fetched.pack_bytes == 4);
  CHECK(client.usage().requests == 2);
  CHECK(client.usage().bytes == able.body.size() + one_pack.body.size());
  REQUIRE(world.server.asked.size() == 2);
  CHECK(world.server.asked[0].method == "GET");
  CHECK(world.server.asked[0].url ==
        "https://git.example/o/r/info/refs?service=git-upload-pack");
  CHECK(world.server.asked[1].method == "POST");
  CHECK(world.server.asked[1].url == "https://git.example/o/r/git-upload-pack");
}

TEST_CASE("wire/client: the token is x-access-token's, in a header alone") {
  World world;
  world.server.script = {able, one_pack};
  world.client().fetch(world.request(), world.pack);
  for (const net::Request& request : world.server.asked) {
    std::string authorization;
    for (const auto& [name, value] : request.headers) {
      if (name == "Authorization") authorization = value;
      if (name == "Git-Protocol") CHECK(value == "version=2");
    }
    CHECK(authorization == "basic " + base64_encode("x-access-token:hush"));
    CHECK(request.url.find("hush") == std::string::npos);
    CHECK(request.body.find("hush") == std::string::npos);
  }
}

TEST_CASE("wire/client: without a token none is sent") {
  World world;
  world.server.script = {able, one_pack};
  world.client({.url = "https://git.example/o/r/"})
      .fetch(world.request(), world.pack);
  for (const auto& [name, value] : world.server.asked[1].headers) {
    CHECK(name != "Authorization");
  }
}

TEST_CASE("wire/client: what may pass is asked for again, from the beginning") {
  const std::string whole = one_pack.body;
  const std::vector<Scripted> rows = {
      {.status = 503},
      {.status = 429},
      {.no_answer = true},
      // Cut in the middle of the pack, with and without a word from HTTP.
      result(whole.substr(0, whole.size() - 6)),
      {.content_type = one_pack.content_type,
       .body = whole.substr(0, whole.size() - 6),
       .no_answer = true}};
  for (std::size_t row = 0; row < rows.size(); ++row) {
    CAPTURE(row);
    World world;
    world.server.script = {able, rows[row], one_pack};
    Client client = world.client();
    client.fetch(world.request(), world.pack);
    CHECK(world.pack.pack == "PACK");
    CHECK(world.pack.begun == 2);
    CHECK(client.usage().requests == 3);
    CHECK_FALSE(world.waits.empty());
  }
}

TEST_CASE("wire/client: it gives up after four attempts and says so") {
  World world;
  world.server.script = {able};
  for (int i = 0; i < 4; ++i) {
    world.server.script.push_back({.status = 502, .body = "Bad <b>gateway\n"});
  }
  CHECK(world.failure() ==
        doing + " (4 attempts): the server answered 502: 'Bad <b>gateway'");

  World cut;
  cut.server.script = {able};
  for (int i = 0; i < 4; ++i) cut.server.script.push_back(result("000d"));
  CHECK(cut.failure() == doing + " (4 attempts): the answer is cut short");
}

TEST_CASE("wire/client: what will not change fails at once, with its remedy") {
  const std::string cannot_read =
      ": the token given cannot read this repository; give the job "
      "`permissions: contents: read`";
  const std::vector<std::pair<Scripted, std::string>> rows = {
      {{.status = 401}, ": the server answered 401" + cannot_read},
      {{.status = 403}, ": the server answered 403" + cannot_read},
      {{.status = 404}, ": the server answered 404" + cannot_read},
      {{.status = 302},
       ": the server answered 302 and points elsewhere, where the token must "
       "not follow; GITHUB_SERVER_URL and GITHUB_REPOSITORY must name the "
       "repository itself"},
      {{.status = 400, .body = "nope"}, ": the server answered 400: 'nope'"},
      {{.no_answer = true, .transient = false}, ": connection reset"},
      {{.content_type = "text/html; charset=utf-8", .body = "<!DOCTYPE html>"},
       ": the answer is a web page and not git's protocol: something between "
       "here and the server answers in its place"},
      {{.content_type = "text/plain", .body = one_pack.body},
       ": the answer is 'text/plain' and not git's protocol: something between "
       "here and the server answers in its place"},
      {result("zzzz"),
       ": the answer is no git protocol: it has 'zzzz' where a packet's length "
       "belongs"},
      {result(packets({"ERR repository is locked"})),
       ": the server says 'repository is locked'"}};
  for (const auto& row : rows) {
    const auto& answer = row.first;
    const std::string& message = row.second;
    CAPTURE(message);
    World world;
    world.server.script = {able, answer};
    CHECK(world.failure() == doing + message);
    CHECK(world.waits.empty());
  }
}

TEST_CASE(
    "wire/client: a repository that cannot be read without a token says "
    "which input is missing") {
  World world;
  world.server.script = {{.status = 404}};
  CHECK(world.failure({.url = "https://git.example/o/r"}) ==
        "asking for the abilities of the git server from "
        "https://git.example/o/r: the server answered 404 and no token was "
        "given: a repository that is not public needs the input "
        "`github-token`, with `permissions: contents: read` for the job");
}

TEST_CASE("wire/client: a server of another protocol version is told") {
  World world;
  world.server.script = {{.content_type = able.content_type,
                          .body = packets({"# service=git-upload-pack\n",
                                           "0000", id_a + " HEAD", "0000"})}};
  CHECK(world.failure() ==
        "asking for the abilities of the git server at "
        "https://git.example/o/r: the server does not speak version 2 of git's "
        "protocol");
}

TEST_CASE(
    "wire/client: a server that cannot deepen is told before it is asked") {
  World world;
  world.server.script = {
      {.content_type = able.content_type,
       .body = packets({"version 2", "ls-refs", "fetch=filter", "0000"})}};
  CHECK(world.failure() == doing +
                               ": the server cannot deepen a shallow clone (it "
                               "does not offer `fetch=shallow`)");
  CHECK(world.server.asked.size() == 1);
}

TEST_CASE("wire/client: an object that the server lacks is its own error") {
  World world;
  world.server.script = {
      able, result(packets({"ERR upload-pack: not our ref " + id_a}))};
  Client client = world.client();
  CHECK_THROWS_AS(client.fetch(world.request(), world.pack), UnknownObject);
}

TEST_CASE("wire/client: more bytes than allowed end the fetch") {
  const std::string flood = packets(
      {"packfile\n", "\1" + std::string(3 << 20, 'x').substr(0, 60000)});
  World world;
  std::string body = flood;
  for (int i = 0; i < 40; ++i) body += flood.substr(13);
  world.server.script = {able, result(body)};
  CHECK(world.failure({.url = "https://git.example/o/r",
                       .most_bytes = std::uint64_t{2} << 20}) ==
        doing + ": the history needed is more than 2 MB");

  World plain;
  plain.server.script = {
      {.content_type = able.content_type,
       .body = packets({"version 2", "ls-refs", "fetch=shallow", "0000"})},
      result(body)};
  CHECK(plain.failure({.url = "https://git.example/o/r",
                       .most_bytes_unfiltered = std::uint64_t{1} << 20}) ==
        doing +
            ": the history needed is more than 1 MB, because the server cannot "
            "leave file contents out (it does not offer `filter`)");
}
