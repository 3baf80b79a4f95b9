#include "core/releases.hpp"

#include "base/text.hpp"
#include "core/next_version.hpp"
#include "support/read_releases.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

using Tags = std::vector<std::string>;

// The releases in one line each: "1.2.3 @a1b2c3d,b2c3d4e sha256:1".
Tags lines(const std::vector<Release>& releases) {
  Tags result;
  for (const Release& release : releases) {
    std::string line = release.tag;
    for (std::size_t i = 0; i < release.commits.size(); ++i)
      line += (i == 0 ? " @" : ",") + release.commits[i];
    result.push_back(line + " " + release.digest);
  }
  return result;
}

TEST_CASE("releases: newest is the highest version, not the last pushed") {
  const Releases read = read_releases(
      {{.digest = "d1", .tags = {"1.9.0", "1.9.0-aaaaaaa"}, .pushed_at = 300},
       {.digest = "d2", .tags = {"latest", "1.10.0-bbbbbbb", "1.10.0"}},
       {.digest = "d3", .tags = {"0.9.9"}, .pushed_at = 900}},
      "");
  CHECK(lines(read.releases) ==
        Tags{"1.10.0 @bbbbbbb d2", "1.9.0 @aaaaaaa d1", "0.9.9 d3"});
  CHECK(read.releases[1].pushed_at == 300);
  CHECK(read.releases[0].version == Version{1, 10, 0});
  CHECK(read.prereleases.empty());
  CHECK(read.foreign_releases.empty());
}

TEST_CASE("releases: archived images count and say so") {
  const Releases read =
      read_releases({{.digest = "d1", .tags = {"2.0.0"}, .archived = true},
                     {"d2", {"1.0.0"}}},
                    "");
  CHECK(read.releases[0].archived);
  CHECK_FALSE(read.releases[1].archived);
}

TEST_CASE("releases: a sha tag needs its version on the same image") {
  const Releases read = read_releases({{"d1", {"1.2.3"}},
                                       {"d2", {"1.2.3-a1b2c3d"}},
                                       {"d3", {"1.2.4-a1b2c3d", "latest"}}},
                                      "");
  CHECK(lines(read.releases) == Tags{"1.2.3 d1"});
}

TEST_CASE("releases: several versions on one image are several releases") {
  const Releases read = read_releases(
      {{"d1",
        {"1.2.4-ccccccc", "1.2.3-bbbbbbb", "1.2.3", "1.2.3-aaaaaaa", "1.2.4",
         "1.2.5-ddddddd", "1", "1.2", "latest", "rollback-target"}}},
      "");
  CHECK(lines(read.releases) ==
        Tags{"1.2.4 @ccccccc d1", "1.2.3 @aaaaaaa,bbbbbbb d1"});
}

TEST_CASE("releases: prereleases stand apart, in their own order") {
  const Releases read =
      read_releases({{"d1", {"1.3.0-beta.2", "1.3.0-beta.2-aaaaaaa"}},
                     {"d2", {"1.3.0-beta.10", "1.3.0-beta.11-ccccccc"}},
                     {"d3", {"1.3.0-alpha.99"}},
                     {"d4", {"1.2.9", "1.3.0-rc.1", "1.3.0-rc.1-bbbbbbb"}}},
                    "");
  CHECK(lines(read.releases) == Tags{"1.2.9 d4"});
  CHECK(lines(read.prereleases) ==
        Tags{"1.3.0-rc.1 @bbbbbbb d4", "1.3.0-beta.10 d2",
             "1.3.0-beta.2 @aaaaaaa d1", "1.3.0-alpha.99 d3"});
  CHECK(read.prereleases[1].label == "beta");
  CHECK(read.prereleases[1].number == 10);
}

TEST_CASE("releases: a tag that is told twice counts once") {
  const Releases read = read_releases(
      {{"d1", {"1.0.0", "1.0.0-aaaaaaa", "1.0.0", "1.0.0-aaaaaaa"}}}, "");
  CHECK(lines(read.releases) == Tags{"1.0.0 @aaaaaaa d1"});
  CHECK(read_releases({{"d1", {"v1.0.0", "v1.0.0"}}}, "").foreign_releases ==
        Tags{"v1.0.0"});
}

TEST_CASE("releases: a release and a prerelease do not lend their commits") {
  const Releases read = read_releases(
      {{"d1", {"1.3.0", "1.3.0-beta.1", "1.3.0-beta.1-aaaaaaa"}}}, "");
  CHECK(lines(read.releases) == Tags{"1.3.0 d1"});
  CHECK(lines(read.prereleases) == Tags{"1.3.0-beta.1 @aaaaaaa d1"});
  CHECK(lines(read_releases({{"d1", {"1.3.0-alpha.1", "1.3.0-beta.1-aaaaaaa"}}},
                            "")
                  .prereleases) == Tags{"1.3.0-alpha.1 d1"});
}

TEST_CASE("releases: charts and signatures are none, but hold their tags") {
  const Releases read = read_releases(
      {{.digest = "chart", .tags = {"2.0.0"}, .is_container = false},
       {.digest = "image", .tags = {"1.0.0", "1.0.0-a1b2c3d"}},
       {.digest = "untagged"}},
      "");
  CHECK(lines(read.releases) == Tags{"1.0.0 @a1b2c3d image"});
  REQUIRE(read.digest_of("2.0.0") != nullptr);
  CHECK(*read.digest_of("2.0.0") == "chart");
  CHECK_FALSE(read.holder_of("2.0.0")->is_container);
  CHECK(read.holder_of("1.0.0-a1b2c3d")->is_container);
  CHECK(read.digest_of("1.0.1") == nullptr);
  CHECK(read.digest_of("") == nullptr);
}

