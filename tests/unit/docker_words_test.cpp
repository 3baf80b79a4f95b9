#include "core/docker_words.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace ecr_version::core {
namespace {

// With `*` for what is not known, and `?` behind it when a slash may be in it.
std::string expand(std::string_view word, char escape = '\\') {
  DockerVariables variables{{"x", DockerWord{"val"}},
                            {"empty", DockerWord{}},
                            {"unset", std::nullopt},
                            {"x1", DockerWord{"one"}},
                            {"azAZ_09", DockerWord{"all"}},
                            {"arch", platform_argument("TARGETARCH")},
                            {"platform", platform_argument("TARGETPLATFORM")}};
  DockerWord result = expand_docker_word(word, variables, escape);
  std::replace(result.text.begin(), result.text.end(), any_value, '*');
  return result.text + (result.is_known ? "" : "?");
}

TEST_CASE("docker words: variables are replaced in all their forms") {
  const struct {
    const char* word;
    const char* text;
  } rows[] = {
      {"a", "a"},
      {"$x", "val"},
      {"a/$x/b", "a/val/b"},
      {"$x.y", "val.y"},
      {"$x1", "one"},
      {"${x}1", "val1"},
      {"${x:-y}", "val"},
      {"${x-y}", "val"},
      {"${x:+y}", "y"},
      {"${x+y}", "y"},
      {"${empty:-y}", "y"},
      {"${empty-y}", ""},
      {"${empty:+y}", ""},
      {"${empty+y}", "y"},
      {"${unset:-y}", "y"},
      {"${unset-y}", "y"},
      {"${unset:+y}b", "b"},
      {"${other:-y}", "y"},
      {"${other:-${x}/z}", "val/z"},
      {"${other:-${unset:-$x}}", "val"},
      {"${other:-'}'}", "}"},
      {"$empty", ""},
      {"\\$x", "$x"},
      {"a\\ b", "a b"},
      {"'$x'", "$x"},
      {"\"$x y\"", "val y"},
      {"\"\\$x\\a\"", "$x\\a"},
      {"a\"b\"'c'", "abc"},
      {"a''b", "ab"},
      {"\"$x\"", "val"},
      {"\"$x$x\"", "valval"},
      {"\"a\\\"b\"", "a\"b"},
      {"\"\\\\\"b", "\\b"},
      {"$azAZ_09", "all"},
      {"$x/", "val/"},
      {"$x:", "val:"},
      {"$x@", "val@"},
      {"$x[", "val["},
      {"$x`", "val`"},
      {"$x{", "val{"},
      {"a\x01z", "a\x01z"},
      {"a$", "a$"},
      {"a$/b", "a$/b"},
      {"$@b", "b"},
      {"bin/$arch/x", "bin/*/x"},
      {"${arch:-y}", "*"},
      // Not known, with slashes perhaps.
      {"$unset/a", "*/a?"},
      {"$other", "*?"},
      {"${other}a", "*a?"},
      {"$platform", "*?"},
      {"${x#v}a", "*a?"},
      {"${x/a/b}", "*?"},
      {"${unset:?no}", "*?"},
      {"${x:}a", "*a?"},
      {"\"a\\\"", "a\"*?"},
      {"\"a\\", "a\\*?"},
      {"${x", "*?"},
      {"${x:", "*?"},
      {"${x:-y", "*?"},
      {"${}", "*?"},
      {"'a", "*?"},
      {"\"a", "a*?"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.word);
    CHECK(expand(row.word) == row.text);
  }
}

TEST_CASE("docker words: the escape character is the file's") {
  CHECK(expand("a\\b`$x", '`') == "a\\b$x");
}

TEST_CASE("docker words: platform arguments are the builder's to give") {
  const std::pair<const char*, bool> rows[] = {
      {"TARGETARCH", true},    {"TARGETOS", true},
      {"TARGETVARIANT", true}, {"TARGETPLATFORM", false},
      {"BUILDARCH", true},     {"BUILDOS", true},
      {"BUILDVARIANT", true},  {"BUILDPLATFORM", false}};
  CHECK(platform_arguments().size() == 8);
  for (const auto& row : rows) {
    CAPTURE(row.first);
    const auto word = platform_arguments().at(row.first);
    REQUIRE(word.has_value());
    CHECK(word->text == std::string(1, any_value));
    CHECK(word->is_known == row.second);
  }
  CHECK_FALSE(platform_argument("TARGET").has_value());
}

TEST_CASE("docker words: what is too deep or too long is not known") {
  const auto nested = [](int depth) {
    std::string word;
    for (int i = 0; i < depth; ++i) word += "${other:-";
    return word + "$x" + std::string(static_cast<std::size_t>(depth), '}');
  };
  CHECK(expand(nested(20)) == "val");
  CHECK(expand(nested(21)) == "*?");
  std::string empty;
  for (int i = 0; i < 21; ++i) empty += "${other:-";
  CHECK(expand(empty + std::string(21, '}') + "b") == "*?");
  const std::string most(4096, 'a');
  CHECK(expand(most) == most);
  CHECK(expand(most + "a") == "*?");
  CHECK(expand(most + "aaa") == "*?");
  CHECK(expand(std::string_view("a\0b", 3)) == std::string("a\0b", 3));
}

TEST_CASE("docker words: hostile words stay small") {
  std::string nested;
  for (int i = 0; i < 10'000; ++i) nested += "${other:-";
  CHECK(expand(nested).ends_with('?'));
  std::string long_value(5000, 'a');
  CHECK(expand(long_value) == "*?");
}

}  // namespace
}  // namespace ecr_version::core
