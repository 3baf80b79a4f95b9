// Waiting, for what another deployer is about to do.
//
// In small steps: a Ctrl-C in the middle of a wait ends it at once, as one in
// the middle of a request does.
#pragma once

#include "app/world.hpp"

#include <chrono>

namespace ecr_version::app {

// Throws Interrupted when the run is to end.
void wait_for(const World& world, std::chrono::milliseconds duration);

}  // namespace ecr_version::app
