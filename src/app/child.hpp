// Runs another program, and hands it its input: for what Docker does itself.
//
// Arguments are seen by every user of the machine, so a secret goes by
// standard input alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

struct ChildResult {
  int exit_code = 0;   // 128 + n when a signal ended it
  std::string output;  // of both streams
};

// `words`: the program, found by PATH, and its arguments. Nullopt when there is
// no such program. Throws Error when it cannot be started otherwise.
std::optional<ChildResult> run_child(const std::vector<std::string>& words,
                                     const std::string& input);

}  // namespace ecr_version::app
