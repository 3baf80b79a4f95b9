// The releases of images that are at hand, as tests write them.
#pragma once

#include "core/releases.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::core {

inline Releases read_releases(const std::vector<Image>& images,
                              std::string_view tag_prefix) {
  ReleaseReader reader{std::string(tag_prefix)};
  for (const Image& image : images) reader.add(image);
  return std::move(reader).finish();
}

}  // namespace ecr_version::core
