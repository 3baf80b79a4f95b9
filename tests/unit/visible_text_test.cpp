#include "core/visible_text.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace ecr_version::core {
namespace {

// With `#` for what is left out, as it reads better.
std::string visible(std::string_view message) {
  std::string text = visible_text(message);
  std::replace(text.begin(), text.end(), left_out, '#');
  return text;
}

struct Row {
  std::string message;
  std::string visible;
};

template <std::size_t Size>
void check(const Row (&rows)[Size]) {
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(visible(row.message) == row.visible);
  }
}

TEST_CASE("visible text: plain text stays byte for byte") {
  for (const std::string_view text :
       {std::string_view("fix: a\r\n\r\nbody [major]\n"), std::string_view(),
        std::string_view("\n\n"), std::string_view("a\0b\xFF\n", 5),
        std::string_view("    indented [major]\n\ttab"),
        std::string_view("1 < 2 > 0 </p> <b>x</b> a -> b --> c")}) {
    CAPTURE(text);
    CHECK(visible_text(text) == text);
  }
}

// CommonMark 0.31, 6.1.
TEST_CASE("visible text: inline code is left out") {
  check({
      {"use `[major]` here", "use # here"},
      {"``a ` b`` c", "# c"},
      {"`a`b`c`", "#b#"},
      {"a ` b", "a ` b"},
      {"``a` b", "``a` b"},
      {"`a\nb` c", "#\n# c"},
      {"`a\n\nb` c", "`a\n\nb` c"},      // not across paragraphs
      {"- `a\n- b` c", "- `a\n- b` c"},  // nor across items
      {"`a\n> b` c", "`a\n#"},           // nor into a quote
      {"\\`a` b", "\\`a` b"},            // escaped
      {"\\\\`a` b", "\\\\# b"},          // the backslash is
      {"`a\\` b", "# b"},                // no escapes within code
      {"\\``a` b", "\\`# b"},
      {"`<!--` [major] `-->`", "# [major] #"},
      {"`<details>` [major]", "# [major]"},
  });
}

TEST_CASE("visible text: fenced blocks are left out") {
  check({
      {"a\n```\n[major]\n```\nb", "a\n#\n#\n#\nb"},
      {"~~~ yaml\n[major]\n~~~\nb", "#\n#\n#\nb"},
      {"```sh title=\"x\"\n[major]\n```\r\nb", "#\n#\n#\nb"},
      {"````\n```\n[major]\n````\nb", "#\n#\n#\n#\nb"},
      {"```\n~~~\n[major]\n```\nb", "#\n#\n#\n#\nb"},
      {"```\n``` x\n```\nb", "#\n#\n#\nb"},
      {"```\n[major]\n\n[major]", "#\n#\n\n#"},  // to the end
      {"```x``` [major]", "# [major]"},          // inline code
      {"``\n[major]", "``\n[major]"},
      {"- ```\n  [major]\n  ```\nb", "#\n#\n#\nb"},
      {"a\n  ```\n  [major]\n  ```\nb", "a\n#\n#\n#\nb"},
      {"```\n<!--\n```\n[major]", "#\n#\n#\n[major]"},
      {"```\n<details>\n```\n[major]", "#\n#\n#\n[major]"},
      {"> ```\n[major]", "#\n[major]"},  // its quote ended, so it did
  });
}

TEST_CASE("visible text: quotes are left out, answers to them are not") {
  check({
      {"> [major]\nanswer", "#\nanswer"},
      {">[major]\n>> x\n\nb", "#\n#\n\nb"},
      {"  > [major]", "#"},
      {"- > [major]\n- b", "#\n- b"},
      {"a > b", "a > b"},
      {"> `\n[major] `", "#\n[major] `"},
      {"> <details>\n[major]", "#\n[major]"},
  });
}

TEST_CASE("visible text: HTML comments are left out") {
  check({
      {"a <!-- [major] --> b", "a # b"},
      {"<!-- a\n\n```\n[major]\n--> b\n[minor]", "#\n\n#\n#\n# b\n[minor]"},
      {"a <!-- [major]", "a #"},  // to the end
      {"<!--> a", "# a"},
      {"<!---> a", "# a"},
      {"<!-- a -- b --> c", "# c"},
      {"<!-- <!-- --> a --> b", "# a --> b"},
      {"<!-- a --> b `c\nd` <!-- e -->f", "# b #\n# #f"},
      {"<!-- x --> ``` a\nb [major]", "# ``` a\nb [major]"},
      {"\\<!-- a", "\\<!-- a"},
  });
}

TEST_CASE("visible text: details and blockquote hide what they hold") {
  check({
      {"a <details>b</details> c", "a # c"},
      {"<DETAILS open>\n\n[major]\n\n</Details>\nb", "#\n\n#\n\n#\nb"},
      {"<details><details>a</details>b</details>c", "#c"},
      {"<details\nopen>a</details>b", "#\n#b"},
      {"<blockquote cite=\"x\">a</blockquote>b", "#b"},
      {"<details><blockquote>a</details>b", "#b"},
      {"<blockquote>a</details>b</blockquote>c", "#c"},
      {"</details>a", "#a"},
      {"<details>a", "#"},  // to the end
      {"<detailsx>a", "<detailsx>a"},
      {"<details-x>a", "<details-x>a"},
      {"<details>`</details>` a</details>b", "#b"},
      {"<details>\n```\n</details>\n```\na</details>b", "#\n#\n#\n#\n#b"},
      {"Return List<Details> [major]", "Return List<Details> [major]"},
      {"x<details>a</details>b", "x#b"},
  });
}

