// Whether a manifest is a container image, or something that only looks so.
//
// DescribeImages cannot tell: an attestation of buildx and a signature of
// cosign both say that their config is an image's. Their layers tell.
#pragma once

#include <string>
#include <string_view>

namespace ecr_version::app {

// What it is instead, as a noun for a message ("an attestation"); "" for a
// container image or an index of them. Throws Error for what is no JSON.
std::string not_an_image(std::string_view manifest);

}  // namespace ecr_version::app
