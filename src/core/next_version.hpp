// The version that comes next: pure arithmetic over what a registry holds.
//
// The one rule a reader would get wrong: "taken" is wider than "released". A
// chart, a signature or a half-pushed tag holds a version without being a
// release, and such a version is passed over, never overwritten.
#pragma once

#include "core/app.hpp"
#include "core/releases.hpp"
#include "core/semver.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ecr_version::core {

struct VersionRequest {
  std::string tag_prefix;
  std::optional<Version> initial_version;
  std::optional<Line> line;
  std::string prerelease;  // label, "" for a release
  std::string sha;         // HEAD, as its tag carries it: 7 to 40 hex digits
  Bump bump = Bump::patch;
};

struct NextVersion {
  Version version;
  std::string label;         // of a prerelease, else ""
  std::uint64_t number = 0;  // N of beta.N
  Bump bump = Bump::patch;   // after the line has lowered it
  std::vector<std::string> warnings;

  // "v1.2.3" or "v1.3.0-beta.2"; without the prefix when that is empty.
  std::string tag(const std::string& prefix) const;
  std::string text() const { return tag(""); }
};

// Newest release in the line, or null. `line` nullopt: of all.
const Release* newest_in(const Releases& releases,
                         const std::optional<Line>& line);

// Throws Error when tags exist that would be releases under another prefix and
// there is neither a release nor an initial version: the remedy is tag-prefix.
NextVersion next_version(const Releases& releases,
                         const VersionRequest& request);

// Whether a repository lets a tag move once it is there.
enum class Mutability {
  unknown,  // could not be read: the caller says so, once for all apps
  all_mutable,
  all_immutable,
  immutable_except,  // IMMUTABLE_WITH_EXCLUSION
  mutable_except,    // MUTABLE_WITH_EXCLUSION
};
struct RepositorySettings {
  Mutability mutability = Mutability::unknown;
  std::vector<std::string> filters;  // wildcards: `*` is any run of characters
};
bool may_move(const RepositorySettings& settings, const std::string& tag);

struct FloatingTags {
  std::vector<std::string> tags;
  std::vector<std::string> notices;  // of tags left out
};

// The floating tags that the new version gets: only where it is the highest in
// the tag's scope and the tag may move again later.
FloatingTags floating_tags(const Releases& releases, const Version& version,
                           const Policy& policy, const std::string& tag_prefix,
                           const RepositorySettings& settings);

}  // namespace ecr_version::core