TEST_CASE("visible text: unticked task items are left out, ticked ones stay") {
  check({
      {"- [ ] [major]\n- [x] [minor]\n- c", "#\n- [x] [minor]\n- c"},
      {"* [ ] a\n+ [ ] b\n1. [ ] c\n2) [X] d", "#\n#\n#\n2) [X] d"},
      {"  - [ ] a\n    [major]\nb", "#\n#\nb"},
      {"- [ ] a\n\n  [major]\n\nb", "#\n\n#\n\nb"},
      {"- [ ] a\n  - b\n  - [x] c", "#\n#\n  - [x] c"},
      {"- [x] a\n  - [ ] b\n  c", "- [x] a\n#\n  c"},
      {"- [ ] a\nb", "#\nb"},
      {"- [ ]", "#"},
      {"- []a [major]", "- []a [major]"},
      {"[ ] a", "[ ] a"},
      {"- [ ] a <!-- \n b --> c\nd", "#\n#\nd"},
  });
}

TEST_CASE("visible text: the subject a revert quotes is left out") {
  check({
      {"Revert \"feat: x [major]\"", "Revert \"#"},
      {"Revert \"x [major]\" (#12)", "Revert \"# (#12)"},
      {"Reapply \"x [major]\" [minor]", "Reapply \"# [minor]"},
      {"Revert \"Revert \"x [major]\"\" b", "Revert \"# b"},
      {"Revert \"Reapply \"Revert \"x\"\"\"", "Revert \"#"},
      {"revert \"x\" and Revert \"y\" [major]",
       "revert \"# and Revert \"# [major]"},
      {"fix: Revert \"x [major]\"", "fix: Revert \"#"},
      {"a\n\n* Revert \"x [major]\"\n* b", "a\n\n* Revert \"#\n* b"},
      {"Revert \"say \"hi\" [major]\"", "Revert \"#"},
      {"Revert \"say (\"hi\") [major]\"", "Revert \"#"},
      {"Revert \"\"hi\" [major]\" b", "Revert \"# b"},
      {"Revert \"x\" [major] (see \"y\")", "Revert \"# [major] (see \"y\")"},
      {"Revert \"the 5\" screen [major]\" b", "Revert \"# b"},
      {"Revert \"\" [major]", "Revert \"# [major]"},
      {"Revert \"x [major]\nb [minor]", "Revert \"#\nb [minor]"},
      {"Revert \"x [major]\"\r\nb", "Revert \"#\r\nb"},
      {"Revert \"a ` b\" c ` d", "Revert \"# c ` d"},
      {"Irrevert \"x [major]\"", "Irrevert \"x [major]\""},
      {"Revert x [major]", "Revert x [major]"},
      // GitHub cuts titles at 72 characters, and goes on in the body.
      {"Revert \"a long ti…\n\n…tle [major]\" (#1) b",
       "Revert \"#\n\n# (#1) b"},
      {"Revert \"a…\n\nb [major]", "Revert \"#\n\nb [major]"},
  });
}

TEST_CASE(
    "visible text: what is a list marker and a task's box, and what not") {
  for (const char* text :
       {"1234567890. [ ] a", "1.[ ] a", "1x [ ] a", "12", "1.", "-[ ] a",
        "- [ ]a", "- ( ] a", "- [ ) a", "- [y] a", "- [", "/. [ ] a",
        ":. [ ] a", "- [xx a", ". [ ] a", ") [ ] a"}) {
    CAPTURE(text);
    CHECK(visible(text) == text);
  }
  for (const char* text : {"123456789. [ ] a", "12. [ ] a", "0) [ ] a",
                           "9. [ ] a", "1)\t[ ] a", "*\t[ ] a", "-   [ ] a",
                           "- \t[ ] a", "- [\t] a", "- [ ]\ta", "\t- [ ] a"}) {
    CAPTURE(text);
    CHECK(visible(text) == "#");
  }
  check({
      {"- [ ] a\n  - [X] b", "#\n  - [X] b"},
      {"- [ ] a\n  - [x]b", "#\n#"},
      {"- [ ] a\n  [x] b", "#\n#"},
      {"- [ ] a\n- \n  x", "#\n- \n  x"},
      {"- [ ] a\n [major]", "#\n [major]"},
      {"- [ ] a\n  [major]", "#\n#"},
      {" - [ ] a\n  [major]", "#\n  [major]"},
      {" - [ ] a\n   [major]", "#\n#"},
      {"- [ ] `a\n  b`\n  c", "#\n#\n#"},
      {"- [ ] `<details>\n  ` a\nb", "#\n#\nb"},
      {"- [ ] a\n  - [y] b", "#\n#"},
      {"`a\n1x b` c", "#\n# c"},
  });
}

