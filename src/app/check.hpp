// `ecr-version check`: configuration, clone, credentials, region, repositories
// and permissions, as a table of ticks and remedies.
//
// It reads the work tree's configuration, so that a mistake is found before it
// is committed; every other command reads HEAD's.
#pragma once

#include "app/world.hpp"
#include "runner/inputs.hpp"

namespace ecr_version::app {

// Prints the table. 0 when nothing is wrong, 2 when the configuration is, else
// 1. Changes nothing.
int run_check(World& world, const runner::Inputs& inputs);

}  // namespace ecr_version::app
