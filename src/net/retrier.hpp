// Sends requests until they succeed or asking again is pointless; many calls
// at once, on one thread.
//
//   Retrier retrier(transport, clock, policy);
//   for (...) retrier.start({.prepare = ..., .judge = ..., .done = ...});
//   retrier.run();
//
// A wait before a retry is an event of the same loop: one call's wait holds up
// no other. Waits go through the clock, so tests do not sleep.
#pragma once

#include "base/clock.hpp"
#include "net/http.hpp"
#include "net/retry.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace ecr_version::net {

struct Call {
  // The request of attempt 1, 2, ...: made anew each time, because a signature
  // carries the time.
  std::function<Request(int attempt)> prepare;
  std::function<Judgement(const Outcome& outcome, int attempt)> judge;
  // The last attempt's outcome, and how many there were. May start new calls.
  std::function<void(Outcome outcome, int attempts)> done;
};

class Retrier {
 public:
  Retrier(Transport& transport, Clock clock, RetryPolicy policy);

  void start(Call call);
  // Until every call is done, those started meanwhile included. What prepare,
  // judge or done throws ends it; the calls still under way are forgotten.
  void run();

  // One call from its start to its end, while nothing else is under way.
  Outcome send(Call call);

  // Checked while waiting; throws Interrupted once it answers true.
  std::function<bool()> interrupted = [] { return false; };

 private:
  struct Task;
  using TaskPtr = std::shared_ptr<Task>;
  struct Timed {
    Time due;
    TaskPtr task;
  };

  void attempt(const TaskPtr& task);
  void conclude(const TaskPtr& task, Outcome outcome);
  void forget();
  void start_due();
  void pause(std::chrono::milliseconds duration);

  Transport& transport_;
  Clock clock_;
  RetryPolicy policy_;
  RetryQuota quota_;
  std::vector<Timed> timed_;
  std::size_t open_ = 0;  // calls begun and not done
};

}  // namespace ecr_version::net
