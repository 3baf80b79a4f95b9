#include "core/docker_patterns.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

using Lines = std::vector<std::string>;

bool ignores(const std::string& dockerignore, std::string_view path) {
  return DockerPatterns(read_dockerignore(dockerignore)).matches(path);
}

TEST_CASE("docker patterns: paths are cleaned as Go does") {
  const struct {
    const char* path;
    const char* clean;
  } rows[] = {{"", "."},
              {"a", "a"},
              {"a/", "a"},
              {"./a", "a"},
              {"a//b/./c", "a/b/c"},
              {"a/../b", "b"},
              {"../a", "../a"},
              {"a/../..", ".."},
              {"../../a", "../../a"},
              {"/../a", "/a"},
              {"/", "/"},
              {"//a", "/a"},
              {"a/b/../..", "."}};
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CHECK(clean_path(row.path) == row.clean);
  }
}

TEST_CASE("dockerignore: comments, blanks, slashes and exceptions are read") {
  CHECK(read_dockerignore("\xEF\xBB\xBF# first\n\n  a  \r\n/b/\n./c/../d\n"
                          "! /e\n#f\n #g\n!\n/\nh") ==
        Lines{"a", "b", "d", "!e", "#g", "!", "/", "h"});
  CHECK(read_dockerignore("").empty());
}

TEST_CASE("dockerignore: that of the Dockerfile comes first") {
  CHECK(dockerignore_candidates("apps/api/Dockerfile", "") ==
        Lines{"apps/api/Dockerfile.dockerignore", ".dockerignore"});
  CHECK(dockerignore_candidates("build/api.Dockerfile", "apps/api") ==
        Lines{"build/api.Dockerfile.dockerignore", "apps/api/.dockerignore"});
}

