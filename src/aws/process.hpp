// Runs the program that a profile names in credential_process.
//
// Without a shell: the line is split as a POSIX shell would split it, and
// nothing in it is expanded. What the program prints is a secret and stands in
// no message; what it says on stderr does.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::aws {

// Words by white space; quotes and backslashes as in POSIX. Throws Error for
// a quote that is not closed.
std::vector<std::string> split_words(std::string_view line);

struct ProcessResult {
  int exit_code = 0;  // 128 + n when a signal ended it
  std::string output;
  std::string errors;
};

// Throws Error when the program cannot be started, prints more than 64 KiB, or
// `interrupted` answers true.
ProcessResult run_process(const std::vector<std::string>& words,
                          const std::function<bool()>& interrupted);

}  // namespace ecr_version::aws
