// Time as a port: what the time is, waiting, and chance.
//
// Rules take instants as arguments; only what waits or stamps holds a Clock.
// Tests pass their own, so that none of them sleeps. The functions of
// system_clock may be called from several threads at once.
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
