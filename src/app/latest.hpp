// `ecr-version latest APP`: the newest version in ECR, with no git around.
#pragma once

#include "app/world.hpp"
#include "runner/inputs.hpp"

#include <string>

namespace ecr_version::app {

struct LatestOptions {
  std::string app;
  std::string repository_prefix;  // for an APP that no configuration names
  bool json = false;
};

int run_latest(World& world, const runner::Inputs& inputs,
               const LatestOptions& options);

}  // namespace ecr_version::app
