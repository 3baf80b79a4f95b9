// What `--image` may be: a digest, a tag, or a full reference.
#pragma once

#include <string>

namespace ecr_version::app {

struct ImageReference {
  std::string digest;  // "sha256:…", or ""
  std::string tag;     // "" when a digest is given

  // What ECR is asked for: the digest where there is one.
  const std::string& text() const { return digest.empty() ? tag : digest; }
};

// A full reference must lie in the app's own registry and repository: an image
// of another repository cannot be tagged here. Throws UsageError.
ImageReference parse_image_reference(const std::string& text,
                                     const std::string& registry,
                                     const std::string& repository);

}  // namespace ecr_version::app
