// `ecr-version explain APP`: why it is, or is not, to be released: commit by
// commit, path by path.
#pragma once

#include "app/planning.hpp"

#include <string>

namespace ecr_version::app {

// Lines for a person, with a line feed after each.
std::string explanation(const Plan& plan, const PlannedApp& app);

}  // namespace ecr_version::app
