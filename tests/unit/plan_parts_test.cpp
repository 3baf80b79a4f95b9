// What a plan is made of: words, commits of releases, and their order.
#include "core/plan.hpp"
#include "support/read_releases.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace ecr_version::core {
namespace {

TEST_CASE("plan: reasons and sources of bases have the contract's words") {
  std::string words;
  for (int i = 0; i < 11; ++i) {
    words += std::string(to_string(static_cast<Reason>(i))) + " ";
  }
  CHECK(words ==
        "deleted forced already-released superseded never-released "
        "unknown-base skipped changed shared-path dependency unchanged ");
  words.clear();
  for (int i = 0; i < 4; ++i) {
    words += std::string(to_string(static_cast<BaseSource>(i))) + " ";
  }
  CHECK(words == "none released event input ");
}

TEST_CASE("plan: a release's commit is the first of its hashes that is known") {
  const Release release{.commits = {"ccccccc", "bbbbbbb"}};
  CHECK(commit_of(release, {{"bbbbbbb", "b"}}) == "b");
  CHECK(commit_of(release, {{"bbbbbbb", "b"}, {"ccccccc", "a"}}) == "a");
  CHECK(commit_of(release, {{"aaaaaaa", "a"}}) == std::nullopt);
}

TEST_CASE("plan: releases are looked at from the newest, by line and label") {
  const Releases releases =
      read_releases({{"d1", {"1.0.0", "1.1.0-beta.1", "1.1.0-rc.1"}},
                     {"d2", {"1.1.0", "1.1.0-beta.10", "1.1.0-beta.9"}},
                     {"d3", {"2.0.0", "1.2.0-beta.1", "2.1.0-beta.1"}}},
                    "");
  const auto tags = [&](const std::optional<Line>& line,
                        const std::string& label) {
    std::string all;
    for (const Release* one : candidates(releases, line, label)) {
      all += one->tag + " ";
    }
    return all;
  };
  CHECK(tags({}, "") == "2.0.0 1.1.0 1.0.0 ");
  CHECK(tags(Line{1}, "") == "1.1.0 1.0.0 ");
  CHECK(tags(Line{1}, "beta") ==
        "1.2.0-beta.1 1.1.0 1.1.0-beta.10 1.1.0-beta.9 1.1.0-beta.1 1.0.0 ");
  CHECK(tags({}, "rc") == "2.0.0 1.1.0 1.1.0-rc.1 1.0.0 ");
}

}  // namespace
}  // namespace ecr_version::core
