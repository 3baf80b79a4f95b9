#include "core/semver.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

constexpr std::uint64_t highest = UINT64_MAX;

TEST_CASE("semver: bumps have words and an order of strength") {
  CHECK(Bump::major > Bump::minor);
  CHECK(Bump::minor > Bump::patch);
  for (const Bump bump : {Bump::patch, Bump::minor, Bump::major}) {
    CHECK(parse_bump(to_string(bump)) == bump);
  }
  for (const char* word : {"", "Major", "auto", "majo", "major "}) {
    CAPTURE(word);
    CHECK(parse_bump(word) == std::nullopt);
  }
}

TEST_CASE("semver: three plain numbers are a version") {
  const struct {
    const char* text;
    Version version;
  } rows[] = {
      {"0.0.0", {0, 0, 0}},
      {"1.2.3", {1, 2, 3}},
      {"10.20.30", {10, 20, 30}},
      {"20240131.0.1", {20240131, 0, 1}},
      {"18446744073709551615.0.0", {highest, 0, 0}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_version(row.text) == row.version);
    CHECK(to_string(row.version) == row.text);
  }
}

TEST_CASE("semver: nothing else is a version") {
  for (const std::string_view text :
       split("|1|1.2|1.2.|1..3|.2.3|1.2.3.4|01.2.3|1.02.3|1.2.03|00.0.0|"
             "v1.2.3|1.2.3-a|1.2.3+b| 1.2.3|1.2.3 |1.2.3\n|-1.2.3|+1.2.3|1.2.x|"
             "1,2,3|0x1.2.3|18446744073709551616.0.0|"
             "1.2.99999999999999999999999999",
             '|')) {
    CAPTURE(text);
    CHECK(parse_version(text) == std::nullopt);
  }
}

TEST_CASE("semver: versions are ordered as numbers, not as text") {
  std::vector<std::string> order{"0.0.9", "0.1.0",  "1.0.0", "1.9.0",
                                 "1.9.9", "1.10.0", "2.0.0", "10.0.0"};
  std::vector<std::string> sorted = order;
  std::sort(sorted.begin(), sorted.end());  // as text: otherwise
  REQUIRE(sorted != order);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return *parse_version(a) < *parse_version(b);
  });
  CHECK(sorted == order);
}

TEST_CASE("semver: a bump resets the numbers right of it") {
  CHECK(bumped({1, 2, 3}, Bump::patch) == Version{1, 2, 4});
  CHECK(bumped({1, 2, 3}, Bump::minor) == Version{1, 3, 0});
  CHECK(bumped({1, 2, 3}, Bump::major) == Version{2, 0, 0});
  CHECK(bumped({0, 0, 0}, Bump::patch) == Version{0, 0, 1});
  CHECK(bumped({0, 9, 9}, Bump::minor) == Version{0, 10, 0});
}

TEST_CASE("semver: a number at its highest is not wrapped around") {
  CHECK_THROWS_WITH_AS(
      bumped({1, 2, highest}, Bump::patch),
      "giving the version after 1.2.18446744073709551615: its patch number is "
      "the highest there is; remove that tag if it was a mistake",
      Error);
  CHECK_THROWS_AS(bumped({1, highest, 0}, Bump::minor), Error);
  CHECK_THROWS_AS(bumped({highest, 0, 0}, Bump::major), Error);
  CHECK(bumped({1, 2, highest}, Bump::minor) == Version{1, 3, 0});
}

TEST_CASE("semver: a line is one number or two") {
  CHECK(to_string(*parse_line("1")) == "1");
  CHECK(to_string(*parse_line("1.4")) == "1.4");
  CHECK(parse_line("0")->zero() == Version{0, 0, 0});
  for (const std::string_view text :
       split("|1.|.4|01|1.04|1.2.3|v1|1.x|x|1 |18446744073709551616", '|')) {
    CAPTURE(text);
    CHECK_FALSE(parse_line(text).has_value());
  }
}

TEST_CASE("semver: a line contains its versions and starts at its zero") {
  const Line one = *parse_line("1");
  CHECK(one.contains({1, 0, 0}));
  CHECK(one.contains({1, 99, 9}));
  CHECK_FALSE(one.contains({2, 0, 0}));
  CHECK_FALSE(one.contains({0, 1, 0}));
  CHECK(one.zero() == Version{1, 0, 0});

  const Line one_four = *parse_line("1.4");
  CHECK(one_four.contains({1, 4, 7}));
  CHECK_FALSE(one_four.contains({1, 5, 0}));
  CHECK_FALSE(one_four.contains({2, 4, 0}));
  CHECK(one_four.zero() == Version{1, 4, 0});
}

}  // namespace
}  // namespace ecr_version::core