// Docker's own documentation and its matcher's tests give the sense of these.
TEST_CASE("docker patterns: what a single pattern matches") {
  const struct {
    const char* pattern;
    const char* matching;
    const char* others;
  } rows[] = {
      {"a", "a a/b a/b/c", "b/a ab"},
      {"a/b", "a/b a/b/c", "a b a/bc x/a/b"},
      {"*.md", "x.md .md x.md/y", "a/x.md x.mdx"},
      {"*/x", "a/x a/x/y", "x a/b/x"},
      {"*", "a a/b .env", ""},
      {"?", "a a/b", "ab"},
      {"a*b", "ab axb", "a/b a/x/b"},
      {"a?c", "abc a\u00E9c", "a/c ac"},
      {"**/x", "x a/x a/b/x x/y", "ax a/xy"},
      {"**/*.go", "x.go a/x.go a/b/x.go", "x.gox"},
      {"**", "a a/b", ""},
      {"a/**", "a/b a/b/c", "a ab"},
      {"a/**/b", "a/b a/x/b a/x/y/b a/b/c", "ab a/xb b"},
      {"**/a/**", "a/b x/a/b", "a xa/b"},
      {"a**", "a ab ab/c a/b", "b"},
      {"**a", "a xa x/a x/ya", "ab"},  // so it is: as text
      {"a**b", "ab a/b ax/b a/x/b", "axb"},
      {"**/**/x", "x a/x a/b/x", "ax"},
      {"[a-c]x", "ax bx cx/y", "dx x ]x xx"},
      {"[b-d]", "b c d", "a e -"},
      {"[a-cx-z]", "a c x y z", "d w -"},
      {"[\u00E9a]", "\u00E9 a", "\u00E8"},
      {"[^a]x", "bx", "ax"},
      {"[!a]x", "!x ax", "bx"},
      {"a[.]b", "a.b", "axb"},
      {"a.b", "a.b", "axb"},
      {"a*.b", "a.b ax.b", "axb"},
      {"a+(b)|{c}$", "a+(b)|{c}$", "ab"},
      {"a*+(b)$", "a+(b)$ ax+(b)$", "ab"},
      {"\\*", "*", "a"},
      {"a\\?b", "a?b", "axb"},
      {"a^b", "a^b", "ab"},
      {"a\\", "a\\", "a"},
      {"\\@\\[\\`\\{\\:", "@[`{:", "a"},
      {"a\\\x7F", "a\x7F", "a"},
      {"a]", "a]", "a ]"},
      {"../a", "", "a"},
      {".", "", "a"},
      {"/", "", "a"},
      // Refused by Docker, or not what was written: hides nothing.
      {"[", "", "[ a"},
      {"[]a]", "", "a ]"},
      {"[z-a]", "", "a z"},
      {"[*]", "", "* a"},
      {"\\d", "", "1 d"},
      {"\\a", "", "a"},
      {"\\z", "", "z"},
      {"\\A", "", "A"},
      {"\\Z", "", "Z"},
      {"\\0", "", "0"},
      {"\\9", "", "9"},
      {"\\_", "", "_"},
      {"\\\u00E9", "", "\u00E9"},
      {"[a", "", "a [a"},
      {"[^]", "", "a ^"},
      {"[^]a]", "", "b ba]"},
      {"[a-]", "", "a -"},
      {"[-a]", "", "a -"},
      {"[--a]", "", "a -"},
      {"[+--]", "", "+ , -"},
      {"[a-c-e]", "", "a b d"},
      {"a]^", "", "a]^"},
      {"^a*", "", "a ^a"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    const DockerPatterns patterns({row.pattern});
    for (const std::string_view path : split(row.matching, ' ')) {
      CAPTURE(path);
      CHECK((path.empty() || patterns.matches(path)));
    }
    for (const std::string_view path : split(row.others, ' ')) {
      CAPTURE(path);
      CHECK_FALSE((!path.empty() && patterns.matches(path)));
    }
  }
}

TEST_CASE("docker patterns: an odd exception takes everything back") {
  for (const char* odd : {"!\\d", "![", "![a", "![^]", "![z-a]", "![*]",
                          "![]a]", "![a-]", "!a^*", "!\\\u00E9"}) {
    CAPTURE(odd);
    CHECK_FALSE(DockerPatterns({"*", odd}).matches("a"));
    CHECK_FALSE(DockerPatterns({"*", odd}).matched_before("a"));
  }
  CHECK_FALSE(DockerPatterns({"[a]"}).matches(std::string_view("\0", 1)));
}

TEST_CASE("dockerignore: the last line that matches decides") {
  CHECK(ignores("*.md\n!README.md", "x.md"));
  CHECK_FALSE(ignores("*.md\n!README.md", "README.md"));
  CHECK(ignores("!README.md\n*.md", "README.md"));
  CHECK(ignores("*.md\n!README*.md\nREADME-secret.md", "README-secret.md"));
  CHECK_FALSE(
      ignores("*.md\nREADME-secret.md\n!README*.md", "README-secret.md"));
}

TEST_CASE("dockerignore: what is below a directory can be taken back") {
  CHECK(ignores("a\n!a/b", "a/c"));
  CHECK_FALSE(ignores("a\n!a/b", "a/b"));
  CHECK_FALSE(ignores("a\n!a/b", "a/b/c"));
  CHECK_FALSE(ignores("*\n!src", "src/x/y"));
  CHECK(ignores("*\n!src\nsrc/x", "src/x/y"));
  CHECK_FALSE(ignores("*\n!src/**/keep.txt", "src/a/keep.txt"));
  CHECK(ignores("**\n!**/*.go\n**/*_test.go", "a/b_test.go"));
  CHECK_FALSE(ignores("**\n!**/*.go\n**/*_test.go", "a/b.go"));
}

// In MatchesUsingParentResults a pattern that was not asked of a directory,
// because it could change nothing there, is asked of each path below on its
// own.
TEST_CASE("dockerignore: a pattern that repeats another is not inherited") {
  CHECK_FALSE(ignores("d\n!d/c\nd*", "d/c"));
  CHECK(ignores("d\n!d/c\nd/c", "d/c"));
}

TEST_CASE("dockerignore: no lines hide nothing") {
  CHECK_FALSE(ignores("", "a"));
  CHECK_FALSE(ignores("# a\n\n", "a"));
  CHECK_FALSE(ignores("a\n!", "a"));  // Docker refuses it: nothing is hidden
}

TEST_CASE("docker patterns: a walk gets the same answers") {
  const DockerPatterns patterns(Lines{"*", "!src", "src/x", "!src/x/keep"});
  CHECK(patterns.has_exceptions());
  DockerPatterns::Matched root;
  DockerPatterns::Matched src;
  DockerPatterns::Matched x;
  DockerPatterns::Matched file;
  CHECK_FALSE(patterns.matches("src", root, src));
  CHECK(patterns.matches("src/x", src, x));
  CHECK(patterns.matches("src/x/y", x, file));
  CHECK_FALSE(patterns.matches("src/x/keep", x, file));
  CHECK_FALSE(DockerPatterns(Lines{"a"}).has_exceptions());
  CHECK(DockerPatterns().empty());
}

// Each row is a case in which an engine of 20.10 and BuildKit 0.34 differed.
TEST_CASE("docker patterns: engines before 23 hide other files") {
  const struct {
    Lines lines;
    const char* path;
    bool before, now;
  } rows[] = {
      {{"a-b/x/a-b", "!a*"}, "a-b/x/a-b", false, true},
      {{"**b"}, "a/c/c/a-b", false, true},
      {{"*", "!a*/x"}, "abc/x", false, false},
      {{"a", "!a/b"}, "a/b/c", false, false},
      {{"a"}, "a/b/c", true, true},
      {{"a/**"}, "a/b/c", true, true},
      {{"**/*.md"}, "a/b.md", true, true},
      {{"**"}, "a/b", true, true},
      {{"a/b"}, "a", false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.lines[0]);
    CAPTURE(row.path);
    CHECK(DockerPatterns(row.lines).matched_before(row.path) == row.before);
    CHECK(DockerPatterns(row.lines).matches(row.path) == row.now);
  }
}

// Would not end if it tried one way after the other.
TEST_CASE("docker patterns: many stars take no more than all pairs") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a**/";
  CHECK_FALSE(DockerPatterns({pattern + "b"}).matches(std::string(5000, 'a')));
}

}  // namespace
}  // namespace ecr_version::core
