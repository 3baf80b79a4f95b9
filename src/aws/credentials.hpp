// AWS credentials, and the ports through which they are looked for.
//
// Each source of credentials answers one of three ways: here they are; not my
// case (nullopt: ask the next); or my case but broken (throws). The last must
// stop the chain: falling through would act as another identity than the one
// configured.
#pragma once

#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/secret.hpp"
#include "net/http.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::aws {

struct Credentials {
  std::string access_key;
  Secret secret_key;
  Secret session_token;         // empty for long-lived keys
  std::optional<Time> expires;  // by AWS's clock
  std::string source;           // for messages: "the environment (AWS_...)"
  bool refreshable = false;     // asking the same source again can help
};

// The outside world as this folder sees it: ports, so that tests pass their
// own. Files are read from the disk, below $HOME.
struct Ports {
  Environment env;
  Clock clock;
  net::Transport* transport = nullptr;  // never null in use
  // Told each secret that is obtained here (not one that was given), before
  // anything can print it: the runner masks it.
  std::function<void(std::string_view secret)> on_secret;
  // Told what the user should know though nothing failed.
  std::function<void(const std::string& message)> on_notice;
  // Told what explains a decision, for the debug log.
  std::function<void(const std::string& message)> on_detail =
      [](const std::string&) {};
  std::function<bool()> interrupted = [] { return false; };
  // Inside a container action: files and metadata services of the host are out
  // of reach, and messages say so.
  bool in_container = false;
};

// GITHUB_ACTIONS with HOME=/github/home, or /.dockerenv exists.
bool runs_in_container(const Environment& env);

}  // namespace ecr_version::aws
