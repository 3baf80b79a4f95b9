#include "core/next_version.hpp"

#include "base/error.hpp"
#include "support/read_releases.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

// Releases of plain images, one a version: digest "sha256:<version>".
Releases holding(const std::vector<std::string>& tags,
                 const std::string& prefix = "") {
  std::vector<Image> images;
  for (const std::string& tag : tags) {
    images.push_back({.digest = "sha256:" + tag, .tags = {tag}});
  }
  return read_releases(images, prefix);
}

VersionRequest asking(Bump bump) {
  VersionRequest request;
  request.sha = "a1b2c3d";
  request.bump = bump;
  return request;
}

TEST_CASE("next_version: raises the highest release, whatever the order") {
  const Releases releases = holding({"1.9.0", "1.10.0", "1.2.3"});
  CHECK(next_version(releases, asking(Bump::patch)).text() == "1.10.1");
  CHECK(next_version(releases, asking(Bump::minor)).text() == "1.11.0");
  CHECK(next_version(releases, asking(Bump::major)).text() == "2.0.0");
}

TEST_CASE("next_version: the first version is the bump of 0.0.0") {
  CHECK(next_version({}, asking(Bump::patch)).text() == "0.0.1");
  CHECK(next_version({}, asking(Bump::minor)).text() == "0.1.0");
  CHECK(next_version({}, asking(Bump::major)).text() == "1.0.0");
}

TEST_CASE("next_version: initial-version is the first version and a floor") {
  VersionRequest request = asking(Bump::patch);
  request.initial_version = Version{1, 0, 0};
  CHECK(next_version({}, request).text() == "1.0.0");
  CHECK(next_version(holding({"0.3.0"}), request).text() == "1.0.0");
  CHECK(next_version(holding({"1.4.0"}), request).text() == "1.4.1");
}

TEST_CASE("next_version: a version line bounds newest, floor and bump") {
  const Releases releases = holding({"1.4.2", "2.0.0", "1.5.0"});
  VersionRequest request = asking(Bump::major);
  request.line = Line{1};
  const NextVersion in_major = next_version(releases, request);
  CHECK(in_major.text() == "1.6.0");
  CHECK(in_major.bump == Bump::minor);
  REQUIRE(in_major.warnings.size() == 1);
  CHECK(in_major.warnings[0] ==
        "a major bump would leave the version line 1: lowered to minor");

  request.line = Line{1, 4};
  CHECK(next_version(releases, request).text() == "1.4.3");
  request.initial_version = Version{2, 0, 0};  // outside the line: no floor
  CHECK(next_version(releases, request).text() == "1.4.3");
  request.initial_version = Version{1, 4, 9};
  CHECK(next_version(releases, request).text() == "1.4.9");
  request.initial_version = std::nullopt;
  request.line = Line{1, 7};
  CHECK(next_version(releases, request).text() == "1.7.0");
  request.initial_version = Version{2, 0, 0};  // outside the line: no floor
  CHECK(next_version(releases, request).text() == "1.7.0");
  request.initial_version = Version{1, 7, 5};
  CHECK(next_version(releases, request).text() == "1.7.5");
}

TEST_CASE("next_version: a taken version is passed over, naming its holder") {
  std::vector<Image> images{
      {.digest = "sha256:aa", .tags = {"1.2.3"}},
      {.digest = "sha256:bb", .tags = {"1.2.4"}, .is_container = false},
      {.digest = "sha256:cc", .tags = {"1.2.5-a1b2c3d"}}};
  const NextVersion next =
      next_version(read_releases(images, ""), asking(Bump::patch));
  CHECK(next.text() == "1.2.6");
  REQUIRE(next.warnings.size() == 2);
  CHECK(next.warnings[0] ==
        "1.2.4 is passed over: 1.2.4 is a tag of sha256:bb");
  CHECK(next.warnings[1] ==
        "1.2.5 is passed over: 1.2.5-a1b2c3d is a tag of sha256:cc");
}

TEST_CASE("next_version: prereleases are counted from ECR, by version") {
  VersionRequest request = asking(Bump::minor);
  request.prerelease = "beta";
  CHECK(next_version(holding({"1.2.0"}), request).text() == "1.3.0-beta.1");
  const NextVersion third = next_version(
      holding({"1.2.0", "1.3.0-beta.1", "1.3.0-beta.2", "1.3.0-rc.7"}),
      request);
  CHECK(third.text() == "1.3.0-beta.3");
  CHECK(third.warnings.empty());  // counted, not tried
  CHECK(next_version(holding({"1.3.0", "1.3.0-beta.2"}), request).text() ==
        "1.4.0-beta.1");
}

