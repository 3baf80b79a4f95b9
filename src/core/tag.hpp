// The grammar of image tags (PRODUCT.md 5 of the contract; distribution spec
// for what a tag may hold).
//
// A release with its commit, `1.2.3-a1b2c3d`, looks like a SemVer prerelease
// and sorts below 1.2.3 in any general parser; so this is a grammar of our
// own. Whether `X.Y.Z-<hex>` names a commit cannot be told from the tag alone:
// it does only if `X.Y.Z` is a tag of the same image (core/releases decides).
#pragma once

#include "core/semver.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::core {

// A tag that our grammar knows. Tags of any other form are nullopt.
struct Tag {
  enum class Kind {
    release,     // 1.2.3          1.2.3-a1b2c3d (commit)
    prerelease,  // 1.3.0-beta.2   1.3.0-beta.2-a1b2c3d (commit)
    floating,    // latest, 1, 1.2
  };
  Kind kind = Kind::release;
  Version version;           // of release and prerelease
  std::string label;         // "beta" of a prerelease
  std::uint64_t number = 0;  // 2 of beta.2
  std::string commit;        // 7 to 40 lower-case hex digits, or ""
};

// `prefix` stands before releases, prereleases and `1`, `1.2`; never before
// `latest`.
std::optional<Tag> parse_tag(std::string_view text, std::string_view prefix);

// What may stand as `commit` in a tag: 7 to 40 lower-case hex digits, all
// digits and leading zeros included.
bool is_commit_suffix(std::string_view text);

// What `prerelease` may be: a letter, then letters, digits and hyphens. (A
// label of digits would sort as a number, and one with dots as several.)
bool is_valid_label(std::string_view text);

// [A-Za-z0-9_][A-Za-z0-9._-]{0,127}
bool is_valid_tag(std::string_view text);

}  // namespace ecr_version::core
