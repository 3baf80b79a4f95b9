// The command line: every command takes every input that applies, as an option
// of the same name, so that a workflow's `with:` and a laptop's options read
// alike.
#pragma once

#include "app/latest.hpp"
#include "app/login.hpp"
#include "app/release.hpp"
#include "runner/inputs.hpp"

#include <string>
#include <vector>

namespace ecr_version::app {

enum class Command {
  action,
  plan,
  explain,
  latest,
  login,
  release,
  init,
  check,
  done
};

struct PlanOptions {
  bool shell = false;
  std::string status;  // a file of `git status --porcelain -z`, or "-"
};

struct CommandLine {
  Command command = Command::done;
  runner::Inputs inputs;
  std::string directory = ".";
  bool json = false;
  PlanOptions plan;
  LatestOptions latest;
  LoginOptions login;
  ReleaseOptions release;
  std::string text;  // what `done` prints: help or the version
};

// `arguments` without the program's name. `on_runner`: GITHUB_ACTIONS is true,
// where a bare `ecr-version` is the action. Throws UsageError.
CommandLine parse_command_line(std::vector<std::string> arguments,
                               bool on_runner, const std::string& version);

}  // namespace ecr_version::app