TEST_CASE("releases: with a prefix only its tags count") {
  const Releases read = read_releases({{"d1", {"v1.0.0", "v1.0.0-a1b2c3d"}},
                                       {"d2", {"2.0.0"}},
                                       {"d3", {"vv3.0.0"}}},
                                      "v");
  CHECK(lines(read.releases) == Tags{"v1.0.0 @a1b2c3d d1"});
  CHECK(read.digest_of("2.0.0") != nullptr);
  CHECK(read.foreign_releases.empty());
}

TEST_CASE("releases: another prefix is noticed where there is no release") {
  const auto foreign = [](const Tags& tags, std::string_view prefix = "") {
    return read_releases({{"d", tags}}, prefix).foreign_releases;
  };
  CHECK(foreign({"v3.4.1", "v3.4.1-a1b2c3d", "latest"}) == Tags{"v3.4.1"});
  CHECK(foreign({"v1.9.0", "v1.10.0"}) == Tags{"v1.10.0", "v1.9.0"});
  CHECK(foreign({"api-1.0.0"}) == Tags{"api-1.0.0"});
  CHECK(foreign({"1.2.3"}, "v") == Tags{"1.2.3"});
  CHECK(foreign({"api-1.2.3"}, "v") == Tags{"api-1.2.3"});
  CHECK(foreign({"v1.0.0", "v2.0.0", "v3.0.0", "v4.0.0", "v5.0.0", "v6.0.0"})
            .size() == 5);
  // With a release of ours, old schemes are history.
  CHECK(foreign({"v3.4.1", "0.1.0"}).empty());
  CHECK(read_releases({{"d1", {"v3.4.1"}}, {"d2", {"0.1.0"}}}, "")
            .foreign_releases.empty());
  for (const std::string_view tag :
       split("main|latest|1|v1|v1.2|1.2.3.4|20240131-1.2.3|0-1.2.3|9-1.2.3|"
             "1.0.0-beta.1|"
             "v01.2.3|a.b.c|v1.2.3-rc1|1.2.3-alpine3.18.2",
             '|')) {
    CAPTURE(tag);
    CHECK(foreign({std::string(tag)}).empty());
  }
  CHECK(
      read_releases(
          {{.digest = "chart", .tags = {"v1.0.0"}, .is_container = false}}, "")
          .foreign_releases.empty());
}

TEST_CASE("releases: an empty repository has none") {
  const Releases read = read_releases({}, "");
  CHECK(read.releases.empty());
  CHECK(read.digest_of("latest") == nullptr);
}

// Would take minutes if it were not nearly linear.
TEST_CASE("releases: a hundred thousand images and ten thousand tags on one") {
  std::vector<Image> images(100'000);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string version = "1." + std::to_string(i) + ".0";
    images[i].digest = "sha256:" + std::to_string(i);
    images[i].tags = {version, version + "-a1b2c3d"};
  }
  Image& crowded = images.emplace_back(Image{.digest = "crowded"});
  for (int i = 0; i < 10'000; ++i) {
    crowded.tags.push_back("0.0." + std::to_string(i % 100));
    crowded.tags.push_back("0.0." + std::to_string(i % 100) + "-" +
                           std::to_string(1'000'000 + i));
  }
  const Releases read = read_releases(images, "");
  CHECK(read.releases.size() == 100'100);
  CHECK(read.releases.front().tag == "1.99999.0");
  CHECK(read.releases.back().tag == "0.0.0");
  CHECK(read.releases.back().commits.size() == 100);
  CHECK(*read.digest_of("1.500.0-a1b2c3d") == "sha256:500");
}

// Whatever order the images come in, and whatever else they hold.
TEST_CASE("releases: the newest alone is the first of all") {
  std::vector<Image> images{
      {.digest = "d1", .tags = {"v1.9.0", "v1.9.0-aaaaaaa"}, .pushed_at = 3},
      {.digest = "d2", .tags = {"latest", "v2.0.1-bbbbbbb"}},
      {.digest = "d3", .tags = {"v2.0.0-ccccccc", "v2.0.0"}, .archived = true},
      {.digest = "d4", .tags = {"v2.0.0", "v1.9.5"}},
      {.digest = "d5", .tags = {"v9.0.0"}, .is_container = false},
      {.digest = "d6", .tags = {"v2.1.0-beta.1", "3.0.0"}},
      {.digest = "d7"}};
  const std::optional<Line> lines_asked[] = {
      std::nullopt, parse_line("1"), parse_line("2.0"), parse_line("7")};
  for (int turn = 0; turn < 7; ++turn) {
    std::rotate(images.begin(), images.begin() + 1, images.end());
    for (const std::optional<Line>& line : lines_asked) {
      NewestReader reader("v", line);
      for (const Image& image : images) reader.add(image);
      const Releases all = read_releases(images, "v");
      const Release* first = newest_in(all, line);
      REQUIRE(reader.newest().has_value() == (first != nullptr));
      if (first != nullptr) CHECK(lines({*reader.newest()}) == lines({*first}));
    }
  }
}

TEST_CASE("releases: a tag shorter than the prefix is none of ours") {
  NewestReader reader("api-v", std::nullopt);
  reader.add({.digest = "d1", .tags = {"1", "api-v1.2.3"}});
  REQUIRE(reader.newest().has_value());
  CHECK(reader.newest()->tag == "api-v1.2.3");
}

}  // namespace
}  // namespace ecr_version::core
