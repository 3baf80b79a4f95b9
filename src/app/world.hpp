// Everything outside the program, as ports: what a run sees and touches.
//
// main makes the real one; a test makes its own. Nothing below app/ reads the
// process's environment, its clock or its standard streams.
#pragma once

#include "base/clock.hpp"
#include "base/env.hpp"
#include "net/curl_transport.hpp"
#include "runner/log.hpp"

#include <filesystem>
#include <functional>
#include <string_view>

namespace ecr_version::app {

struct World {
  Environment env;
  Clock clock;
  net::CurlTransport& http;
  runner::Log& log;
  // What a command prints as its result (`--json`), apart from the log.
  std::function<void(std::string_view)> print;
  std::filesystem::path directory;  // where the repository is looked for
  bool in_action = false;           // the `action` command, on a runner
  std::function<bool()> interrupted;
};

}  // namespace ecr_version::app
