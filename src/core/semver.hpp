// Versions X.Y.Z and their order (semver.org, items 2 and 11).
//
// These are release versions only: prereleases and commit suffixes belong to
// tags (core/tag), because a general parser would sort our `1.2.3-a1b2c3d`
// below 1.2.3. Numbers compare as numbers: 1.10.0 is above 1.9.0.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::core {

enum class Bump { patch, minor, major };  // in order of strength

std::string_view to_string(Bump bump);
std::optional<Bump> parse_bump(std::string_view word);  // lower-case words

struct Version {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;

  auto operator<=>(const Version&) const = default;
};

// "0" or digits without a leading zero that fit 64 bits; else nullopt.
std::optional<std::uint64_t> parse_number(std::string_view text);

// "1.2.3" exactly: three decimal numbers without leading zeros that fit 64
// bits; else nullopt.
std::optional<Version> parse_version(std::string_view text);
std::string to_string(const Version& version);

// The version that follows. Throws Error when a number would overflow.
Version bumped(const Version& version, Bump bump);

// A version line of a release branch: `1` or `1.4`.
struct Line {
  std::uint64_t major = 0;
  std::optional<std::uint64_t> minor;

  bool contains(const Version& version) const;
  Version zero() const;  // 1.0.0 or 1.4.0
};

std::optional<Line> parse_line(std::string_view text);  // "1", "1.4"
std::string to_string(const Line& line);

}  // namespace ecr_version::core