TEST_CASE("visible text: fences, at their edges") {
  check({
      {"~~\n[major]", "~~\n[major]"},
      {"aaa\n[major]", "aaa\n[major]"},
      {"~~~ `x`\n[major]\n~~~\nb", "#\n#\n#\nb"},
      {"``` x`y\n[major]", "``` x`y\n[major]"},
      {"```\n- ```\n[major]\n```\nb", "#\n#\n#\n#\nb"},
      {"```\n[major]\n``` \t\nb", "#\n#\n#\nb"},
  });
}

TEST_CASE("visible text: what only looks like a special character") {
  check({
      {"\\`` [major]", "\\`` [major]"},
      {"\\Revert \"x [major]\"", "\\Revert \"#"},
      {"<`a` b", "<# b"},
      {"r`a` b", "r# b"},
      {"x<details> [major]", "x<details> [major]"},
      {"x <details> [major]", "x #"},
      {"</details>List<Details> [major]", "#List<Details> [major]"},
      {"<details>a</details x> b", "# x> b"},
      {"<details>a</details>b</details>c", "#b#c"},
      {"a<details>b</</details>c", "a#c"},
      {"<!----> a", "# a"},
      {"--> <!-- a", "--> #"},
  });
}

TEST_CASE("visible text: a revert begins a word") {
  for (const char before : std::string("azAZ09_")) {
    const std::string text = before + std::string("revert \"x\"");
    CAPTURE(text);
    CHECK(visible(text) == text);
  }
  for (const char before : std::string("@[{/:^' \t")) {
    CAPTURE(before);
    CHECK(visible(before + std::string("revert \"x\"")) ==
          before + std::string("revert \"#"));
  }
}

TEST_CASE("visible text: quotes within a quotation, and cut titles") {
  check({
      {"Revert \"a \" b\" c", "Revert \"# c"},
      {"Revert \"x \"\r\nb", "Revert \"#\r\nb"},
      {"Revert \"x \"", "Revert \"#"},
      {"Revert \"x \"y", "Revert \"#"},
      {"Revert \"x (\"y\") [major] \"z\" w\" d", "Revert \"# d"},
      {"Revert \"a \"\tb [major]", "Revert \"#\tb [major]"},
      {"Revert \"say\t\"hi\" [major]\" b", "Revert \"# b"},
      {"Revert \"\"hi\" [major] b", "Revert \"#"},
      {"Revert \"say \"hi\" [major] \"more\" x\" b", "Revert \"# b"},
      {"x\n\n…tle [major]\"", "x\n\n…tle [major]\""},
      {"…a [major]\" b", "…a [major]\" b"},
      {"Revert \"a…\n\nb\n\n…c [major]\"", "Revert \"#\n\nb\n\n…c [major]\""},
      {"Revert \"a\" …\n\n…b [major]\"", "Revert \"# …\n\n…b [major]\""},
      {"Revert \"a\n\n…b [major]\"", "Revert \"#\n\n…b [major]\""},
  });
}

// Any of these would run for hours if some search began anew at each.
TEST_CASE("visible text: a megabyte of hostile text takes linear time") {
  constexpr std::size_t size = 1'000'000;
  std::string all_lengths;
  for (std::size_t i = 1; all_lengths.size() < size; ++i)
    all_lengths += std::string(i, '`') + " ";
  std::vector<std::string> texts{
      all_lengths, std::string(all_lengths.rbegin(), all_lengths.rend())};
  for (const char* part : {"`",
                           "` ",
                           "`` ` ",
                           "\\`",
                           "`\n",
                           "`\n\n",
                           "<!--",
                           "<!-- ",
                           "<!--\n",
                           "-->",
                           "<!-->",
                           "<!-- --> ",
                           "<details",
                           "<details>",
                           "</details>",
                           "<details><blockquote>",
                           "<blockquote></details>",
                           "x<details>",
                           "Revert \"",
                           "Revert \"a\" ",
                           "Revert \"a\"",
                           "\"",
                           "Revert \"a b\" \"",
                           "Revert \"…\n",
                           "…\"\n",
                           "- ",
                           "- [ ] ",
                           "- [ ] a\n",
                           "> ",
                           ">\n",
                           "```\n",
                           "``` `\n",
                           "~~~",
                           "1",
                           "1. ",
                           "[",
                           "[major]",
                           "\n",
                           "\r",
                           "r",
                           "<",
                           "</",
                           "\\",
                           " ",
                           "\t",
                           "This reverts commit "}) {
    std::string text;
    while (text.size() < size) text += part;
    texts.push_back(std::move(text));
  }
  for (const std::string& text : texts) {
    CAPTURE(one_line(text, 40));
    const std::string result = visible_text(text);
    CHECK(std::count(result.begin(), result.end(), '\n') ==
          std::count(text.begin(), text.end(), '\n'));
  }
}

}  // namespace
}  // namespace ecr_version::core
