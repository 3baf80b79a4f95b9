// Files of git's own formats that are easier to show than to make.
#include "git/config.hpp"
#include "git/parse.hpp"
#include "git/path_hash.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace ecr_version::git {

TEST_CASE("config: reads what git reads") {
  const std::string text =
      "# comment\n[core]\n\tbare = false ; no\n  Name=a b  \n\tflag\n"
      "[remote \"My \\\"Origin\\\"\"] url = \"x # y\" z\n"
      "[a.B]\nlong = one \\\n  two\nescaped = \\t\\\"\\\\\r\n[x]y=";
  std::vector<std::pair<std::string, std::string>> found;
  read_config(text, [&](const std::string& name, const std::string& value) {
    found.emplace_back(name, value);
  });
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"core.bare", "false"},
      {"core.name", "a b"},
      {"core.flag", "true"},
      {"remote.My \"Origin\".url", "x # y z"},
      {"a.b.long", "one   two"},
      {"a.b.escaped", "\t\"\\"},
      {"x.y", ""},
  };
  CHECK(found == expected);
}

TEST_CASE("config: names the line that makes no sense") {
  for (const std::string text :
       {"\n[core\nx = 1", "\nx = 1", "\n=", "\n[a \"b]", "\n[a]x = \"y",
        "\n[a]x = \\q", "\n[a]x y"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(
        read_config(text, [](const std::string&, const std::string&) {}),
        "line 2 makes no sense as git's configuration", Error);
  }
}

TEST_CASE("parse: a commit that lacks what git would write is still read") {
  const std::string tree = "tree " + std::string(40, 'a') + "\n";
  const std::string parent = "parent " + std::string(40, 'B') + "\n";
  const struct {
    std::string text;
    std::size_t parents;
    std::int64_t date;
    std::string message;
  } rows[] = {
      {tree + parent + parent + "author x\ncommitter C <c> 12 +0000\n\nhi\n", 2,
       12, "hi\n"},
      {tree + "committer C <c> 12 +0000\n", 0, 12, ""},
      {tree + "committer C <c> 12 +0000", 0, 12, ""},
      {tree + "committer C <c> never\n\n", 0, 0, ""},
      {tree + "committer C <c> 99999999999999999999 +0000\n\n", 0, 0, ""},
      {tree + "committer C <c> -5 +0000\n\n", 0, 0, ""},
      {tree + "committer <a> 1> 7 +0\ngpgsig x\n y\n \n z\n\nm\n\nn", 0, 7,
       "m\n\nn"},
      {tree, 0, 0, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    std::vector<Oid> parents;
    const CommitText commit = parse_commit(row.text, parents);
    CHECK(parents.size() == row.parents);
    CHECK(commit.committed_at == row.date);
    CHECK(commit.message == row.message);
  }
  std::vector<Oid> none;
  for (const std::string& text :
       {std::string(), std::string("tree abc\n"), parent,
        tree + "parent " + std::string(40, 'z') + "\n"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_commit(text, none), Error);
  }
}

TEST_CASE("parse: a malformed tree is an error, not an entry") {
  const std::string id(20, 'i');
  for (const std::string& text :
       {std::string("100644 a\0", 9) + "short", std::string("100644 a"),
        std::string("x a\0", 4) + id, std::string("100644 \0", 8) + id,
        std::string("100644 a/b\0", 11) + id}) {
    CAPTURE(text);
    CHECK_THROWS_AS(TreeCursor{text}, Error);
  }
}

// The vectors of git's t/t0095-bloom.sh.
TEST_CASE("path_hash: is git's murmur3, in both of its versions") {
  const struct {
    std::string text;
    std::uint32_t hash;
  } rows[] = {
      {"", 0x00000000},
      {"Hello world!", 0x627b0c2c},
      {"The quick brown fox jumps over the lazy dog", 0x2e4ff723},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(path_hash(row.text, 0, 1) == row.hash);
    CHECK(path_hash(row.text, 0, 2) == row.hash);
  }
  const std::string high = "\x99\xaa\xbb\xcc\xdd\xee\xff";
  CHECK(path_hash(high, 0, 2) == 0xa183ccfd);
  CHECK(path_hash(high, 0, 1) != 0xa183ccfd);
}

}  // namespace ecr_version::git
