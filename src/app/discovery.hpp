// Which directories of HEAD's tree are apps: by a Dockerfile, and by the globs
// that the configuration has for names.
//
// Each call lists the tree once. `ignore` is for both; dot-directories are left
// out of discovery only, for a glob asks for what it matches.
#pragma once

#include "app/tree.hpp"

#include <string>
#include <vector>

namespace ecr_version::app {

// Directories that hold a Dockerfile, sorted; "" is the root.
std::vector<std::string> discover(const Tree& tree,
                                  const std::vector<std::string>& ignore);

// Of each glob, the directories that it matches and that hold a Dockerfile.
std::vector<std::vector<std::string>> directories_of_globs(
    const Tree& tree, const std::vector<std::string>& globs,
    const std::vector<std::string>& ignore);

}  // namespace ecr_version::app
