// Runs another program: docker login, a credential helper, credential_process.
//
// Without a shell. Arguments are seen by every user of the machine, so a secret
// goes by standard input and comes by standard output; neither stands in a
// message here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version {

struct ChildResult {
  int exit_code = 0;  // 128 + n when a signal ended it
  std::string output;
  std::string errors;
};

// `words`: the program, found by PATH, and its arguments. `input`: all that it
// reads, less than a pipe holds (64 KiB). Nullopt when there is no such
// program. Throws Error when it cannot be started or prints more than 64 KiB,
// and Interrupted once `interrupted`, which may be empty, answers true; the
// child is ended then.
std::optional<ChildResult> run_child(const std::vector<std::string>& words,
                                     const std::string& input,
                                     const std::function<bool()>& interrupted);

}  // namespace ecr_version
