#include "base/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version {
namespace {

using List = std::vector<std::string>;
using namespace std::string_literals;

TEST_CASE("text: trim takes ASCII white space from both ends only") {
  CHECK(trim(" \t\r\n\v\fa b\n") == "a b");
  CHECK(trim(" \n ").empty());
  CHECK(trim("").empty());
  CHECK(trim("\u00A0a") == "\u00A0a");
}

TEST_CASE("text: split keeps empty parts, and nothing is one empty part") {
  CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
}

TEST_CASE("text: a list input is separated by newlines or commas") {
  CHECK(split_list("api, web\r\n\n  worker ,\n") ==
        List{"api", "web", "worker"});
  CHECK(split_list(" ,\n").empty());
}

TEST_CASE("text: join puts separators between, not around") {
  CHECK(join({"a", "b", "c"}, ", ") == "a, b, c");
  CHECK(join({"a"}, ", ") == "a");
  CHECK(join({}, ", ").empty());
}

TEST_CASE("text: letter case means ASCII letters") {
  CHECK(to_lower("AbZ[\xC3\x84") == "abz[\xC3\x84");
  CHECK(equals_ignoring_case("[MAJOR]", "[major]"));
  CHECK_FALSE(equals_ignoring_case("a", "ab"));
  CHECK_FALSE(equals_ignoring_case("[", "{"));  // 32 apart, but no letters
  CHECK(starts_with_ignoring_case("<DETAILS open>", "<details"));
  CHECK_FALSE(starts_with_ignoring_case("<det", "<details"));
}

TEST_CASE("text: lower hex is digits and a to f, at least one") {
  CHECK(is_lower_hex("0123456789abcdef"));
  for (const char* text : {"", "A", "g", "0x1", " 1", "1\n"}) {
    CAPTURE(text);
    CHECK_FALSE(is_lower_hex(text));
  }
}

TEST_CASE("text: what is not UTF-8 becomes U+FFFD, the rest stays") {
  const struct {
    std::string bytes;
    std::string text;
  } rows[] = {
      {"plain", "plain"},
      {"\u00E9\u20AC\U0001F600", "\u00E9\u20AC\U0001F600"},
      {"\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF",
       "\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF"},
      {"a\xFFz", "a\uFFFDz"},
      {"caf\xE9", "caf\uFFFD"},                          // Latin-1
      {"\x80", "\uFFFD"},                                // a tail alone
      {"\xC0\x80", "\uFFFD\uFFFD"},                      // overlong NUL
      {"\xE0\x80\x80", "\uFFFD\uFFFD\uFFFD"},            // overlong
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},            // a surrogate
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // past U+10FFFF
      {"\xF5", "\uFFFD"},
      {"\xE2\x82", "\uFFFD"},  // cut: one for the maximal part
      {"\xF0\x9F\x98x", "\uFFFDx"},
      {"a\0b"s, "a\0b"s},
  };
  for (const auto& row : rows) {
    CAPTURE(row.bytes);
    CHECK(to_utf8(row.bytes) == row.text);
  }
}

TEST_CASE("text: one_line leaves nothing that breaks a line or its order") {
  CHECK(one_line("a\r\nb\tc\x1B[31m\x7F") == "a  b c [31m ");
  CHECK(one_line("a\u0085b\u2028c\u2029d\u009Be") == "a b c d e");
  CHECK(one_line("a\u202Eb\u2066c\u2069d\u200Ee\u061Cf") == "a b c d e f");
  CHECK(one_line("a\0b"s) == "a b");
  CHECK(one_line("\xFF") == "\uFFFD");
}

TEST_CASE("text: one_line cuts at a character's boundary and says so") {
  CHECK(one_line("abcdef", 6) == "abcdef");
  CHECK(one_line("abcdefg", 6) == "abcdef…");
  CHECK(one_line("abcde\u20AC", 6) == "abcde…");
  CHECK(one_line(std::string(1'000'000, 'x')).size() == 200 + 3);
  CHECK(one_line("", 6).empty());
}

TEST_CASE("text: nearest finds a slip of the hand and nothing wilder") {
  const List keys{"repository", "repository-prefix", "region", "registry"};
  CHECK(nearest("repositry", keys) == "repository");
  CHECK(nearest("regoin", keys) == "region");  // two swapped letters
  CHECK(nearest("REGION", keys) == "region");
  CHECK(nearest("regions", keys) == "region");
  CHECK(nearest("dockerfile", keys).empty());
  CHECK(nearest("x", keys).empty());
  CHECK(nearest("", keys).empty());
  CHECK(nearest("region", {}).empty());
  CHECK(nearest(std::string(1'000'000, 'r'), keys).empty());
}

}  // namespace
}  // namespace ecr_version
