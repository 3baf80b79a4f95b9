// What a repository's images say of an app's releases.
//
// The newest release is the highest version, never the last one pushed. And
// `X.Y.Z-<hex>` carries a commit only where `X.Y.Z` itself is a tag of the same
// image: a stray sha tag elsewhere must not move anyone's base.
#pragma once

#include "core/semver.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  std::vector<std::string> commits;  // hex prefixes its sha tags carry, sorted
  std::string digest;
  double pushed_at = 0;
  bool archived = false;
};

// Everything the decision needs of one repository.
struct Releases {
  // What a tag stands on: an image, a chart or another artifact.
  struct Holder {
    std::string digest;
    bool is_container = true;
  };

  std::vector<Release> releases;     // newest (highest) first; no prereleases
  std::vector<Release> prereleases;  // highest first: version, label, number
  // Every tag of every image, chart and artifact, sorted, with the index of its
  // holder: what a new version must not collide with.
  std::vector<std::pair<std::string, std::uint32_t>> taken;
  std::vector<Holder> holders;
  // Tags that would be releases under another prefix, when there is no release:
  // the highest few, for the error that names tag-prefix.
  std::vector<std::string> foreign_releases;

  const Holder* holder_of(std::string_view tag) const;       // null: free
  const std::string* digest_of(std::string_view tag) const;  // null: free
};

// Takes the images in any order, one by one, and keeps none of them.
class ReleaseReader {
 public:
  explicit ReleaseReader(std::string tag_prefix);

  void add(const Image& image);
  Releases finish() &&;

 private:
  void note_foreign(const Image& image);

  std::string prefix_;
  Releases result_;
  std::vector<std::pair<Version, std::string>> foreign_;  // highest first
};

// The newest release alone, for whom ten thousand older ones are no matter: the
// one that ReleaseReader's `releases` would have first in that line.
class NewestReader {
 public:
  NewestReader(std::string tag_prefix, std::optional<Line> line);

  void add(const Image& image);
  const std::optional<Release>& newest() const { return newest_; }

 private:
  bool may_be_newest(const Image& image) const;

  std::string prefix_;
  std::optional<Line> line_;
  std::optional<Release> newest_;
};

}  // namespace ecr_version::core
