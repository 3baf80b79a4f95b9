// `ecr-version plan --app A --shell`: what a script needs to build one app, as
// assignments for `eval`.
//
// Every value is quoted, whatever it holds; lists have one item a line. The
// names are stable, all begin with `ecr_`, and all are always there, so that
// `set -u` is no trap.
#pragma once

#include "app/planning.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

// Of `git status --porcelain -z`, the paths that the app is built from: its
// own, those of its context (less what its ignore file leaves out) and the
// shared ones. A rename counts at both ends.
std::vector<std::string> dirty_paths(std::string_view status,
                                     const core::App& app,
                                     const core::Policy& policy);

// `dirty`: of dirty_paths; the first few are given.
std::string shell_fields(const Plan& plan, const runner::Event& event,
                         const PlannedApp& app,
                         const std::vector<std::string>& dirty);

// For `plan --help`.
extern const char* const shell_fields_help;

}  // namespace ecr_version::app
