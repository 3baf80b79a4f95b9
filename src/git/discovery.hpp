// Finds the repository that a directory lies in, and refuses early, with
// a reason and a remedy, what this program cannot read.
//
// Whoever owns the repository, it is read: nothing that its configuration names
// is executed, so git's ownership check would protect nothing.
#pragma once

#include <filesystem>

namespace ecr_version::git {

struct Layout {
  std::filesystem::path git_directory;
  std::filesystem::path common_directory;  // another in a linked worktree
  std::filesystem::path work_directory;    // empty when bare
  bool partial = false;                    // it has a promisor remote
  bool commit_graph = true;                // core.commitGraph
};

// Throws Error when there is none, or it is incomplete, or of a format that
// this program does not read.
Layout discover(const std::filesystem::path& directory);

}  // namespace ecr_version::git
