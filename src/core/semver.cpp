#include "core/semver.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace ecr_version::core {

std::string_view to_string(Bump bump) {
  switch (bump) {
    case Bump::patch:
      return "patch";
    case Bump::minor:
      return "minor";
    case Bump::major:
      return "major";
  }
  return "patch";
}

std::optional<Bump> parse_bump(std::string_view word) {
  for (const Bump bump : {Bump::patch, Bump::minor, Bump::major}) {
    if (word == to_string(bump)) return bump;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::optional<Version> parse_version(std::string_view text) {
  const std::size_t first = text.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto major = parse_number(text.substr(0, first));
  const auto minor = parse_number(text.substr(first + 1, second - first - 1));
  const auto patch = parse_number(text.substr(second + 1));
  if (!major || !minor || !patch) return std::nullopt;
  return Version{*major, *minor, *patch};
}

std::string to_string(const Version& version) {
  return fmt::format("{}.{}.{}", version.major, version.minor, version.patch);
}

Version bumped(const Version& version, Bump bump) {
  const std::uint64_t number = bump == Bump::major   ? version.major
                               : bump == Bump::minor ? version.minor
                                                     : version.patch;
  if (number == std::numeric_limits<std::uint64_t>::max()) {
    throw Error(
        fmt::format("giving the version after {}: its {} number is the highest "
                    "there is; remove that tag if it was a mistake",
                    to_string(version), to_string(bump)));
  }
  switch (bump) {
    case Bump::major:
      return {number + 1, 0, 0};
    case Bump::minor:
      return {version.major, number + 1, 0};
    case Bump::patch:
      break;
  }
  return {version.major, version.minor, number + 1};
}

bool Line::contains(const Version& version) const {
  return version.major == major && (!minor || version.minor == *minor);
}

Version Line::zero() const { return {major, minor.value_or(0), 0}; }

std::optional<Line> parse_line(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto major = parse_number(text.substr(0, dot));
  if (!major) return std::nullopt;
  if (dot == std::string_view::npos) return Line{*major, std::nullopt};
  const auto minor = parse_number(text.substr(dot + 1));
  if (!minor) return std::nullopt;
  return Line{*major, minor};
}

std::string to_string(const Line& line) {
  return line.minor ? fmt::format("{}.{}", line.major, *line.minor)
                    : fmt::format("{}", line.major);
}

}  // namespace ecr_version::core
