#include "core/message.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

using Hashes = std::vector<std::string>;

std::string bump_of(std::string_view message,
                    BumpRules rules = BumpRules::tags) {
  const auto bump = read_message(message, rules).bump;
  return bump ? std::string(to_string(*bump)) : "none";
}

bool skips(std::string_view message) {
  return read_message(message, BumpRules::tags).skip_release;
}

Hashes reverts(std::string_view message) {
  return read_message(message, BumpRules::tags).reverts;
}

TEST_CASE("message: a token anywhere, in any letter case, the strongest wins") {
  const struct {
    const char* message;
    const char* bump;
  } rows[] = {
      {"Rework the API [major]", "major"},
      {"[MINOR] Add a thing", "minor"},
      {"x [Patch]", "patch"},
      {"x\n\nfoo[major]bar", "major"},
      {"x [patch]\n\n[minor]\n\nand [mAjOr].", "major"},
      {"x [[major]]", "major"},
      {"    [major]", "major"},
      {"x\r\n\r\n[minor]\r\n", "minor"},
      {"", "none"},
      {"major", "none"},
      {"[ major ]", "none"},
      {"[major", "none"},
      {"[majors]", "none"},
      {"(major)", "none"},
      {"[ma\njor]", "none"},
      {"feat!: x", "none"},
      {"BREAKING CHANGE: x", "none"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    CHECK(bump_of(row.message) == row.bump);
  }
}

TEST_CASE("message: NULs and other encodings do not hide a token") {
  CHECK(bump_of(std::string_view("x\0[major]", 9)) == "major");
  CHECK(bump_of("caf\xE9 [minor]") == "minor");
  CHECK(bump_of(std::string_view("[ma\0jor]", 8)) == "none");
}

TEST_CASE("message: what is quoted is not said") {
  for (const char* message :
       {"Document `[major]`", "x\n\n```\n[major]\n```", "x\n\n~~~\n[major]",
        "x\n\n> [major]", "x <!-- [major] -->", "x <!-- [major]",
        "x\n\n<details><summary>y</summary>\n\n[major]\n\n</details>",
        "x\n\n<BLOCKQUOTE class='a'>[major]</blockquote>",
        "x\n\n- [ ] [major]\n", "Revert \"feat: x [major]\"",
        "Reapply \"feat: x [major]\"", "Revert \"Revert \"x [major]\"\"",
        "[maj`x`or]"}) {
    CAPTURE(message);
    CHECK(bump_of(message) == "none");
  }
}

TEST_CASE("message: what stands beside a quotation is said") {
  for (const char* message :
       {"Document `x` [minor]", "x\n\n```\na\n```\n[minor]",
        "x\n\n> a\n\n[minor]", "x <!-- a --> [minor]",
        "x\n\n<details>a</details>[minor]", "x\n\n- [ ] [major]\n- [x] [minor]",
        "Revert \"x [major]\" [minor]", "    [minor]"}) {
    CAPTURE(message);
    CHECK(bump_of(message) == "minor");
  }
}

// conventionalcommits.org 1.0.0, items 1 to 16.
TEST_CASE("message: conventional commits") {
  const struct {
    const char* message;
    const char* bump;
  } rows[] = {
      {"feat: x", "minor"},
      {"feat(api): x", "minor"},
      {"FEAT: x", "minor"},
      {"feat(a b/c): x (#12)", "minor"},
      {"fix: x", "patch"},
      {"chore(deps): x", "patch"},
      {"feat!: x", "major"},
      {"chore(api)!: x", "major"},
      {"my-type!: x", "major"},
      {"fix: x\n\nbody\n\nBREAKING CHANGE: y", "major"},
      {"fix: x\r\n\r\nBREAKING-CHANGE: y\r\n", "major"},
      {"x\n\nBREAKING CHANGE:\n  it all", "major"},
      {"x\n\nBREAKING CHANGE:\n\nSigned-off-by: y", "none"},
      {"x\n\nbreaking change: y", "none"},
      {"x\n\nthis is no BREAKING CHANGE: y", "none"},
      {"x\n\n> BREAKING CHANGE: y", "none"},
      {"x\n\n```\nBREAKING CHANGE: y\n```", "none"},
      {"feature: x", "patch"},
      {"feat:x", "none"},
      {"feat : x", "none"},
      {"feat(: x", "none"},
      {"feat((a)): x", "none"},
      {": x", "none"},
      {"!: x", "none"},
      {"(a): x", "none"},
      {"Merge pull request #1 from a/b\n\nfeat: x", "none"},
      {"Title (#1)\n\n* feat!: a\n\n* feat: b", "none"},
      {"Title (#1)\n\n* fix: a\n\nBREAKING CHANGE: b", "major"},
      {"Revert \"feat!: x\"", "none"},
      {"x [major]", "none"},
      {"", "none"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    CHECK(bump_of(row.message, BumpRules::conventional) == row.bump);
  }
}

TEST_CASE("message: conventional commits, at their edges") {
  const struct {
    const char* message;
    const char* bump;
  } rows[] = {
      {"FIZ: x", "patch"},
      {"v0: x", "patch"},
      {"feat(): x", "minor"},
      {"feat(a(: x", "none"},
      {"BREAKING CHANGE: x", "major"},
      {"x\n\nBREAKING CHANGE:x", "major"},
      {"x\n\nBREAKING CHANGE:\ny", "major"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    CHECK(bump_of(row.message, BumpRules::conventional) == row.bump);
  }
}

TEST_CASE("message: both rules take the stronger of the two") {
  CHECK(bump_of("fix: x [major]", BumpRules::both) == "major");
  CHECK(bump_of("feat!: x [patch]", BumpRules::both) == "major");
  CHECK(bump_of("feat: x", BumpRules::both) == "minor");
  CHECK(bump_of("x [minor]", BumpRules::both) == "minor");
  CHECK(bump_of("x", BumpRules::both) == "none");
}

TEST_CASE("message: skip release, in the subject or alone on its line") {
  for (const char* message :
       {"Fix a typo [skip release]", "[Skip Release] x", "x\n\n[skip release]",
        "x\n\n  [SKIP RELEASE]\t\r\n\nSigned-off-by: y",
        "\n\nx [skip release]\n"}) {
    CAPTURE(message);
    CHECK(skips(message));
  }
  for (const char* message :
       {"x\n\nsee [skip release]", "x\n\n[skip release].",
        "x\n\n`[skip release]`", "Document `[skip release]`",
        "x\n\n> [skip release]", "x\n\n```\n[skip release]\n```",
        "x\n\n- [ ] [skip release]", "x\n\n- [skip release]",
        "Revert \"x [skip release]\"", "[skip  release]", "[skip ci]",
        "skip release", "x\n\n<!--\n[skip release]\n-->", ""}) {
    CAPTURE(message);
    CHECK_FALSE(skips(message));
  }
}

TEST_CASE("message: a skipped commit keeps its bump") {
  const MessageFacts facts =
      read_message("x [major] [skip release]", BumpRules::tags);
  CHECK(facts.skip_release);
  CHECK(facts.bump == Bump::major);
}

TEST_CASE("message: the commits that a revert names") {
  const std::string full(40, 'a');
  CHECK(reverts("Revert \"x\"\n\nThis reverts commit " + full + ".\n") ==
        Hashes{full});
  CHECK(reverts("x\n\nThis reverts commit abc1234") == Hashes{"abc1234"});
  CHECK(reverts("x\n\nthis reverts commit ABC1234.") == Hashes{"abc1234"});
  CHECK(reverts("x\r\n\r\nThis reverts commit abc1234.\r\n"
                "This reverts commit 0123456.\r\n") ==
        Hashes{"abc1234", "0123456"});
  CHECK(reverts("x\n\nThis reverts commits abc1234, abc1235 and abc1236.") ==
        Hashes{"abc1234", "abc1235", "abc1236"});
  // git's own words for a merge, wrapped as git wraps them.
  CHECK(reverts("x\n\nThis reverts commit abc1234, reversing\nchanges made to "
                "def5678.") == Hashes{"abc1234"});
  CHECK(reverts("x\n\nThis reverts\ncommit\nabc1234.") == Hashes{"abc1234"});
  CHECK(reverts("x\n\n{This reverts commit abc1234}") == Hashes{"abc1234"});
  CHECK(reverts("x\n\nThis\treverts  commit\rabc1234 & abc1235.") ==
        Hashes{"abc1234", "abc1235"});
  CHECK(reverts("x\n\nThis reverts commits abc1234, and , abc1235.") ==
        Hashes{"abc1234"});
}

TEST_CASE("message: nothing else names a reverted commit") {
  const std::string longest(41, 'a');
  for (const std::string& message : Hashes{
           "This reverts commit abc123.", "This reverts commit " + longest,
           "This reverts commit abc1234x", "This reverts commit.",
           "This reverts commit", "This reverts commit HEAD~1",
           "This reverts commit abc1234z", "This reverts commit abc1234_",
           "xThis reverts commit abc1234", "9this reverts commit abc1234",
           "_this reverts commit abc1234",
           "This reverts commit " + longest + "0",
           "This reverts commitabc12345", "This\x01reverts commit abc1234",
           "Reverts abc1234", "Reverts a/b#12", "> This reverts commit abc1234",
           "`This reverts commit abc1234`"}) {
    CAPTURE(message);
    CHECK(reverts("x\n\n" + message).empty());
  }
}

TEST_CASE("message: a squash that lists a revert does more than revert") {
  const auto does_more = [](std::string_view message) {
    return read_message(message, BumpRules::tags).does_more;
  };
  CHECK(
      does_more("Rework [major] (#9)\n\n* Revert \"x\"\n\nThis reverts commit "
                "abc1234.\n\n* Add y"));
  CHECK(does_more("Rework\n\n- Reapply \"x\"\n\nThis reverts commit abc1234."));
  CHECK_FALSE(does_more("Rework\n\n- Add y\n\nThis reverts commit abc1234."));
  CHECK_FALSE(
      does_more("Reapply \"x\"\n\n* Revert \"y\"\n\nThis reverts commit "
                "abc1234."));
  CHECK_FALSE(does_more("Revert \"x\"\n\nThis reverts commit abc1234."));
  CHECK_FALSE(does_more("Undo x\n\nThis reverts commit abc1234."));
  CHECK_FALSE(
      does_more("Revert \"x\" (#9)\n\n* Revert \"x\"\n\nThis reverts "
                "commit abc1234.\n\n* Fix a test"));
  CHECK_FALSE(does_more("x\n\n* Revert \"y\""));
}

TEST_CASE("message: the subject is the first line that says something") {
  CHECK(subject_of("Fix it\n\nbody") == "Fix it");
  CHECK(subject_of("\n\r\n  Fix it \r\nbody") == "Fix it");
  CHECK(subject_of("\nab") == "ab");
  CHECK(subject_of("").empty());
  CHECK(subject_of("a\x1B[2Jb\xFF") == "a [2Jb\uFFFD");
  CHECK(subject_of(std::string(500, 'x')) == std::string(120, 'x') + "…");
}

// See visible_text_test for what this is after.
TEST_CASE("message: a megabyte of hostile text takes linear time") {
  for (const char* part :
       {"This reverts commit abc1234 ", "This reverts commit abc1234, ",
        "this ", "BREAKING CHANGE:", "BREAKING CHANGE:\n", "[", "[major",
        "[skip release", "\n", "\n ", "a(", "* Revert \"\n", "a", "\t"}) {
    CAPTURE(part);
    std::string text;
    while (text.size() < 1'000'000) text += part;
    CHECK(read_message(text, BumpRules::both).bump != Bump::minor);
    CHECK(subject_of(text).size() <= 123);
  }
}

}  // namespace
}  // namespace ecr_version::core
