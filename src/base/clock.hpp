// Time as a port: what the time is, and waiting. Tests pass their own.
#pragma once

#include <chrono>
#include <functional>

namespace ecr_version {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

struct Clock {
  std::function<Time()> now;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<double()> random;  // in [0, 1), for jitter
};

Clock system_clock();

}  // namespace ecr_version
