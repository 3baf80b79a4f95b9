#include "base/error.hpp"
#include "wire/fetch_answer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ecr_version;
using namespace ecr_version::wire;

namespace {

const std::string id_a(40, 'a');
const std::string id_b(40, 'b');

std::string packets(const std::vector<std::string>& parts) {
  std::string body;
  for (const std::string& part : parts) {
    if (part == "0000" || part == "0001" || part == "0002") {
      body += part;
    } else {
      add_packet(body, part);
    }
  }
  return body;
}

std::string band(char number, const std::string& text) {
  return std::string(1, number) + text;
}

struct Read {
  std::string pack;
  FetchAnswer answer{[this](std::string_view bytes) { pack += bytes; }};
  explicit Read(const std::vector<std::string>& parts) {
    answer.feed(packets(parts));
  }
};

}  // namespace

TEST_CASE("wire/answer: the sections of a deepening are told apart") {
  const std::string body =
      packets({"shallow-info\n", "shallow " + id_a, "unshallow " + id_b + "\n",
               "0001", "packfile\n", band(1, "PACK"), band(2, "Total 3\n"),
               band(1, ""), band(1, "rest"), "0000"});
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, body.size()}) {
    CAPTURE(size);
    std::string pack;
    FetchAnswer answer([&](std::string_view bytes) { pack += bytes; });
    for (std::size_t at = 0; at < body.size(); at += size) {
      CHECK_FALSE(answer.complete());
      answer.feed(std::string_view(body).substr(at, size));
    }
    CHECK(answer.complete());
    CHECK(answer.shallow() == std::vector<std::string>{id_a});
    CHECK(answer.unshallow() == std::vector<std::string>{id_b});
    CHECK(pack == "PACKrest");
    CHECK(answer.pack_bytes() == 8);
  }
}

TEST_CASE("wire/answer: acknowledgments are passed over") {
  const Read read({"acknowledgments\n", "ACK " + id_a + "\n", "ready\n", "0001",
                   "packfile\n", band(1, "PACK"), "0000"});
  CHECK(read.answer.complete());
  CHECK(read.pack == "PACK");
}

TEST_CASE("wire/answer: an answer without its end is not complete") {
  const std::vector<std::string> whole = {"shallow-info\n", "shallow " + id_a,
                                          "0001",           "packfile\n",
                                          band(1, "PACK"),  "0000"};
  for (std::size_t count = 0; count < whole.size(); ++count) {
    CAPTURE(count);
    const Read read({whole.begin(), whole.begin() + static_cast<long>(count)});
    CHECK_FALSE(read.answer.complete());
  }
}

TEST_CASE(
    "wire/answer: what the server says is wrong is repeated on one line") {
  CHECK_THROWS_WITH_AS(
      Read({"ERR upload-pack: not our ref " + id_a}),
      ("the server says 'upload-pack: not our ref " + id_a + "'").c_str(),
      Error);
  CHECK_THROWS_WITH_AS(
      Read({"packfile\n", band(3, "fatal: bad object\n::error::x\n")}),
      "the server says 'fatal: bad object ::error::x'", Error);
  CHECK_THROWS_WITH_AS(Read({"shallow-info\n", "ERR gone"}),
                       "the server says 'gone'", Error);
}

TEST_CASE("wire/answer: what is out of order or malformed is refused") {
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows = {
      {{"wanted-refs\n"}, "the answer has the unexpected line 'wanted-refs'"},
      {{"PACK"}, "the answer has the unexpected line 'PACK'"},
      {{"shallow-info\n", "shallow abc"},
       "the answer has the unexpected line 'shallow abc'"},
      {{"shallow-info\n", "deep " + id_a},
       "the answer has the unexpected line 'deep " + id_a + "'"},
      {{"packfile\n", band(4, "x")}, "the answer has the unexpected line 'x'"},
      {{"packfile\n", ""}, "the answer has the unexpected line ''"},
      {{"0000"}, "the answer ends without a pack"},
      {{"0002"}, "the answer ends without a pack"},
      {{"0001"}, "the answer ends a section that it did not begin"},
      {{"shallow-info\n", "0000"}, "the answer ends without a pack"},
      {{"packfile\n", band(1, "P"), "0001"},
       "the answer ends a section that it did not begin"},
      {{"packfile\n", band(1, "P"), "0000", "packfile\n"},
       "the answer goes on after its end"}};
  for (const auto& row : rows) {  // clang 14 captures no structured binding
    CAPTURE(row.second);
    CHECK_THROWS_WITH_AS(Read{row.first}, row.second.c_str(), Error);
  }
}

TEST_CASE("wire/answer: progress and keep-alives without end are cut off") {
  for (const std::string& packet :
       {band(2, std::string(1000, '.')), band(2, ""), band(1, "")}) {
    CAPTURE(packet.size());
    FetchAnswer answer([](std::string_view) {});
    answer.feed(packets({"packfile\n"}));
    const std::string piece = packets({packet});
    int fed = 0;
    CHECK_THROWS_AS(
        [&] {
          for (; fed < 1'000'000; ++fed) answer.feed(piece);
        }(),
        Error);
    CHECK(fed < 220'000);
  }
}

TEST_CASE("wire/answer: what the pack's taker throws passes on") {
  struct Full : Error {
    using Error::Error;
  };
  FetchAnswer answer([](std::string_view) { throw Full("the disk is full"); });
  CHECK_THROWS_AS(answer.feed(packets({"packfile\n", band(1, "PACK")})), Full);
}
