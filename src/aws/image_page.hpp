// One page of DescribeImages, read by events: a page of 1000 images is a
// megabyte, of which a tenth is wanted.
//
// An empty page may carry a token, and a page may repeat one it gave before;
// both are the caller's to see. Unknown members, at any depth, are skipped, and
// null is the same as absent.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::aws {

struct ImageDetail {
  std::string digest;             // "sha256:<64 hex digits>"
  std::vector<std::string> tags;  // as ECR orders them; empty when untagged
  std::optional<Time> pushed_at;
  bool archived = false;
  std::string media_type;           // of the manifest
  std::string artifact_media_type;  // of its config: an image, a chart, ...
  std::string subject_digest;       // what a signature or SBOM is about; or ""
};

struct ImagePage {
  std::string next_token;   // "" at the end
  std::string registry_id;  // "" when no image names it
};

// Appends the page's images to `images`. Throws Error for what is no JSON.
ImagePage read_image_page(std::string_view json,
                          std::vector<ImageDetail>& images);

}  // namespace ecr_version::aws
