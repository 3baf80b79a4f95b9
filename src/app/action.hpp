// The `action` command: one step of a workflow.
//
// Reads inputs, event and history, asks ECR, and writes outputs, log and
// summary. Outputs are written all together at the end, or not at all.
#pragma once

#include "app/world.hpp"

namespace ecr_version::app {

// Returns the exit code; throws what main reports.
int run_action(World& world);

}  // namespace ecr_version::app
