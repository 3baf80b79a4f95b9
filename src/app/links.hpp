// Links in a work tree: whoever writes the repository chooses where they lead,
// which may be out of it.
#pragma once

#include <filesystem>

namespace ecr_version::app {

// The first part of `path`, below `root`, that is a symbolic link; "" when
// there is none.
std::filesystem::path link_on_the_way(const std::filesystem::path& root,
                                      const std::filesystem::path& path);

}  // namespace ecr_version::app
