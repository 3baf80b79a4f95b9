// Which files of HEAD a Dockerfile's sources name, in one context or another.
//
// Docker follows a symbolic link that a source names or passes through, but
// copies one that lies inside of a copied directory as it is: so what the first
// kind leads to is read as well, and no pattern of the Dockerfile says so.
#pragma once

#include "app/tree.hpp"
#include "core/docker_context.hpp"
#include "core/dockerfile.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

// What the sources of a Dockerfile are in a context.
struct FoundSources {
  // Lines of instructions that Docker would refuse: a source that is not there,
  // or wildcards that match nothing; with the first such source as written.
  struct Missing {
    int line = 0;
    std::string written;
  };
  std::vector<Missing> missing;
  // Links and submodules that sources name or pass through, and what the links
  // lead to: paths from the repository's root.
  std::vector<std::string> followed;
};

FoundSources find_sources(Tree& tree, const std::string& context,
                          const std::vector<core::DockerSource>& sources);

// The file that the path means when links are followed, within the directory;
// "" when there is none.
std::string follow_file(Tree& tree, std::string_view path);

}  // namespace ecr_version::app
