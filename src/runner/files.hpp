// Reading and appending to the files that GitHub's runner names in variables.
//
// With act's `-self-hosted` platform a variable names the host's path while
// the folder is mounted at /var/run/act/workflow, so a file that is missing is
// looked for there, and only when ACT=true.
#pragma once

#include "base/env.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::runner {

// The path that `variable` (GITHUB_OUTPUT) names, whether or not it exists;
// nullopt when the variable is unset. In act it may be the host's path of what
// lies in `mount`.
std::optional<std::string> named_file(
    const Environment& environment, const std::string& variable,
    const std::filesystem::path& mount = "/var/run/act/workflow");

// Of a file alone: a pipe or a folder is refused at once. Throws Error naming
// the path.
std::string read_file(const std::string& path);

// Appends `text`, creating the file when it is missing, as a whole or not at
// all: what a failing write left behind is cut off again. A pipe that nobody
// reads is not waited for. Throws Error naming the path.
void append_to_file(const std::string& path, std::string_view text);

}  // namespace ecr_version::runner
