#include "net/retrier.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace ecr_version::net {

using std::chrono::milliseconds;

struct Retrier::Task {
  Call call;
  int attempt = 0;
  int last_cost = 0;  // of the last retry, in quota
  Time begun;
};

Retrier::Retrier(Transport& transport, Clock clock, RetryPolicy policy)
    : transport_(transport), clock_(std::move(clock)), policy_(policy) {}

void Retrier::start(Call call) try {
  const auto task = std::make_shared<Task>(Task{.call = std::move(call)});
  task->begun = clock_.now();
  attempt(task);
  ++open_;
} catch (...) {
  forget();
  throw;
}

// What is under way may refer to what an exception takes away.
void Retrier::forget() {
  transport_.abandon();
  timed_.clear();
  open_ = 0;
}

void Retrier::attempt(const TaskPtr& task) {
  ++task->attempt;
  Request request = task->call.prepare(task->attempt);
  request.attempt = task->attempt;
  transport_.start(std::move(request), [this, task](Outcome outcome) {
    conclude(task, std::move(outcome));
  });
}

void Retrier::conclude(const TaskPtr& task, Outcome outcome) {
  const Judgement judgement = task->call.judge(outcome, task->attempt);
  const Time now = clock_.now();
  const auto delay = next_delay(policy_, task->attempt, judgement,
                                now - task->begun, clock_.random());
  if (delay) {
    if (const auto cost = quota_.take(judgement.verdict)) {
      task->last_cost = *cost;
      timed_.push_back({now + *delay, task});
      return;
    }
  }
  if (judgement.verdict == Verdict::success) quota_.give_back(task->last_cost);
  --open_;
  task->call.done(std::move(outcome), task->attempt);
}

// Begins the retries whose time has come.
void Retrier::start_due() {
  const Time now = clock_.now();
  const auto later =
      std::partition(timed_.begin(), timed_.end(),
                     [&](const Timed& timed) { return timed.due > now; });
  const std::vector<Timed> due(std::make_move_iterator(later),
                               std::make_move_iterator(timed_.end()));
  timed_.erase(later, timed_.end());
  for (const Timed& timed : due) attempt(timed.task);
}

void Retrier::run() try {
  while (open_ > 0) {
    if (interrupted()) throw Interrupted("interrupted while waiting for AWS");
    start_due();
    milliseconds until_due = std::chrono::hours(1);
    for (const Timed& timed : timed_)
      until_due = std::min(until_due, std::chrono::duration_cast<milliseconds>(
                                          timed.due - clock_.now()));
    until_due = std::max(until_due, milliseconds{0});
    if (transport_.busy())
      transport_.wait(until_due);
    else if (!timed_.empty())
      pause(until_due);
    else
      throw Error("the transport lost a request");
  }
} catch (...) {
  forget();
  throw;
}

// In slices, so that a signal ends a long wait soon.
void Retrier::pause(milliseconds duration) {
  constexpr milliseconds slice{100};
  while (duration > milliseconds{0}) {
    if (interrupted()) throw Interrupted("interrupted while waiting to retry");
    const milliseconds part = std::min(duration, slice);
    clock_.sleep(part);
    duration -= part;
  }
}

Outcome Retrier::send(Call call) {
  std::optional<Outcome> answer;
  const auto done = std::move(call.done);
  call.done = [&answer, &done](Outcome outcome, int attempts) {
    if (done) done(outcome, attempts);
    answer = std::move(outcome);
  };
  start(std::move(call));
  run();
  return std::move(*answer);
}

}  // namespace ecr_version::net
