// What a repository's images say of an app's releases.
#pragma once

#include "core/semver.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

// One row of DescribeImages, as far as a version needs it.
struct Image {
  std::string digest;  // sha256:…
  std::vector<std::string> tags;
  double pushed_at = 0;  // seconds since 1970
  bool archived = false;
  // A container image or an index of them; false for charts, signatures,
  // attestations and other artifacts (judged by artifactMediaType and
  // subjectManifestDigest).
  bool is_container = true;
};

struct Release {
  Version version;
  std::string label;                 // of a prerelease, else ""
  std::uint64_t number = 0;          // of a prerelease
  std::string tag;                   // "v1.2.3", with its prefix
  std::vector<std::string> commits;  // hex prefixes its sha tags carry
  std::string digest;
  double pushed_at = 0;
  bool archived = false;
};

// Everything the decision needs of one repository.
struct Releases {
  std::vector<Release> releases;     // newest (highest) first; no prereleases
  std::vector<Release> prereleases;  // highest first
  // Tag -> digest of every image, chart and artifact: what a new version must
  // not collide with. Sorted by tag.
  std::vector<std::pair<std::string, std::string>> taken;
  // Tags that would be releases under another prefix, when there is no release:
  // the first few, for the error that names tag-prefix.
  std::vector<std::string> foreign_releases;

  const std::string* digest_of(std::string_view tag) const;  // null: free
};

Releases read_releases(const std::vector<Image>& images,
                       std::string_view tag_prefix);

}  // namespace ecr_version::core
