// `ecr-version explain APP`: why it is, or is not, to be released: commit by
// commit, path by path.
#pragma once

#include "app/planning.hpp"

#include <string>

namespace ecr_version::app {

// Lines for a person, with a line feed after each. Each commit's paths are read
// from the repository; throws git::MissingObject where the clone lacks them.
std::string explanation(const git::Repository& repository, const Plan& plan,
                        const PlannedApp& app);

}  // namespace ecr_version::app
