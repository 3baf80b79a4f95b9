#include "core/glob.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::core {

TEST_CASE("glob: refuses what no path can match, and says where") {
  const struct {
    std::string pattern;
    std::string message;
  } rows[] = {
      {"", "the pattern \"\" is wrong at column 1: it is empty"},
      {"/a",
       "the pattern \"/a\" is wrong at column 1: leave out the leading /; "
       "patterns begin at the repository's root"},
      {"a/",
       "the pattern \"a/\" is wrong at column 2: a directory as a whole is "
       "written with /** at its end"},
      {"a//b",
       "the pattern \"a//b\" is wrong at column 3: there is nothing between "
       "two slashes"},
      {"./a",
       "the pattern \"./a\" is wrong at column 1: a path has no part \".\"; "
       "patterns begin at the repository's root"},
      {"a/../b",
       "the pattern \"a/../b\" is wrong at column 3: a path has no part "
       "\"..\"; patterns begin at the repository's root"},
      {"a\\",
       "the pattern \"a\\\" is wrong at column 2: a backslash needs "
       "a character after it"},
      {"a/[bc",
       "the pattern \"a/[bc\" is wrong at column 3: the [ is not closed"},
      {"{a,b",
       "the pattern \"{a,b\" is wrong at column 1: the { is not closed"},
      {"a{b,{c}",
       "the pattern \"a{b,{c}\" is wrong at column 2: the { is not closed"},
      {"x[z-a]",
       "the pattern \"x[z-a]\" is wrong at column 2: the range z-a is "
       "backwards"},
      {"[[:letter:]]",
       "the pattern \"[[:letter:]]\" is wrong at column 1: there is no class "
       "[:letter:]"},
      {"[a/b]",
       "the pattern \"[a/b]\" is wrong at column 1: a [...] never matches a "
       "slash"},
      {"x/@(a|b)",
       "the pattern \"x/@(a|b)\" is wrong at column 3: extended globs such as "
       "@(a|b) are not known here; write {a,b}, or \\( for a parenthesis"},
      {"{1..99999}",
       "the pattern \"{1..99999}\" is wrong at column 1: the range has more "
       "than 1000 numbers"},
      {"a\\/",
       "the pattern \"a\\/\" is wrong at column 3: a directory as a whole is "
       "written with /** at its end"},
      {"/",
       "the pattern \"/\" is wrong at column 1: leave out the leading /; "
       "patterns begin at the repository's root"},
      {"x/?(a)",
       "the pattern \"x/?(a)\" is wrong at column 3: extended globs such as "
       "@(a|b) are not known here; write {a,b}, or \\( for a parenthesis"},
      {"+(a)",
       "the pattern \"+(a)\" is wrong at column 1: extended globs such as "
       "@(a|b) are not known here; write {a,b}, or \\( for a parenthesis"},
      {"!(a)",
       "the pattern \"!(a)\" is wrong at column 1: extended globs such as "
       "@(a|b) are not known here; write {a,b}, or \\( for a parenthesis"},
      {"a*(b)",
       "the pattern \"a*(b)\" is wrong at column 2: extended globs such as "
       "@(a|b) are not known here; write {a,b}, or \\( for a parenthesis"},
      {"**(b)",
       "the pattern \"**(b)\" is wrong at column 1: extended globs such as "
       "@(a|b) are not known here; write {a,b}, or \\( for a parenthesis"},
      {"{a/**",
       "the pattern \"{a/**\" is wrong at column 1: the { is not closed"},
      {"{1..3",
       "the pattern \"{1..3\" is wrong at column 1: the { is not closed"},
      {"{1..1001}",
       "the pattern \"{1..1001}\" is wrong at column 1: the range has more "
       "than 1000 numbers"},
      {"{-9223372036854775808..9223372036854775807}",
       "the pattern \"{-9223372036854775808..9223372036854775807}\" is wrong "
       "at column 1: the range has more than 1000 numbers"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CHECK_THROWS_WITH_AS(Glob(row.pattern), row.message.c_str(), UsageError);
  }
}

TEST_CASE("glob: refuses what is too deep or too large") {
  const auto nested = [](int depth, const std::string& open,
                         const std::string& close) {
    std::string pattern;
    for (int i = 0; i < depth; ++i) pattern += open;
    for (int i = 0; i < depth; ++i) pattern += close;
    return pattern;
  };
  CHECK(Glob(nested(100, "{a,", "}")).matches("a"));
  CHECK(Glob(nested(100, "{", "a,}")).matches("a"));
  const auto refuses = [](const std::string& pattern, const std::string& at) {
    CHECK_THROWS_WITH_AS(
        Glob{pattern},
        ("the pattern \"" + pattern + "\" is wrong at column " + at).c_str(),
        UsageError);
  };
  refuses(nested(101, "{a,", "}"), "301: braces are nested too deep");
  const std::string most(20'000, 'a');
  CHECK(Glob(most).matches(most));
  refuses(most + "a", "1: it is too large");
  // Each may follow each of the others.
  refuses(nested(2001, "{,a}", ""), "1: it is too large");
}

TEST_CASE("glob: stars, braces and ranges, each with what it is not") {
  const struct {
    std::string pattern;
    std::vector<std::string> matching;
    std::vector<std::string> others;
  } rows[] = {
      {"a{b,}c", {"abc", "ac"}, {"ab", "abbc"}},
      {"a{,b}c", {"abc", "ac"}, {"ab", "abbc"}},
      {"{,}a", {"a"}, {"aa"}},
      {"a/**/**b", {"a/b", "a/x/yb"}, {"a/x/y/bc", "ab", "a"}},
      {"a/**/**", {"a", "a/b", "a/b/c"}, {"ab"}},
      {"a/**/**/**", {"a", "a/b", "a/b/c"}, {"ab"}},
      {"a*/**/**", {"a/b", "ab/c"}, {"a", "ab"}},
      {"{a*,b}/**", {"ax", "b", "b/c"}, {"c"}},
      {"\\*/**", {"*", "*/a"}, {"a", "a/b"}},
      {"**/**a", {"a", "x/a", "x/y/za"}, {"ab", "a/b"}},
      {"**,b", {",b", "x,b"}, {"a/x,b", "b"}},
      {"**}b", {"}b", "x}b"}, {"a/x}b", "b"}},
      {"{b,**}", {"b", "a/x"}, {}},
      {"{a/**,b}", {"a/x", "a/x/y", "b"}, {"a", "c"}},
      {"{**/a,b}", {"a", "x/y/a", "b"}, {"x/b"}},
      {"{**a,b}", {"xa", "b"}, {"x/a"}},
      {"a**/b", {"a/b", "ax/b"}, {"a/x/b"}},
      {"{12}", {"{12}"}, {"12", "1", "2"}},
      {"{1a..3}", {"{1a..3}"}, {"1", "1a", "2"}},
      {"{1..3b}", {"{1..3b}"}, {"1", "2", "3b"}},
      {"{1..b}", {"{1..b}"}, {"1", "b"}},
      {"{a..3}", {"{a..3}"}, {"a", "3"}},
      {"{3..1}", {"1", "2", "3"}, {"0", "4", "{3..1}"}},
      {"{9..11}", {"9", "10", "11"}, {"8", "12", "1"}},
      {"{7..7}", {"7"}, {"6", "8"}},
      {"{-1..1}", {"-1", "0", "1"}, {"-2", "2", "-"}},
      {"{1..1000}", {"1", "1000"}, {"0", "1001"}},
      {"{9223372036854775806..9223372036854775807}",
       {"9223372036854775806", "9223372036854775807"},
       {"9223372036854775805", "-9223372036854775808"}},
      {"{1..99999999999999999999}", {"{1..99999999999999999999}"}, {"0", "1"}},
      {"{x..z}", {"x", "y", "z"}, {"w", "{", "{x..z}"}},
      {"{c..a}", {"a", "b", "c"}, {"d", "`", "{c..a}"}},
      {"{A..C}", {"A", "B", "C"}, {"@", "D", "{A..C}"}},
      {"{X..Z}", {"X", "Y", "Z"}, {"W", "[", "{X..Z}"}},
      {"{`..b}", {"{`..b}"}, {"a", "b", "`"}},
      {"{a..~}", {"{a..~}"}, {"a", "~"}},
      {"{@..C}", {"{@..C}"}, {"A", "@"}},
      {"{_..b}", {"{_..b}"}, {"a", "_"}},
      {"{%..c}", {"{%..c}"}, {"a", "%"}},
      {"{ab..d}", {"{ab..d}"}, {"a", "c", "d"}},
      {"{a..bc}", {"{a..bc}"}, {"a", "b", "c"}},
      {"a(b)|c", {"a(b)|c"}, {"ab"}},
      {"?@+!", {"a@+!"}, {"@+!"}},
      {"?", {std::string(1, '\0'), "\x7f", "\xc2\xa9"}, {"", "\xc1\x81"}},
      {"?", {"\xdf\xbf", "\xe0\xa0\x80", "\xef\xbf\xbf"}, {"\xdf\xdf"}},
      {"?", {"\xf4\x80\x80\x80", "\xff"}, {"\xf5\x80\x80\x80", "\xc2x"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    const Glob glob(row.pattern);
    for (const std::string& path : row.matching) {
      CAPTURE(path);
      CHECK(glob.matches(path));
    }
    for (const std::string& path : row.others) {
      CAPTURE(path);
      CHECK_FALSE(glob.matches(path));
    }
  }
}

TEST_CASE("glob: differs from picomatch where that would surprise") {
  const struct {
    std::string pattern;
    std::string path;
    bool matches;
    std::string why;
  } rows[] = {
      {"app/(auth)/page.tsx", "app/(auth)/page.tsx", true,
       "picomatch takes the parentheses for a group"},
      {"{1..12}", "11", true, "picomatch makes it the class [1-12]"},
      {"{1..12}", "13", false, ""},
      {"{-1..1}", "-1", true, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.path);
    CAPTURE(row.why);
    CHECK(Glob(row.pattern).matches(row.path) == row.matches);
  }
}

TEST_CASE("glob: a question mark is one character, in UTF-8 or out of it") {
  const struct {
    std::string pattern;
    std::string path;
    bool matches;
  } rows[] = {
      {"caf?/x", "caf\xc3\xa9/x", true},  // é
      {"caf?/x", "caf\xe9/x", true},      // é in Latin-1
      {"?", "\xe2\x82\xac", true},        // €
      {"?", "\xf0\x9f\x98\x80", true},    // 😀
      {"?", "\xf0\x9f\x98\x80x", false}, {"[!a]", "\xc3\xa9", true},
      {"[\xc3\xa9x]", "\xc3\xa9", true}, {"[\xc3\xa9x]", "x", true},
      {"[\xc3\xa9x]", "\xc3", false},    {"*", "\xff\xfe", true},
      {"**", "a\nb/\x01", true},         {"a?b", "a/b", false},
      {"a[!b]b", "a/b", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.path);
    CHECK(Glob(row.pattern).matches(row.path) == row.matches);
  }
}

TEST_CASE("glob: hostile patterns take time in proportion to their size") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a{,b}";
  const std::string path(20'000, 'a');
  CHECK_FALSE(Glob(pattern + "c").matches(path));
}

TEST_CASE("glob: tells what may lie below a directory, and when all does") {
  const struct {
    std::string pattern;
    std::string directory;
    bool may;
    bool all;
  } rows[] = {
      {"libs/**", "", true, false},
      {"libs/**", "libs", true, true},
      {"libs/**", "libs/a", true, true},
      {"libs/**", "lib", false, false},
      {"libs/*", "libs", true, false},
      {"libs/*", "libs/a", false, false},
      {"**/*.c", "x/y", true, false},
      {"**", "x", true, true},
      {"a", "", true, false},
      {"a", "a", false, false},
      {"{a,b}/**", "b", true, true},
      {"a/**/b/**", "a/x", true, false},
      {"a/**/b/**", "a/x/b", true, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.directory);
    const Glob glob(row.pattern);
    CHECK(glob.may_match_below(row.directory) == row.may);
    CHECK(glob.matches_all_below(row.directory) == row.all);
  }
}

TEST_CASE("glob: a submodule stands for what it holds") {
  const struct {
    std::string pattern;
    bool matches;
  } rows[] = {
      {"vendor/lib", true},
      {"vendor/lib/**", true},
      {"vendor/**", true},
      {"vendor/*", true},
      {"vendor/lib/src/**", true},
      {"vendor/*/src/x.c", true},
      {"**", true},
      {"*/**", true},
      {"**/*.md", false},
      {"vendor/**/x.c", false},
      {"vendor/other/**", false},
      {"vendor/li", false},
      {"vendor/l*/**", true},
      {"**/lib/x.c", true},
      {"{**,x}lib/x.c", true},  // these stars end outside of it, too
      {"{**,x}b*/**", true},    // all below it matches, whatever the name
      {"{**,x}b/x.c", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CHECK(Glob(row.pattern).matches_submodule("vendor/lib") == row.matches);
  }
  CHECK_FALSE(PathSet({"!vendor/**"}).matches_submodule("vendor/lib"));
  CHECK_FALSE(
      PathSet({"vendor/lib", "!*/lib/**"}).matches_submodule("vendor/lib"));
  CHECK(PathSet({"vendor/**", "!**/*.md"}).matches_submodule("vendor/lib"));
  CHECK_FALSE(
      PathSet({"vendor/**", "!vendor/l*/**"}).matches_submodule("vendor/lib"));
  CHECK_FALSE(PathSet({"*.c"}).matches_submodule("vendor"));
  CHECK(Glob("lib/x.c").matches_submodule("lib"));
}

TEST_CASE("glob: lists tell what may lie below a directory") {
  const struct {
    std::vector<std::string> patterns;
    std::string directory;
    bool may;
  } rows[] = {
      {{"libs/**", "apps/api/*"}, "apps", true},
      {{"libs/**", "apps/api/*"}, "apps/web", false},
      {{"libs/**", "!libs/gen/**"}, "libs", true},
      {{"libs/**", "!libs/gen/**"}, "libs/gen", false},
      {{"libs/**", "!libs/gen/*.c"}, "libs/gen", true},
      {{}, "libs", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.directory);
    CHECK(PathSet(row.patterns).may_match_below(row.directory) == row.may);
  }
}

TEST_CASE("glob: a path without a name matches nothing") {
  CHECK_FALSE(Glob("**").matches(""));
  CHECK_FALSE(Glob("*").matches(""));
}

TEST_CASE("glob: a negative pattern takes away, wherever it stands") {
  const struct {
    std::vector<std::string> patterns;
    std::string path;
    bool matches;
  } rows[] = {
      {{"a/**", "!**/*.md"}, "a/x.c", true},
      {{"a/**", "!**/*.md"}, "a/x.md", false},
      {{"!**/*.md", "a/**"}, "a/x.md", false},
      {{"!**/*.md"}, "b/x.c", true},  // only negative ones imply **
      {{"!**/*.md"}, "x.md", false},
      {{"\\!x"}, "!x", true},
      {{}, "a", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CHECK(PathSet(row.patterns).matches(row.path) == row.matches);
  }
}

TEST_CASE("glob: the common directory is what positive patterns share") {
  const struct {
    std::vector<std::string> patterns;
    std::string directory;
  } rows[] = {
      {{"apps/api/**"}, "apps/api"},
      {{"apps/api/*.c", "apps/web/**"}, "apps"},
      {{"apps/api/**", "!libs/**"}, "apps/api"},
      {{"apps/api/Dockerfile"}, "apps/api"},
      {{"Dockerfile"}, ""},
      {{"apps/api/**", "apps/apix/**"}, "apps"},
      {{"apps/{a,b}/**"}, "apps"},
      {{"a/x/**", "b/x/**"}, ""},
      {{"ab/**", "bb/**"}, ""},
      {{"apps/api/a/**", "apps/api/b/c", "apps/api/**"}, "apps/api"},
      {{"apps/api", "apps/api/**"}, "apps"},
      {{"*.c", "a/**"}, ""},
      {{"a/**", "*.c", "a/**"}, ""},
      {{"!a/**"}, ""},
      {{}, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.directory);
    CHECK(PathSet(row.patterns).common_directory() == row.directory);
  }
}

}  // namespace ecr_version::core
