#include "wire/pkt_line.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ecr_version;
using namespace ecr_version::wire;

namespace {

// What was read, as one text: packets in brackets, special ones by name.
std::string read(const std::vector<std::string>& pieces) {
  static const std::string names[] = {"", "flush", "delimiter", "end"};
  std::string seen;
  PacketReader reader;
  for (const std::string& piece : pieces) {
    reader.feed(piece, [&](Packet packet, std::string_view payload) {
      seen += packet == Packet::data
                  ? "[" + std::string(payload) + "]"
                  : "<" + names[static_cast<std::size_t>(packet)] + ">";
    });
  }
  return seen + (reader.between_packets() ? "" : "...");
}

std::vector<std::string> in_pieces(const std::string& text, std::size_t size) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size(); at += size) {
    pieces.push_back(text.substr(at, size));
  }
  return pieces;
}

}  // namespace

TEST_CASE("pkt_line: packets are the same however the stream is cut") {
  const std::string stream =
      "0009hello0000"
      "0006a\n"
      "0001"
      "0004"
      "0002"
      "000Bcapital";
  const std::string expected = "[hello]<flush>[a\n]<delimiter>[]<end>[capital]";
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    CAPTURE(size);
    CHECK(read(in_pieces(stream, size)) == expected);
  }
}

TEST_CASE("pkt_line: a packet that has only begun is not handed out") {
  CHECK(read({"0009hell"}) == "...");
  CHECK(read({"0009hello", "00"}) == "[hello]...");
  CHECK(read({""}) == "");
}

TEST_CASE("pkt_line: the longest packet is read, one byte more is refused") {
  const std::string longest(most_packet_bytes, 'x');
  CHECK(read({"fff0" + longest}) == "[" + longest + "]");
  CHECK_THROWS_WITH_AS(
      read({"fff1"}),
      "the answer is no git protocol: no packet has the length 'fff1'", Error);
}

TEST_CASE("pkt_line: what is no length ends the reading") {
  CHECK_THROWS_WITH_AS(read({"<!DO", "CTYPE html>"}),
                       "the answer is a web page and not git's protocol: "
                       "something between here and the server answers in its "
                       "place",
                       Error);
  CHECK_THROWS_WITH_AS(read({"PACK", "more"}),
                       "the answer is no git protocol: it has 'PACK' where a "
                       "packet's length belongs",
                       Error);
  CHECK_THROWS_WITH_AS(
      read({"0003"}),
      "the answer is no git protocol: no packet has the length '0003'", Error);
  CHECK_THROWS_AS(read({"-001"}), Error);
  CHECK_THROWS_AS(read({"0", "0", "0", "g"}), Error);
  CHECK_THROWS_AS(read({std::string("\0\0\0\0", 4)}), Error);
}

TEST_CASE("pkt_line: what is written reads back") {
  std::string body;
  add_line(body, "command=fetch");
  add_delimiter(body);
  add_packet(body, "");
  add_flush(body);
  CHECK(body == "0012command=fetch\n000100040000");
  CHECK(read({body}) == "[command=fetch\n]<delimiter>[]<flush>");
}

TEST_CASE("pkt_line: a line that fits no packet is not written") {
  std::string body;
  add_packet(body, std::string(most_packet_bytes, 'x'));
  CHECK(body.starts_with("fff0x"));
  CHECK_THROWS_AS(add_packet(body, std::string(most_packet_bytes + 1, 'x')),
                  Error);
}

TEST_CASE("pkt_line: a line's newline is optional and single") {
  CHECK(line_of("version 2\n") == "version 2");
  CHECK(line_of("version 2") == "version 2");
  CHECK(line_of("a\n\n") == "a\n");
  CHECK(line_of("") == "");
}
