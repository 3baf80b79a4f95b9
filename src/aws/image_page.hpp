// One page of DescribeImages, read by events: a page of 1000 images is half a
// megabyte, of which a tenth is wanted. Each image is handed on as soon as it
// is read and none is kept, so that ten thousand take no more memory than one
// page.
//
// An empty page may carry a token, and a page may repeat one it gave before;
// both are the caller's to see. Unknown members, at any depth, are skipped, and
// null is the same as absent.
#pragma once

#include "base/clock.hpp"

#include <functional>
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

// Takes what it wants out of the image, which is the reader's own and used for
// the next one.
using OnImage = std::function<void(ImageDetail& image)>;

// Throws Error for what is no JSON, when some images may have been handed on.
ImagePage read_image_page(std::string_view json, const OnImage& on_image);

}  // namespace ecr_version::aws
