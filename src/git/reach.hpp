// Which commits are reachable from a head and not from certain others, for many
// classes of "certain others" in one walk: git's `head --not others`.
//
// Exact whatever the dates say. See reach.cpp for how it knows when to stop.
#pragma once

#include "git/commits.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ecr_version::git {

struct Reached {
  std::vector<Commits::Index> commits;  // children before parents
  std::size_t words = 1;                // of 64 classes
  std::vector<std::uint64_t> classes;   // `words` for each commit

  std::span<const std::uint64_t> classes_of(std::size_t commit) const {
    return {classes.data() + commit * words, words};
  }
};

// Only commits that belong to some class are returned. Throws MissingObject
// when a shallow clone ends before the answer is certain.
Reached reach(Commits& commits, Commits::Index head,
              const std::vector<std::vector<Commits::Index>>& excluded);

}  // namespace ecr_version::git
