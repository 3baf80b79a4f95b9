#include "core/tag.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ecr_version::core {
namespace {

// A tag as our grammar sees it, in one line: "release 1.2.3 a1b2c3d".
std::string seen(std::string_view text, std::string_view prefix = "") {
  const auto tag = parse_tag(text, prefix);
  if (!tag) return "ignored";
  if (tag->kind == Tag::Kind::floating) return "floating";
  std::string line = "release " + to_string(tag->version);
  if (tag->kind == Tag::Kind::prerelease) {
    line = "prerelease " + to_string(tag->version) + " " + tag->label + " " +
           std::to_string(tag->number);
  }
  return tag->commit.empty() ? line : line + " @" + tag->commit;
}

const std::string forty(40, 'a');

TEST_CASE("tag: releases, with their commit or without") {
  CHECK(seen("1.2.3") == "release 1.2.3");
  CHECK(seen("0.0.0") == "release 0.0.0");
  CHECK(seen("1.2.3-a1b2c3d") == "release 1.2.3 @a1b2c3d");
  CHECK(seen("1.2.3-" + forty) == "release 1.2.3 @" + forty);
  // 3.7 % of abbreviated hashes are all digits, some with a leading zero,
  // which SemVer forbids.
  CHECK(seen("1.2.3-1234567") == "release 1.2.3 @1234567");
  CHECK(seen("1.2.3-0123456") == "release 1.2.3 @0123456");
  CHECK(seen("1.2.3-0000000") == "release 1.2.3 @0000000");
}

TEST_CASE("tag: prereleases, with their commit or without") {
  CHECK(seen("1.3.0-beta.2") == "prerelease 1.3.0 beta 2");
  CHECK(seen("1.3.0-beta.2-a1b2c3d") == "prerelease 1.3.0 beta 2 @a1b2c3d");
  CHECK(seen("1.3.0-beta.10-0123456") == "prerelease 1.3.0 beta 10 @0123456");
  CHECK(seen("1.3.0-rc-x.1") == "prerelease 1.3.0 rc-x 1");
  CHECK(seen("1.3.0-RC1.1") == "prerelease 1.3.0 RC1 1");
  // A label may look like a hash: the dot tells.
  CHECK(seen("1.3.0-abcdef1.1") == "prerelease 1.3.0 abcdef1 1");
}

TEST_CASE("tag: floating tags") {
  for (const char* text : {"latest", "1", "1.2", "0", "0.1", "10.20"}) {
    CAPTURE(text);
    CHECK(seen(text) == "floating");
  }
}

TEST_CASE("tag: anything else is ignored") {
  for (const std::string_view text :
       split("|main|v1.2.3|1.2.3.4|01.2.3|1.02.3|1.2.03|01|1.02|1.2.|1.2.3-|"
             "1.2.3-abc|1.2.3-abcdef|1.2.3-A1B2C3D|1.2.3-a1b2c3g|"
             "1.2.3-a1b2c3d-dirty|1.2.3-dirty|1.2.3-beta|1.2.3-beta.|"
             "1.2.3-beta.x|1.2.3-beta.02|1.2.3-beta.-1|1.2.3-.1|1.2.3-1.2|"
             "1.2.3-beta.1-|1.2.3-beta.1-abc|1.2.3-beta.1.2|"
             "1.2.3-beta.1-a1b2c3d-x|1.2.3_a1b2c3d|1.2.3-alpine3.18.2|Latest|"
             "LATEST|latest-1|sha-a1b2c3d|1.2.3-beta.99999999999999999999|"
             "18446744073709551616.0.0| 1.2.3|1.2.3\n",
             '|')) {
    CAPTURE(text);
    CHECK(seen(text) == "ignored");
  }
  CHECK(seen("1.2.3-" + forty + "a") == "ignored");
  CHECK(seen(std::string_view("1.2.3\0", 6)) == "ignored");
}

TEST_CASE("tag: a prefix stands before all but latest") {
  CHECK(seen("v1.2.3", "v") == "release 1.2.3");
  CHECK(seen("v1.2.3-a1b2c3d", "v") == "release 1.2.3 @a1b2c3d");
  CHECK(seen("v1.3.0-beta.2", "v") == "prerelease 1.3.0 beta 2");
  CHECK(seen("v1", "v") == "floating");
  CHECK(seen("v1.2", "v") == "floating");
  CHECK(seen("latest", "v") == "floating");
  CHECK(seen("vlatest", "v") == "ignored");
  CHECK(seen("1.2.3", "v") == "ignored");
  CHECK(seen("1", "v") == "ignored");
  CHECK(seen("V1.2.3", "v") == "ignored");
  CHECK(seen("vv1.2.3", "v") == "ignored");
  CHECK(seen("api-1.2.3", "api-") == "release 1.2.3");
  CHECK(seen("api-2-1.2.3", "api-") == "ignored");
  CHECK(seen("v", "v") == "ignored");
}

TEST_CASE("tag: a commit suffix is 7 to 40 lower-case hex digits") {
  CHECK(is_commit_suffix("abcdef0"));
  CHECK(is_commit_suffix(forty));
  CHECK_FALSE(is_commit_suffix("abcdef"));
  CHECK_FALSE(is_commit_suffix(forty + "a"));
  CHECK_FALSE(is_commit_suffix("ABCDEF0"));
  CHECK_FALSE(is_commit_suffix(""));
}

TEST_CASE(
    "tag: a prerelease label is a letter, then letters, digits, hyphens") {
  for (const char* text : {"beta", "rc", "RC1", "pr-12", "a"}) {
    CAPTURE(text);
    CHECK(is_valid_label(text));
  }
  for (const std::string_view text :
       split("|1|1a|-a|a.b|a_b|a b|b\u00EAta|a/b", '|')) {
    CAPTURE(text);
    CHECK_FALSE(is_valid_label(text));
  }
}

TEST_CASE("tag: what a registry takes as a tag") {
  for (const std::string& text :
       {std::string("a"), std::string("_"), std::string("9.-_Z"),
        std::string("azAZ09"), std::string(128, 'a')}) {
    CAPTURE(text);
    CHECK(is_valid_tag(text));
  }
  for (const std::string& text :
       {std::string(), std::string("-a"), std::string(".a"), std::string("a+b"),
        std::string("a/b"), std::string("a b"), std::string("a\n"),
        std::string("a`"), std::string("a{"), std::string("a@"),
        std::string("a["), std::string("a:"), std::string("\u00E9"),
        std::string(129, 'a')}) {
    CAPTURE(text);
    CHECK_FALSE(is_valid_tag(text));
  }
}

}  // namespace
}  // namespace ecr_version::core
