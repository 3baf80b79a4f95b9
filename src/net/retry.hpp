// When to ask again, and after which wait: the AWS SDKs' standard mode in its
// 2026 revision, as a pure rule.
//
// Attempts are counted from 1, and `most_attempts` counts the first one too.
// A wait is random between nothing and a bound that doubles; the server's own
// x-amz-retry-after can lengthen it by at most five seconds. Sources:
// smithy.io "Retry behavior", botocore retries/standard.py (1.44).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace ecr_version::net {

enum class Verdict {
  success,
  final,      // will not change by asking again
  transient,  // no answer, 500, 502, 503, 504
  throttled,  // too many requests
  again,      // its cause was put right just now: ask again without a wait
};

struct RetryPolicy {
  int most_attempts = 5;
  std::chrono::milliseconds transient_base{50};
  std::chrono::milliseconds throttled_base{1000};
  std::chrono::milliseconds longest_wait{20000};
  std::chrono::milliseconds budget{120000};  // of one call, waits included
};

struct Judgement {
  Verdict verdict = Verdict::success;
  // x-amz-retry-after, when the answer has a valid one.
  std::optional<std::chrono::milliseconds> server_wait;
};

// The wait before the attempt after number `attempt`, or nullopt to give up.
// `elapsed` is since the first attempt began; `jitter` is in [0, 1].
std::optional<std::chrono::milliseconds> next_delay(
    const RetryPolicy& policy, int attempt, const Judgement& judgement,
    std::chrono::milliseconds elapsed, double jitter);

// x-amz-retry-after's value: milliseconds; nullopt for what is no number.
std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view text);

// The quota that all calls of one client share: retries cost, successes pay
// back, so that an outage is not answered with a storm of retries.
class RetryQuota {
 public:
  // What the retry costs, or nullopt when the quota is used up.
  std::optional<int> take(Verdict verdict);
  // A call succeeded whose last retry cost `last_cost` (0: it needed none).
  void give_back(int last_cost);
  int left() const { return left_; }

 private:
  static constexpr int full = 500;
  int left_ = full;
};

}  // namespace ecr_version::net
