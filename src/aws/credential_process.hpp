// Runs the program that a profile names in credential_process.
//
// Without a shell: the line is split as a POSIX shell would split it, and
// nothing in it is expanded. What the program prints is a secret and stands in
// no message; what it says on stderr may.
#pragma once

#include "base/child.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::aws {

// Words by white space; quotes and backslashes as in POSIX. Throws Error for
// a quote that is not closed.
std::vector<std::string> split_words(std::string_view line);

// Throws Error when the program is not there, and as run_child does.
ChildResult run_credential_process(std::string_view line,
                                   const std::function<bool()>& interrupted);

}  // namespace ecr_version::aws
