// The order in which commits are walked: higher generation first, then newer.
//
// Commits that no commit-graph file covers have no generation, which counts as
// the highest: what the file has can never lead to them. Among them the date is
// only a guess, which decides how soon a walk ends and never what it finds.
#pragma once

#include "git/commits.hpp"

#include <cstdint>
#include <queue>
#include <tuple>
#include <vector>

namespace ecr_version::git {

struct WalkItem {
  std::uint64_t generation;
  std::int64_t committed_at;
  std::uint32_t slot;  // the walk's own number of the commit

  bool operator<(const WalkItem& other) const {
    return std::tie(generation, committed_at, slot) <
           std::tie(other.generation, other.committed_at, other.slot);
  }
};

using WalkQueue = std::priority_queue<WalkItem>;

inline WalkItem walk_item(const Commits::Node& node, std::uint32_t slot) {
  return {node.generation, node.committed_at, slot};
}

// Beyond the boundary of a shallow clone nothing can be proved. There, a commit
// that is older by a day than all that is asked about is taken not to lead to
// them; a newer one is MissingObject.
constexpr std::int64_t trusted_clock_skew = 24 * 60 * 60;

}  // namespace ecr_version::git
