// The program: from the command line to the exit code.
#pragma once

#include <string>
#include <vector>

namespace ecr_version::app {

// 0 done, 1 failure, 2 usage or configuration, 130 and 143 interrupted.
// Everything that fails below arrives here, and is printed here once.
int run(const std::vector<std::string>& arguments, const std::string& version);

}  // namespace ecr_version::app
