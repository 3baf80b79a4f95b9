// A plan told to people: the log's groups, the sentence that says why, and the
// job summary.
#pragma once

#include "app/planning.hpp"
#include "runner/log.hpp"
#include "runner/summary.hpp"

#include <string>

namespace ecr_version::app {

// "changed: apps/api/x.go, …", and of what it is compared with, where that
// decided: "since 1.4.2 (a1b2c3d)" or "".
std::string why(const PlannedApp& app);
std::string since(const PlannedApp& app);

// One group an app, then a table, so that a log alone tells everything.
void log_plan(runner::Log& log, const Plan& plan);

runner::Summary summarize(const Plan& plan, const runner::Event& event);

}  // namespace ecr_version::app
