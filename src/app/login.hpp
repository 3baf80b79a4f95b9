// `ecr-version login [HOST]…`: what `aws ecr get-login-password | docker login`
// does, for several registries at once.
//
// The password goes to Docker by its standard input, or, where there is no
// Docker, into its configuration file, as Docker itself would store it. Where
// a credential helper serves the host, nothing is done: Docker asks the helper,
// and a login would be refused or never read.
#pragma once

#include "app/world.hpp"
#include "runner/inputs.hpp"

#include <string>
#include <vector>

namespace ecr_version::app {

struct LoginOptions {
  std::vector<std::string> hosts;  // empty: the registry of this run
  bool print_password = false;     // alone, on stdout; nothing is stored
  bool without_docker = false;     // into the file though Docker is there
};

// Throws UsageError for a host that is no registry, Error for what ECR, Docker
// or the file system answers.
int run_login(World& world, const runner::Inputs& inputs,
              const LoginOptions& options);

}  // namespace ecr_version::app
