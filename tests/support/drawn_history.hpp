// A history drawn at random and made real by git fast-import: merges (octopus
// and criss-cross), renames, reverts, files that become directories, roots
// without a common past, and clocks that go wrong.
#pragma once

#include "git/oid.hpp"
#include "support/temp_repo.hpp"

#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace ecr_version::tests {

enum class Clocks { right, wrong };

struct DrawnHistory {
  TempRepo repo;
  std::vector<git::Oid> ids;                      // parents before children
  std::vector<std::vector<std::size_t>> parents;  // by place in ids

  DrawnHistory(std::mt19937& random, std::size_t commits, Clocks clocks);

  // By place, each commit's ancestors, itself included.
  std::vector<std::set<std::size_t>> ancestors() const;
};

}  // namespace ecr_version::tests
