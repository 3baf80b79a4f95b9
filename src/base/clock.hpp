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

// As time passes, whatever is done to the machine's clock meanwhile: a wait
// ends when it should. Dates that are wrong from the start, AWS's answers put
// right.
Clock system_clock();

// The time that `wall` told at the start, and what `passed` counted since.
std::function<Time()> passing_time(
    const std::function<Time()>& wall,
    std::function<std::chrono::milliseconds()> passed);

}  // namespace ecr_version
