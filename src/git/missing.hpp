// What a clone lacks of the trees that a question needs: a treeless clone has
// those of HEAD alone, and where a server cannot filter some are left out.
#pragma once

#include "git/repository.hpp"

#include <vector>

namespace ecr_version::git {

// The topmost trees among `roots` and below them that are not here, each once.
// Whoever fetches these with all that is below them has the whole.
std::vector<Oid> missing_trees(const Repository& repository,
                               const std::vector<Oid>& roots);

}  // namespace ecr_version::git
