// What picomatch 4.0.7 (npm) answers with {dot: true, posix: true}: patterns
// chosen by hand and, below them, drawn ones, each with paths that match and
// paths that do not. The rows were printed by picomatch itself, which is where
// to look when one is doubted.
#include "core/glob.hpp"
#include "core/path_index.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

struct Row {
  std::string pattern;
  std::string matching;
  std::string other;
};

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

// clang-format off
const Row rows[] = {
    {"a/**", "a a/b/c a/x/y/b a/bc a/d a/b/x/c", "ab a.c axb acdf apps/api/README.md"},
    {"**", "a ax/b 2 a+b acdf xcey", ""},
    {"**/b", "b a/b a/x/b a/x/y/b ax/b libs/core/src/a/b", "ab a/bc a+b abde a/.b/c"},
    {"a/**/b", "a/b a/x/b a/x/y/b", "a ax/b a+b abde a/b/x/c"},
    {"a**", "a ac a.js a|b a$ acdf", "a/b a/c ^a apps/web/x.h x/a"},
    {"**a", "a .a ^a @a ~a #a", "ab a/xb a* a/d xay"},
    {"a/**b", "a/b a/xb a/.b", "a a/c a+b abde a/b/x/c"},
    {"a/b**", "a/b a/bc", "a ab/c a|b abde a/b/x/c"},
    {"a**/b", "a/b ax/b", "a ab/c a|b abde a/b/x/c"},
    {"*", "a a.c 9f a|b a} v1.2", "a/b ab/c .github/ci.yml apps/api/src/m.c x/a"},
    {"a/*", "a/b a/xb a/c a/bc a/.b a/d", "a ab/c a+b acdf a/a/a"},
    {"a*", "a ac a.js a|b a$ acdf", "a/b a/c ^a apps/web/x.h x/a"},
    {"*a*", "a a!c {a} a.b abde #a", "a/b a/xb a/bc apps/web/x.h a/b/x/c"},
    {"?", "a 1 4 _ ! ]", "ab .a a* b/c/d xcey"},
    {"a?c", "abc axc a!c a.c", "a a/bc a{b,c} abde xay"},
    {"a[^b]c", "axc a!c a.c", "a ax/b a|b abde a/a/a"},
    {"a[!b]c", "axc a!c a.c", "a ax/b a|b abde a/a/a"},
    {"[[:alpha:]]", "a b F c", "ab ab/c {a} a/d xay"},
    {"[[:alnum:]_]*", "a a!c 1A a+b abde v1.x", "a/b a/c .github/ci.yml #a a/b/x/c"},
    {"[[:digit:]][[:upper:]]", "1A", "x/.git/config d/d b/c/d abd libs/core/src/a/b"},
    {"[[:xdigit:]]", "a b 1 4 F c", "axc x/.git/config d/d abd xay"},
    {"[[:punct:]]", "_ - ! * ]", "abc ab/c x/y.c b/c/d libs/core/src/a/b"},
    {"[[:space:]]x", "", "a ax/b +x a/d v1.x"},
    {"[[:lower:][:digit:]]", "a b 1 2 4 c", "x/.git/config d/d b/c/d abd libs/core/src/a/b"},
    {"[a-c]x", "", "a ax/b a* b/c/d xay"},
    {"[]a]", "a ]", "ab ab/c a{b,c} a/d xay"},
    {"a]", "a]", "a a/xb {a} a/d xay"},
    {"{a}", "{a}", "a a/xb a{b,c} a/d xay"},
    {"{a,b}", "a b", "ab a/c a|b abde a/b/x/c"},
    {"{a,b/c}/d", "a/d b/c/d", "a a/c {a} abde xdy"},
    {"{a,{b,c}}", "a b c", "ab ax/b a{b,c} b/c/d a/a/a"},
    {"{,a}b", "b ab", "a a/c a|b abde a/b/x/c"},
    {"a{,b}", "a ab", "b a/c a|b abde a/b/x/c"},
    {"{1..3}", "1 2", "1A v1.2 v1.x"},
    {"{a..c}", "a b c", "ab a/c a* a/d xay"},
    {"{**,b}", "a ax/b 2 a+b acdf xcey", ""},
    {"{a,b}/**", "a a/b/c a/xb a/.b b/c/d a/.b/c", "ab .github/ci.yml axb acdf xay"},
    {"**/{a,b}", "a b a/x/b ax/b libs/core/src/a/b x/a", "ab .a a+b b/c/d xay"},
    {"*.{js,ts}", "a.js .js a.ts", "x/.git/config .github/ci.yml apps/api/src/m.c apps/web/x.h libs/core/src/a/b"},
    {"{*.js,b}", "b a.js .js", "ab ab/c a|b abd a/.b/c"},
    {"\\*", "*", "a .a _ d/d v1.x"},
    {"a\\{b,c\\}", "a{b,c}", "a a/c {a} abde a/a/a"},
    {"a|b", "a|b", "a ab/c a{b,c} abde a/b/x/c"},
    {"a+b", "a+b", "a ab/c a{b,c} abde a/b/x/c"},
    {"a.b", "a.b", "a ab/c a{b,c} abde a/b/x/c"},
    {"a$", "a$", "a a/xb {a} a/d xay"},
    {"^a", "^a", "a a/xb {a} a/d xay"},
    {"@a", "@a", "a a/xb {a} a/d xay"},
    {"***", "a a.c 9f a|b a} v1.2", "a/b ab/c .github/ci.yml apps/api/src/m.c x/a"},
    {"**/**", "a ax/b 2 a+b acdf xcey", ""},
    {"a/**/**/b", "a/b a/x/b a/x/y/b", "a ax/b a+b abde a/b/x/c"},
    {"**/*", "a ax/b 2 a+b acdf xcey", ""},
    {"**/*.c", "x/y.c a.c .c apps/api/src/m.c", "abc a!c a/bc b/c/d xcey"},
    {"a/**/*", "a/b a/x/b a/xb a/bc a/d a/b/x/c", "a .a a+b abde libs/core/src/a/b"},
    {"*/**", "a/b a/xb a/.b b/d libs/core/src/a/b x/a/y", "a a.js ! ^a #a"},
    {"a*/**", "a/b a/x/y/b a/c a/.b apps/web/x.h a/b/x/c", "a a.c a+b a} libs/core/src/a/b"},
    {"?/**", "a a/x/y/b x/y.c - a/d x/a", "ab a.c a{b,c} abde v1.2"},
    {"{*,a}/**", "a ax/b 2 a+b acdf xcey", ""},
    {"[.]a", ".a", "a a/xb a{b,c} a/d xay"},
    {"a,b", "a,b", "a ab/c a{b,c} b/c/d a/b/x/c"},
    {"a}", "a}", "a a/xb {a} a/d xay"},
    {"~a", "~a", "a a/xb {a} a} xay"},
    {"[\\]]", "]", "a .a _ d/d v1.x"},
    {"[a\\-c]", "a - c", "ab a/c a* a/d xay"},
    {"[*]", "*", "a .a _ d/d v1.x"},
    {"{a\\,b,c}", "a,b c", "a ab/c a* a/d a/a/a"},
    {"a{b,c}d{e,f}", "abde acdf", "a a/c a* a/d xdy"},
    {"#a", "#a", "a a/xb {a} a} xay"},
    {"[--0]", "- 0", "a .a _ a} v1.x"},
    {"[-a]", "a -", "ab ab/c a{b,c} a/d xay"},
    {"[a-]", "a -", "ab ab/c a{b,c} a/d xay"},
    {"[^]a]", "b 1 4 _ ! c", "a a/xb {a} a/d xay"},
    {"**/a/**", "a a/b/c a/xb a/.b a/a/a x/a/y", "ab .a a|b a} apps/api/src/m.c"},
    {"a/**/b/**/c", "a/b/c a/b/x/c a/b/b/c", "a a/c {a} a/d xay"},
    {"*/b/*", "a/b/c z/b/z", "b a/xb a{b,c} b/c/d a/b/x/c"},
    {"**/.git*/**", "x/.git/config .github/ci.yml", "a.ts apps/api/src/m.c libs/core/src/a/b apps/api/README.md"},
    {".*", ".a .x .c .js", "a a/.b +x b/d v1.x"},
    {".*/**", ".github/ci.yml", "a .a - d/d v1.x"},
    {"a/.b/*", "a/.b/c", "a ab/c a{b,c} b/c/d a/a/a"},
    {"{apps,libs}/*/src/**", "apps/api/src/m.c libs/core/src/a/b", "a a/c a* a/d a/a/a"},
    {"apps/{api,web}/**/*.{c,h}", "apps/api/src/m.c apps/web/x.h", "a a/c a* a/d a/a/a"},
    {"v[0-9]*.[0-9]*", "v1.2", "9f 0 v1.x"},
    {"x{a,b,{c,d}e}y", "xay xcey", "a a/c a* a/d xdy"},
    {"a!b", "", "a ab/c a{b,c} b/c/d a/a/a"},
    {"[!!]", "a 1 4 _ * c", "ab .a a* a/d xcey"},
    {"%a", "%a", "a a/xb {a} a} apps/api/README.md"},
    {"a=b", "a=b", "a ab/c a{b,c} b/c/d a/a/a"},
    {"'a'", "'a'", "a a/xb {a} a} apps/api/README.md"},
    {"**", "ab .a/a/cc2 abcbb", ""},
    {"[^b-c]/[ab]", "1/b a/a", "abab/ca1/cc c/a1bb/c"},
    {"a/**/[!a]", "a/1 a/c a/b", "a1a.b/b/2 bbb/2"},
    {"1/**/{b,{c,a}}", "1/2a/b 1/c 1/b/a", "abc/2 .a2"},
    {"[!a]/**", "1/bbabc c b/c", ".a1/bb/2.a a.ba/a.babc"},
    {"**/**/**", "ab/ab/ab c/abc a.b/a.ba.b", ""},
    {"{a,b}/**/*[!a]", "a/.a/cc b/abb a/b", "2/a1b/cabc .a"},
    {"[!a][ab]/**", ".a/b bb 2a/2/cc", "abc c"},
    {"{a..c}/**/{a..c}", "a/b/a c/cabc/a b/c/a", "a.bbb/.a.a ab"},
    {"**/?b", "2/ab 1/ba/ab bb", "ba1/abc/a.ba.b 1/1/a.b"},
    {"[^b-c]/{b,{c,a}}b", "2/cb a/bb 2/ab", "21 bb/aba1"},
    {"**/**/c", "c .a/c a/c", "babc a"},
    {"?", "a 2 c", "2/abc/1 bb"},
    {"a{a,b}/**", "ab/b/c ab/.a ab/ab/.a", "2 a.b"},
    {"b[!a]", "bb bc b2", "ccabc b/c"},
    {"*{b,{c,a}}/**/**", "cc a.b/acc/2 .a.a", "ab1/a1 1/abc"},
    {"{b,{c,a}}c/**", "cc cc/1/abb cc/abcab/c2", "ca.b/a.b a.ba.b"},
    {"**/{a,b}[^b-c]", "2/cc/a1 1/1/a1 bb/a1", "a/ab a12"},
    {"{b,{c,a}}b", "bb ab", "bb/a.ba1/2ab a1/a1a/bbb"},
    {"c[^b-c]", "c1 c2", "a1a/a1.a 1/aba1/a.babc"},
    {"**/**/[^b-c]{a..c}", "bb/.a 2/1/ab ab", "1/1.a .a/c"},
    {"{1..3}/?{,c}", "1/cc 1/1 2/c", "cca.b/abc.a/1 cc/ca/.acc"},
    {"[ab]/[^b-c]", "a/a b/1", "a.b/aa.b abc/a1/c"},
    {"b*/**", "bbabc/b bb/c/c bb.a/a1", "a/2a1/bb 21"},
    {"?{a,b}/[^b-c]a", "2b/.a", "2.a/ab/ccab a1/abc/a.b"},
    {"**/**", "bb cc b/a.b", ""},
    {"[!a]/.?", "1/.a c/.a", "b/.a/cabc ba.b"},
    {"[ab]", "b a", "cc/a1/.a bbb"},
    {"*/b/**", ".a/b/.a cc/b/c bb/b/bb", "a1/cc ab"},
    {".{a..c}/**", ".a/a.b .a/c .a", "1a/abc bb"},
    {"{b,{c,a}}[ab]", "bb aa ab", "ca.b/c/2 1"},
    {"{a..c}", "c b a", "a.ba .a/a1"},
    {"b[[:alpha:]]", "bb", "2a.b/ca1/bb a"},
    {"{b,{c,a}}{a..c}", "cc ab ca", "a.ba1/1 c"},
    {"*/**/c{a,b}", "b2/ca", "a.bb/ac/ab abc"},
    {"**/[[:alpha:]]/**", "a b/.a1 abc/c/a1", "1/a1 bb"},
    {"**/{1..3}{1..3}", "21 a1/22", "c1/2 b"},
    {"{a..c}c", "cc", "b/bb .a/2/1abc"},
    {"**/[[:alpha:]]/1", "c/1", "2 1/abbb/bb"},
    {"[ab]/**/**", "b a/a.bbb a", "a.b/c/a abc"},
    {"**/**/{,c}a", "a ba/abc/a a.babc/b/a", "a/.a/abc 1/ab/ca.b"},
    {"[^b-c]/?[!a]/1", "2/ab/1", "aba 1/a11/c"},
    {"*/{b,{c,a}}", "a1/c aba/c b/a", "a1bb/bb 2"},
    {"**/{,c}[[:alpha:]]", "ca ab/a.ba/cc cc", ".a2 c/bb"},
    {"c[[:alpha:]]/{b,{c,a}}", "cc/a ca/b", "b/cc/a abc"},
    {"**/1{b,{c,a}}/[[:alpha:]]", "2/1b/a", "cca.b/abcb/2bb a.b"},
    {"{a,b}/{1..3}", "b/1", "a/ca1/cc cc"},
    {"**/**/?", "a ca1/aa1/1 c", "1/abcb bb"},
    {"**/c", "2/cc/c bba1/a.b/c 1/c", "acc/ab a.ba1"},
    {"[ab][ab]", "ab bb", ".a abc"},
    {"c/*1/[!a]", "c/21/2", "abcab/1a/bb 2a/a/1"},
    {"[[:alpha:]]", "c b a", "1/ab cca1"},
    {"[^b-c]{1..3}/[ab]", "a1/a 11/b 22/b", "a.b/c/aba1 .a/1"},
    {"{a..c}{,c}", "b c cc", "a1/ab/.a ccbb"},
    {"b", "b", "a1/c bbb/1"},
    {"[^b-c]a", ".a", "cc 1abc/a1"},
    {"1{1..3}", "11", "ba.b/a1/ab2 abc/.acc/abc"},
    {"{b,{c,a}}/c*", "b/cc b/c c/c", "2/bb a/a1a/aa"},
    {"{a..c}b/**/{a,b}b", "ab/ab ab/b/ab bb/bb", "2/b/c c2"},
    {"?\?/**/?", ".a/1 a1/cc/1 bc/1", "a.b/abc/a.b b/ab"},
    {"{a,b}", "a b", "ca1/c/ac bb"},
    {"{1..3}{a,b}/**", "2b/a.ba1/ab1 2a 1a/bb/abc", "bb/b/a1 abc2"},
    {"**/*", "cccc a.bb/1 abc/1/a1", ""},
    {"**/**/{a,b}", "1cc/a a 1/cabc/b", "a.b/a1/a1cc ab/a1cc/abca"},
    {"?[^b-c]/**/**", "11 a1/cc/c 21/a1", "a.bc b"},
    {"**/{b,{c,a}}", "a1a.b/c a/b 1a/c/c", "c/c/bb a.b"},
    {"*", "bba bb aba.b", ".a/cc/bb bbcc/1bb/.aa.b"},
    {"{1..3}", "1 2", "ccbb/a1 1cc"},
    {"[^b-c]", "a 2 1", "cabc .a2/abc"},
    {"**/{b,{c,a}}/**", "c 2/b b", "abca.b/22 aab/.a"},
    {"b/*/**", "b/a1/2 b/a1/a.b b/a.b.a/abc", "cbb abcbb/bb/ab"},
    {"{a..c}{b,{c,a}}/**/**", "bb/cc/2c bb/a.b/2 ab/22", "1 .a1/a.bbb/bb"},
    {"[!a]", "1 2 c", "a.b/bbabc/a.b .a/a11"},
    {"*/**", "abc/a1a1/a1cc 22/2abc a.b/abc/.a", "a 2"},
    {"?[!a]/{b,{c,a}}{,c}/**", "bb/cc bb/c/a1a1 cc/c", "ab.a/b/b ab"},
    {"{b,{c,a}}{b,{c,a}}", "ab cc bc", "ab/b/1 b/cc/b"},
    {"a[ab]/{b,{c,a}}", "ab/a", "1/21/1 22"},
    {"{a..c}[[:alpha:]]/[^b-c]{,c}/**", "bb/2/a1 cc/a bb/1/.a", "cc/a.ba.b/ca1 cc/cc2"},
    {"{1..3}{a..c}/**", "1a/2/1 2a/bbab/cc2 2a/b/.a", "c c2"},
    {"**/b?/*?", "a/bb/2 bba1/bb/1 bb/abc", "bb ccc/.aab"},
    {"{1..3}/1/**", "1/1/2 2/1/b", "b/.a/1 c/abc"},
    {"a{,c}", "a", "abc ab/a"},
    {"**/[ab]a", ".a1/ba", "ab ccc/cc/bb2"},
    {"**/1{,c}/[[:alpha:]]", "1/1/a abc/1/c", "a/2 a1"},
    {"**/b/**", "a/2c/b b/2a b", ".abb/cc/a.b a1/a.ba.b"},
    {"**/[!a]{a..c}", "ba/bb abc1/.a 2/.a", ".a/a1bb a/.a/cab"},
    {"**/[[:alpha:]]{b,{c,a}}", "cc bb .a/bb", "a1 cc/a1"},
    {"{a..c}a/**/**", "ca aa", "c/cc/abca1 cca.b/a.b"},
    {"?{1..3}", "b2 a1 22", "a1a1 abb/.a/ab"},
    {"c/*/[!a]b", "c/a.b/bb", ".a/a cc"},
    {"**/[ab]{,c}", "bb/a.b/a 2cc/a b", "b/a1a.b/cc abc"},
    {"b[[:alpha:]]/[[:alpha:]]/[^b-c]", "bb/b/2", "abc/ab acc/a"},
    {"**/a[[:alpha:]]", ".a/.a/ab abc/2/ab abc/ab", "2/a/2.a c.a/a1/bb"},
    {"[ab][ab]/**/**", "bb ab/a1/c ab/.a", "bb.a/cc1 abcc"},
    {"**/[ab]", "ab/a/b ab/a.b/b ccbb/a/a", "bb c/.a"},
    {"1", "1", "bb .a/a"},
    {"**/{a,b}[ab]", "bc/abc/ab bb/ccab/bb ab/.a/bb", "b/b a.ba/c"},
    {".*", ".a .aa1", "cabc ac/a1/1"},
    {"**/?*", "2b/abc b/a.bbb abc", ""},
    {"**/[^b-c]/{b,{c,a}}{a..c}", "b/1/ab ab/a/ab a/bb", "a/abcb/cbb b/abc/cca"},
    {"**/b/?", "ab2/b/c b/1", "2 b/c/1a"},
    {"[[:alpha:]][ab]", "bb ab cb", "2/a1b/abb a1/a1"},
    {"**/**/{a..c}", "1/a/b cc/abc/b 2/abc/c", "1/ab a1c"},
    {"*/{b,{c,a}}/*", "2/c/bb a.b/a/abc a.ba1/b/a1", "c.a 2.a/.a/a.b"},
    {"b{a..c}", "bb bc", "2 cbb/2cc"},
    {"{,c}{1..3}/{a..c}[[:alpha:]]", "1/ab", "2a.b .aab/bb"},
    {"{b,{c,a}}", "b c a", "a.b/1c ab"},
    {"**/?/*{b,{c,a}}", "ccabc/1/aa ca/b/b a/b", "c/abc/2 2"},
    {"**/*{a..c}", "2cc a.b/a1bb cbb/a.a", "abc/2 1"},
    {"?[ab]/**", "bb/ab bb/1/1 .a/bbc", "aa1/1/a.b a/1"},
};
// clang-format on

}  // namespace

TEST_CASE("glob: agrees with picomatch") {
  std::size_t compared = 0;
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    const Glob glob(row.pattern);
    PathIndex index({{row.pattern}});
    for (const bool expected : {true, false}) {
      for (const std::string& path :
           words(expected ? row.matching : row.other)) {
        CAPTURE(path);
        CHECK(glob.matches(path) == expected);
        CHECK(index.matches(path).empty() == !expected);
        ++compared;
      }
    }
  }
  CHECK(compared > 800);
}

}  // namespace ecr_version::core
