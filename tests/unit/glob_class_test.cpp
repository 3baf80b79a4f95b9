#include "core/glob_class.hpp"

#include "base/error.hpp"
#include "core/glob.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace ecr_version::core {
namespace {

bool has(const std::string& pattern, unsigned byte) {
  return Glob(pattern).matches(std::string(1, static_cast<char>(byte)));
}

}  // namespace

TEST_CASE("glob class: the named ones hold what C's do, a slash never") {
  using Holds = int (*)(int);
  const std::pair<const char*, Holds> rows[] = {
      {"alnum", std::isalnum},
      {"alpha", std::isalpha},
      {"ascii", [](int c) -> int { return c < 0x80; }},
      {"blank", std::isblank},
      {"cntrl", std::iscntrl},
      {"digit", std::isdigit},
      {"graph", std::isgraph},
      {"lower", std::islower},
      {"print", std::isprint},
      {"punct", std::ispunct},
      {"space", std::isspace},
      {"upper", std::isupper},
      {"word",
       [](int c) { return std::isalnum(c) | static_cast<int>(c == '_'); }},
      {"xdigit", std::isxdigit},
  };
  for (const auto& [name, holds] : rows) {
    const std::string inner = "[:" + std::string(name) + ":]";
    const Glob one("[" + inner + "]");
    const Glob other("[^" + inner + "]");
    for (int byte = 0; byte < 256; ++byte) {
      CAPTURE(inner);
      CAPTURE(byte);
      const std::string path(1, static_cast<char>(byte));
      const bool is_member = byte < 0x80 && holds(byte) != 0;
      CHECK(one.matches(path) == (is_member && byte != '/'));
      CHECK(other.matches(path) == (!is_member && byte != '/'));
    }
  }
}

TEST_CASE("glob class: ranges hold both their ends and nothing beside them") {
  for (unsigned byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    CHECK(has("[b-y]", byte) == (byte >= 'b' && byte <= 'y'));
    CHECK(has("[!b-y]", byte) == ((byte < 'b' || byte > 'y') && byte != '/'));
    CHECK(has("[+-1]", byte) == (byte >= '+' && byte <= '1' && byte != '/'));
    CHECK(has("[b-b]", byte) == (byte == 'b'));
  }
}

TEST_CASE("glob class: members one by one") {
  const struct {
    std::string pattern;
    std::vector<std::string> members;
    std::vector<std::string> others;
  } rows[] = {
      {"[]]", {"]"}, {"[", "[]]"}},
      {"[!]a]", {"b", "["}, {"]", "a"}},
      {"[a]]", {"a]"}, {"a", "]"}},
      {"[a-]", {"a", "-"}, {"b", "."}},
      {"[-a]", {"a", "-"}, {"b", "."}},
      {"[a^]", {"a", "^"}, {"b"}},
      {"[a!]", {"a", "!"}, {"b"}},
      {"[\\]-a]", {"]", "^", "_", "`", "a"}, {"\\", "b", "-"}},
      {"[a\\-z]", {"a", "-", "z"}, {"b", "\\"}},
      {"[\\\\]", {"\\"}, {"a", "]"}},
      {"[[:digit:]-]", {"1", "-"}, {"d", ":"}},
      {"[[:digit:][:upper:]x]", {"1", "A", "x"}, {"a", "[", ":"}},
      {"[x[:digit:]]", {"1", "x"}, {"[", ":", "]", "d"}},
      {"[[:]", {"[", ":"}, {"a", "]"}},
      {"[:a]", {":", "a"}, {"["}},
      // One character of two, three, four bytes.
      {"[\xc2\xa9x]", {"\xc2\xa9", "x"}, {"\xc2", "\xa9", "\xc2\xaa"}},
      {"[\xe2\x82\xac]", {"\xe2\x82\xac"}, {"\xe2\x82", "\xe2", "\xac"}},
      {"[x\xf0\x9f\x98\x80]", {"\xf0\x9f\x98\x80", "x"}, {"\x80", "\xf0"}},
      // Bytes that are no UTF-8 count as a character each.
      {"[\xf0\x9f\x98\x80\x80]", {"\xf0\x9f\x98\x80", "\x80"}, {"\xf0"}},
      {"[a\x80]", {"a", "\x80"}, {"a\x80"}},
      {"[\xe9"
       "a]",
       {"\xe9", "a"},
       {"\xe9"
        "a"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    const Glob glob(row.pattern);
    for (const std::string& member : row.members) {
      CAPTURE(member);
      CHECK(glob.matches(member));
    }
    for (const std::string& other : row.others) {
      CAPTURE(other);
      CHECK_FALSE(glob.matches(other));
    }
  }
}

TEST_CASE("glob class: says what is wrong with one") {
  const std::pair<const char*, const char*> rows[] = {
      {"[", "the [ is not closed"},
      {"[!", "the [ is not closed"},
      {"[!]", "the [ is not closed"},
      {"[]", "the [ is not closed"},
      {"[a", "the [ is not closed"},
      {"[a-", "the [ is not closed"},
      {"[a-b", "the [ is not closed"},
      {"[a\\", "the [ is not closed"},
      {"[a\\]", "the [ is not closed"},
      {"[\xc3\xa9", "the [ is not closed"},
      {"[[:digit:]", "the [ is not closed"},
      {"[[:digit", "the [ is not closed"},
      {"[[::]]", "there is no class [::]"},
      {"[[:Digit:]]", "there is no class [:Digit:]"},
      {"[a/]", "a [...] never matches a slash"},
      {"[b-a]", "the range b-a is backwards"},
      {"[a-\xc3\xa9]", "a range in [...] goes between ASCII characters"},
      {"[\xc3\xa9-\xc3\xaa]", "a range in [...] goes between ASCII characters"},
      {"[\x80-a]", "a range in [...] goes between ASCII characters"},
      {"[!\xc3\xa9]", "a negated [...] lists ASCII characters only"},
      {"[!\x80]", "a negated [...] lists ASCII characters only"},
      {"[!\xe9]", "a negated [...] lists ASCII characters only"},
  };
  for (const auto& row : rows) {
    const std::string pattern = row.first;
    CAPTURE(pattern);
    const std::string message =
        "the pattern \"" + pattern + "\" is wrong at column 1: " + row.second;
    CHECK_THROWS_WITH_AS(Glob{pattern}, message.c_str(), UsageError);
  }
}

}  // namespace ecr_version::core
