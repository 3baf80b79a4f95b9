// Asks the commit-graph's changed-path filters whether a commit can touch any
// of some sets of paths. "No" is certain; everything else is yes.
//
// A set lies within its anchors, and a filter names every path that changed and
// the directories above it. The exception is a submodule above an anchor, which
// stands for what it holds: such a set is never ruled out.
#pragma once

#include "git/changes.hpp"
#include "git/implementation.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ecr_version::git {

class PathFilter {
 public:
  PathFilter(Repository::Implementation& repository, PathSorter& sorter,
             const Oid& head_tree)
      : repository_(repository), sorter_(sorter), head_tree_(head_tree) {}

  bool may_touch(const Commits::Node& commit,
                 const std::vector<std::uint32_t>& sets);

 private:
  struct Keys {
    bool known = false;
    bool anywhere = false;  // no filter can rule the set out
    std::vector<CommitGraph::Key> keys;
  };
  const Keys& keys_of(std::uint32_t set);
  bool has_submodule_above(const std::string& path);

  Repository::Implementation& repository_;
  PathSorter& sorter_;
  Oid head_tree_;
  std::vector<Keys> keys_;
};

}  // namespace ecr_version::git
