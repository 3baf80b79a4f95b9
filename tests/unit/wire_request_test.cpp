#include "base/error.hpp"
#include "wire/request.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ecr_version;
using namespace ecr_version::wire;

namespace {

const std::string id_a(40, 'a');
const std::string id_b(40, 'b');

Capabilities able() {
  Capabilities server;
  server.ls_refs = server.fetch = server.shallow = server.filter = true;
  return server;
}

// A request's packets, a line each, special ones as '0001' and '0000'.
std::string lines(const std::string& body) {
  std::string text;
  PacketReader reader;
  reader.feed(body, [&](Packet packet, std::string_view payload) {
    if (packet == Packet::data) text += payload;
    if (packet == Packet::delimiter) text += "0001\n";
    if (packet == Packet::flush) text += "0000\n";
  });
  CHECK(reader.between_packets());
  return text;
}

std::string packets(const std::vector<std::string>& parts) {
  std::string body;
  for (const std::string& part : parts) {
    if (part == "0000") {
      add_flush(body);
    } else {
      add_line(body, part);
    }
  }
  return body;
}

}  // namespace

TEST_CASE(
    "wire/request: a fetch names what is held, cut, wanted and left out") {
  FetchRequest request;
  request.wants = {id_a};
  request.haves = {id_a, id_b};
  request.shallow = {id_b};
  request.deepen = 17;
  request.filter = Filter::blobs;
  request.thin = true;
  CHECK(lines(fetch_body(request, able())) ==
        "command=fetch\nagent=ecr-version\nobject-format=sha1\n0001\n"
        "thin-pack\nno-progress\nofs-delta\n"
        "shallow " +
            id_b +
            "\ndeepen 17\nfilter blob:none\n"
            "want " +
            id_a + "\nhave " + id_a + "\nhave " + id_b + "\ndone\n0000\n");
}

TEST_CASE("wire/request: a server without filters is asked for none") {
  FetchRequest request;
  request.wants = {id_a};
  request.deepen_since = 1700000000;
  request.filter = Filter::trees;
  Capabilities server = able();
  server.filter = false;
  CHECK(lines(fetch_body(request, server)) ==
        "command=fetch\nagent=ecr-version\nobject-format=sha1\n0001\n"
        "no-progress\nofs-delta\ndeepen-since 1700000000\nwant " +
            id_a + "\ndone\n0000\n");
  server.filter = true;
  CHECK(lines(fetch_body(request, server)).find("filter tree:0\n") !=
        std::string::npos);
}

TEST_CASE("wire/request: references are asked for by prefix, tags peeled") {
  CHECK(lines(ls_refs_body({"refs/heads/", "refs/tags/"}, able())) ==
        "command=ls-refs\nagent=ecr-version\nobject-format=sha1\n0001\npeel\n"
        "ref-prefix refs/heads/\nref-prefix refs/tags/\n0000\n");
}

TEST_CASE("wire/capabilities: what a server can is read from its answer") {
  // As git 2.39.5's http-backend sends it.
  const std::string answer = packets(
      {"# service=git-upload-pack", "0000", "version 2", "agent=git/2.39.5",
       "ls-refs=unborn", "fetch=shallow wait-for-done filter", "server-option",
       "object-format=sha1", "object-info", "0000"});
  const Capabilities server = read_capabilities(answer);
  CHECK(server.ls_refs);
  CHECK(server.fetch);
  CHECK(server.shallow);
  CHECK(server.filter);
  CHECK(server.object_format == "sha1");
  CHECK(server.agent == "git/2.39.5");

  // GitHub leaves the service line out for version 2.
  const Capabilities plain =
      read_capabilities(packets({"version 2", "fetch", "0000"}));
  CHECK(plain.fetch);
  CHECK_FALSE(plain.shallow);
  CHECK_FALSE(plain.filter);
  CHECK_FALSE(plain.ls_refs);
}

TEST_CASE("wire/capabilities: an answer of another version or none is told") {
  const std::string version_0 =
      packets({"# service=git-upload-pack", "0000",
               id_a + " HEAD" + std::string(1, '\0') + "multi_ack", "0000"});
  const std::string refusal =
      "the server does not speak version 2 of git's protocol";
  CHECK_THROWS_WITH_AS(read_capabilities(version_0), refusal.c_str(), Error);
  CHECK_THROWS_WITH_AS(read_capabilities(""), refusal.c_str(), Error);
  CHECK_THROWS_WITH_AS(
      read_capabilities(packets({"version 2", "fetch=filter"})),
      "the server's list of capabilities is cut short", Error);
  CHECK_THROWS_WITH_AS(
      read_capabilities(packets({"ERR access denied or repository gone"})),
      "the server says 'access denied or repository gone'", Error);
}

TEST_CASE("wire/capabilities: references come with what a tag points at") {
  RefsAnswer answer(10);
  const std::string body =
      packets({id_a + " refs/heads/main", id_b + " refs/tags/v1 peeled:" + id_a,
               "unborn HEAD symref-target:refs/heads/main", "0000"});
  for (const char byte : body) answer.feed(std::string(1, byte));
  CHECK(answer.complete());
  const std::vector<Ref> refs = answer.take();
  REQUIRE(refs.size() == 2);
  CHECK(refs[0].name == "refs/heads/main");
  CHECK(refs[0].id == id_a);
  CHECK(refs[0].peeled.empty());
  CHECK(refs[1].name == "refs/tags/v1");
  CHECK(refs[1].id == id_b);
  CHECK(refs[1].peeled == id_a);
}

TEST_CASE("wire/capabilities: malformed references and too many are refused") {
  const auto feed = [](const std::vector<std::string>& parts) {
    RefsAnswer answer(2);
    answer.feed(packets(parts));
  };
  CHECK_THROWS_WITH_AS(
      feed({"abc refs/heads/main"}),
      "the list of references has the malformed line 'abc refs/heads/main'",
      Error);
  CHECK_THROWS_AS(feed({id_a}), Error);
  CHECK_THROWS_AS(feed({std::string(40, 'A') + " refs/heads/main"}), Error);
  CHECK_THROWS_WITH_AS(feed({id_a + " a", id_a + " b", id_a + " c"}),
                       "the server lists more than 2 references", Error);
  CHECK_THROWS_WITH_AS(feed({id_a + " a", "0000", id_a + " b"}),
                       "the list of references goes on after its end", Error);
  CHECK_THROWS_WITH_AS(feed({"ERR no"}), "the server says 'no'", Error);
}