TEST_CASE("next_version: a taken prerelease is passed over by its number") {
  VersionRequest request = asking(Bump::minor);
  request.prerelease = "beta";
  const NextVersion next =
      next_version(read_releases({{.digest = "sha256:aa", .tags = {"1.2.0"}},
                                  {.digest = "sha256:bb",
                                   .tags = {"1.3.0-beta.1"},
                                   .is_container = false}},
                                 ""),
                   request);
  CHECK(next.text() == "1.3.0-beta.2");
  CHECK(next.warnings ==
        std::vector<std::string>{"1.3.0-beta.1 is passed over: 1.3.0-beta.1 is "
                                 "a tag of sha256:bb"});
}

TEST_CASE("next_version: tags of another prefix are an error, not a restart") {
  CHECK_THROWS_WITH_AS(
      next_version(holding({"v3.4.1"}), asking(Bump::patch)),
      "no release under tag-prefix \"\", but tags that would be releases under "
      "another prefix: v3.4.1; set `tag-prefix`, or `initial-version` to start "
      "afresh",
      Error);
  CHECK_THROWS_WITH_AS(
      next_version(holding({"v3.4.1", "v3.5.0"}), asking(Bump::patch)),
      doctest::Contains("under another prefix: v3.5.0, v3.4.1; set"), Error);
  VersionRequest request = asking(Bump::patch);
  request.initial_version = Version{1, 0, 0};
  CHECK(next_version(holding({"v3.4.1"}), request).text() == "1.0.0");
  request = asking(Bump::patch);
  request.tag_prefix = "v";
  CHECK(next_version(holding({"v3.4.1"}, "v"), request).tag("v") == "v3.4.2");
}

TEST_CASE("floating_tags: a backport moves only what is its own") {
  Policy policy;
  policy.float_major = policy.float_minor = true;
  const Releases releases = holding({"1.4.2", "1.5.0", "2.1.0"});
  const RepositorySettings open{Mutability::all_mutable, {}};
  const auto given = [&](Version version) {
    return floating_tags(releases, version, policy, "v", open).tags;
  };
  CHECK(given({2, 1, 1}) == std::vector<std::string>{"latest", "v2", "v2.1"});
  CHECK(given({2, 1, 0}) == given({2, 1, 1}));  // run again
  CHECK(given({1, 5, 1}) == std::vector<std::string>{"v1", "v1.5"});
  CHECK(given({1, 4, 3}) == std::vector<std::string>{"v1.4"});
}

TEST_CASE("floating_tags: latest is given where the policy has it") {
  Policy policy;
  policy.float_latest = false;
  policy.float_minor = true;
  CHECK(floating_tags({}, {1, 2, 0}, policy, "", {Mutability::all_mutable, {}})
            .tags == std::vector<std::string>{"1.2"});
}

TEST_CASE("floating_tags: a filter is met by the whole tag") {
  const struct {
    const char* filter;
    const char* tag;
    bool met;
  } rows[] = {
      {"*ab", "aab", true},        {"*ab", "acb", false},
      {"b", "ab", false},          {"ab", "a", false},
      {"ab*", "ab", true},         {"lat*atest", "latest", false},
      {"l*t*t", "latest", true},   {"**", "", true},
      {"lat*t", "latestx", false}, {"", "a", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.filter);
    CAPTURE(row.tag);
    CHECK(may_move({Mutability::immutable_except, {row.filter}}, row.tag) ==
          row.met);
  }
}

TEST_CASE("floating_tags: what could not move again is left out") {
  struct Row {
    Mutability mutability;
    std::vector<std::string> filters;
    std::vector<std::string> tags;
  };
  Policy policy;
  policy.float_major = true;
  const std::vector<Row> rows{
      {Mutability::unknown, {}, {"latest", "1"}},
      {Mutability::all_mutable, {}, {"latest", "1"}},
      {Mutability::all_immutable, {}, {}},
      {Mutability::immutable_except, {"latest"}, {"latest"}},
      {Mutability::immutable_except, {"la*t", "1"}, {"latest", "1"}},
      {Mutability::mutable_except, {"1*"}, {"latest"}},
      {Mutability::mutable_except, {"*"}, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(static_cast<int>(row.mutability));
    const FloatingTags result =
        floating_tags(holding({"0.9.0"}), {1, 0, 0}, policy, "",
                      {row.mutability, row.filters});
    CHECK(result.tags == row.tags);
    CHECK(result.notices.size() == 2 - row.tags.size());
  }
  CHECK(floating_tags({}, {1, 0, 0}, {}, "", {Mutability::all_immutable, {}})
            .notices.front() ==
        "latest is left out: the repository's tags are immutable and it could "
        "not move again; exclude it from immutability to have it");
}

}  // namespace
}  // namespace ecr_version::core
