#include "net/retry.hpp"

#include "net/retrier.hpp"
#include "support/fake_world.hpp"

#include <doctest/doctest.h>

namespace ecr_version::net {
namespace {

using std::chrono::milliseconds;

// After botocore's tests/unit/retries/test_standard_retry_v2_1.py.
TEST_CASE("retry: waits double from 50 ms, or from a second when throttled") {
  const struct {
    Verdict verdict;
    int attempt;
    double jitter;
    std::optional<int> server_wait;
    int wait;
  } rows[] = {
      {Verdict::transient, 1, 1.0, {}, 50},
      {Verdict::transient, 2, 1.0, {}, 100},
      {Verdict::transient, 3, 1.0, {}, 200},
      {Verdict::transient, 3, 0.5, {}, 100},
      {Verdict::transient, 1, 0.0, {}, 0},
      {Verdict::transient, 30, 1.0, {}, 20000},
      {Verdict::throttled, 1, 1.0, {}, 1000},
      {Verdict::throttled, 2, 1.0, {}, 2000},
      {Verdict::throttled, 6, 1.0, {}, 20000},
      {Verdict::throttled, 60, 1.0, {}, 20000},
      {Verdict::transient, 1, 1.0, 10, 50},      // shorter than ours
      {Verdict::transient, 1, 1.0, 1500, 1500},  // longer
      {Verdict::transient, 1, 1.0, 60000, 5050},
      {Verdict::throttled, 1, 0.0, 0, 0},
      {Verdict::again, 1, 1.0, 9000, 0},
  };
  const RetryPolicy policy{.most_attempts = 100};
  for (const auto& row : rows) {
    CAPTURE(row.attempt);
    CAPTURE(row.wait);
    Judgement judgement{.verdict = row.verdict};
    if (row.server_wait) judgement.server_wait = milliseconds(*row.server_wait);
    CHECK(next_delay(policy, row.attempt, judgement, milliseconds(0),
                     row.jitter) == milliseconds(row.wait));
  }
}

TEST_CASE("retry: gives up on answers that will not change") {
  for (const Verdict verdict : {Verdict::success, Verdict::final})
    CHECK_FALSE(next_delay({}, 1, {.verdict = verdict}, milliseconds(0), 1.0));
}

TEST_CASE("retry: gives up after the last attempt and beyond the budget") {
  const Judgement down{.verdict = Verdict::transient};
  CHECK(next_delay({.most_attempts = 3}, 2, down, milliseconds(0), 1.0));
  CHECK_FALSE(next_delay({.most_attempts = 3}, 3, down, milliseconds(0), 1.0));
  CHECK_FALSE(next_delay({.most_attempts = 1}, 1, down, milliseconds(0), 1.0));
  const RetryPolicy policy{.budget = milliseconds(1000)};
  CHECK(next_delay(policy, 1, down, milliseconds(949), 1.0));
  // A wait that would outlast it is not begun.
  CHECK_FALSE(next_delay(policy, 1, down, milliseconds(950), 1.0));
  CHECK_FALSE(next_delay(policy, 1, {.verdict = Verdict::again},
                         milliseconds(1000), 1.0));
}

TEST_CASE("retry: x-amz-retry-after is a number of milliseconds or nothing") {
  CHECK(parse_retry_after("1500") == milliseconds(1500));
  CHECK(parse_retry_after("0") == milliseconds(0));
  for (const char* const text :
       {"", "-1", "1.5", "soon", "15 ", "99999999999999999999"})
    CHECK_FALSE(parse_retry_after(text));
}

TEST_CASE("retry: the quota pays 35 transient retries, or 100 throttled ones") {
  RetryQuota quota;
  int paid = 0;
  while (quota.take(Verdict::transient)) ++paid;
  CHECK(paid == 35);
  RetryQuota other;
  paid = 0;
  while (other.take(Verdict::throttled)) ++paid;
  CHECK(paid == 100);
}

TEST_CASE("retry: a success pays back its last retry, or one") {
  RetryQuota quota;
  quota.give_back(0);
  CHECK(quota.left() == 500);
  quota.take(Verdict::transient);
  quota.take(Verdict::throttled);
  CHECK(quota.left() == 481);
  quota.give_back(0);
  CHECK(quota.left() == 482);
  quota.give_back(14);
  CHECK(quota.left() == 496);
  CHECK(quota.take(Verdict::again) == 0);
}

TEST_CASE("retrier: one call's wait holds up no other") {
  tests::FakeTransport transport;
  transport.answers = {NoAnswer("reset", true), tests::response(200, "b"),
                       tests::response(200, "a")};
  tests::FakeTime time;
  Retrier retrier(transport, time.clock(), {});
  std::vector<std::string> done;
  for (const std::string name : {"a", "b"})
    retrier.start(
        {.prepare = [name](int) { return Request{.url = "https://x/" + name}; },
         .judge = [](const Outcome& outcome, int) -> Judgement {
           return {.verdict = std::holds_alternative<Response>(outcome)
                                  ? Verdict::success
                                  : Verdict::transient};
         },
         .done =
             [&, name](const Outcome& outcome, int attempts) {
               CHECK(std::get<Response>(outcome).body == name);
               done.push_back(name + std::to_string(attempts));
             }});
  retrier.run();
  CHECK(done == std::vector<std::string>{"b1", "a2"});
  CHECK(time.slept == milliseconds(50));
}

TEST_CASE("retrier: an interruption ends a long wait, and forgets the calls") {
  tests::FakeTransport transport;
  transport.answers = {tests::response(503, "")};
  tests::FakeTime time;
  Retrier retrier(transport, time.clock(), {});
  retrier.interrupted = [&] { return time.slept >= milliseconds(300); };
  retrier.start({.prepare = [](int) { return Request{.url = "https://x/"}; },
                 .judge = [](const Outcome&, int) -> Judgement {
                   return {.verdict = Verdict::throttled};
                 },
                 .done = [](const Outcome&, int) { FAIL("it was done"); }});
  CHECK_THROWS_AS(retrier.run(), Interrupted);
  CHECK(time.slept == milliseconds(300));
  retrier.run();  // nothing is left
}

TEST_CASE("retrier: what a call throws ends the others too") {
  tests::FakeTransport transport;
  transport.answers = {tests::response(200, "")};
  tests::FakeTime time;
  Retrier retrier(transport, time.clock(), {});
  for (int n = 0; n < 2; ++n)
    retrier.start({.prepare = [](int) { return Request{.url = "https://x/"}; },
                   .judge = [](const Outcome&, int) -> Judgement {
                     throw Error("no more credentials");
                   },
                   .done = nullptr});
  CHECK_THROWS_WITH_AS(retrier.run(), "no more credentials", Error);
  CHECK_FALSE(transport.busy());
}

}  // namespace
}  // namespace ecr_version::net
