#include "core/docker_words.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace ecr_version::core {
namespace {

// With `*` for what is not known, and `?` behind it when a slash may be in it.
std::string expand(std::string_view word, char escape = '\\') {
  DockerVariables variables{{"x", DockerWord{"val"}},
                            {"empty", DockerWord{}},
                            {"unset", std::nullopt},
                            {"x1", DockerWord{"one"}},
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
      {"${x", "*?"},
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

TEST_CASE("docker words: hostile words stay small") {
  std::string nested;
  for (int i = 0; i < 10'000; ++i) nested += "${other:-";
  CHECK(expand(nested).ends_with('?'));
  std::string long_value(5000, 'a');
  CHECK(expand(long_value) == "*?");
}

}  // namespace
}  // namespace ecr_version::core
