// Asks the commit-graph's changed-path filters whether a commit can touch any
// of some sets of paths. "No" is certain; everything else is yes.
//
// A set lies within its anchors, and a filter names every path that changed and
// the directories above it. But a submodule above an anchor stands for what it
// holds, and its bump names nothing below it; HEAD need not have it any more.
// So what is asked for is the anchor's first directory, which every change in,
// at or above the anchor names.
#pragma once

#include "git/changes.hpp"
#include "git/implementation.hpp"

#include <cstdint>
#include <vector>

namespace ecr_version::git {

class PathFilter {
 public:
  PathFilter(Repository::Implementation& repository, PathSorter& sorter)
      : repository_(repository), sorter_(sorter) {}

  bool may_touch(const Commits::Node& commit,
                 const std::vector<std::uint32_t>& sets);

 private:
  struct Keys {
    bool known = false;
    bool anywhere = false;  // no filter can rule the set out
    std::vector<CommitGraph::Key> keys;
  };
  const Keys& keys_of(std::uint32_t set);

  Repository::Implementation& repository_;
  PathSorter& sorter_;
  std::vector<Keys> keys_;
};

}  // namespace ecr_version::git
