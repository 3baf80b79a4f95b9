#include "core/docker_glob.hpp"

#include "core/docker_source.hpp"
#include "core/docker_words.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ecr_version::core {
namespace {

const std::string any(1, any_value);
constexpr std::nullopt_t none = std::nullopt;

}  // namespace

TEST_CASE("docker glob: a path as COPY reads it, and as a mount does") {
  const struct {
    std::string path;
    std::optional<std::string> copied;
    std::string mounted;
  } rows[] = {
      {"a/b.c", "a/b.c", "a/b.c"},
      {"a*b", "a*b", "a\\*b"},
      {"a**b", "a*b", "a\\*\\*b"},  // Go's stars: two are one
      {"a?b", "a?b", "a\\?b"},
      {"\\*", "\\*", "\\\\\\*"},
      {"\\**", "\\**", "\\\\\\*\\*"},
      {"\\a", "a", "\\\\a"},
      {"a\\", "a\\\\", "a\\\\"},
      {"a\\\\b", "a\\\\b", "a\\\\\\\\b"},
      {"[ab]c", "?c", "\\[ab\\]c"},
      {"x[^a]", "x?", "x\\[\\^a\\]"},
      {"[a]/b[c]/d", "?/b?/d", "\\[a\\]/b\\[c\\]/d"},
      {"[", none, "\\["},
      {"[a", none, "\\[a"},
      {"[]", none, "\\[\\]"},
      {"[]a]", none, "\\[\\]a\\]"},
      {"[a\\]b]", none, "\\[a\\\\\\]b\\]"},
      {"[a/b]", none, "\\[a/b\\]"},
      {"{a,b}", "\\{a\\,b\\}", "\\{a\\,b\\}"},
      {"(a|b)+@!^]", "\\(a\\|b\\)\\+\\@\\!\\^\\]",
       "\\(a\\|b\\)\\+\\@\\!\\^\\]"},
      {any + "/x", "*/x", "*/x"},
      {any + any, "*", "*"},
      {any + "*", "*", "*\\*"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CHECK(docker_to_glob(row.path, DockerWildcards::yes) == row.copied);
    CHECK(docker_to_glob(row.path, DockerWildcards::no) == row.mounted);
  }
}

TEST_CASE("docker glob: COPY --parents knows two stars, as a part alone") {
  const std::pair<const char*, const char*> rows[] = {
      {"a/b", "a/b"},   {"**/a", "**/a"}, {"a/**/b*", "a/**/b*"},
      {"a**/b", "**"},  {"a/b**", "**"},  {"a/[", "**"},
      {"a/[b]", "a/?"}, {"a?", "a?"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first);
    CHECK(docker_parents_to_glob(row.first) == row.second);
  }
}

TEST_CASE("docker source: patterns of ours cover what is read") {
  const struct {
    std::string pattern;
    std::string parents;
    std::vector<std::string> globs;
  } rows[] = {
      {"", "", {"**"}},
      {"a", "", {"a", "a/**"}},
      {"", "b", {"b", "b/**"}},
      {"", "**", {"**"}},
      {"", "b**", {"**"}},
      {"a", "b", {"a", "a/b", "a/b/**"}},
      {"a", "**", {"a", "a/**", "a/**/**"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.parents);
    DockerSource source;
    source.pattern = row.pattern;
    source.parents = row.parents;
    CHECK(source.globs() == row.globs);
    CHECK(source.is_pattern_of_ours());
  }
  DockerSource odd;
  odd.pattern = "a//b";
  CHECK_FALSE(odd.is_pattern_of_ours());
}

}  // namespace ecr_version::core
