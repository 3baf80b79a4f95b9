#include "net/retry.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace ecr_version::net {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds most_the_server_adds{5000};

// 2^(attempt-1) times the base, without overflow.
milliseconds bound(const RetryPolicy& policy, milliseconds base, int attempt) {
  milliseconds wait = base;
  for (int n = 1; n < attempt && wait < policy.longest_wait; ++n) wait *= 2;
  return std::min(wait, policy.longest_wait);
}

}  // namespace

std::optional<milliseconds> next_delay(const RetryPolicy& policy, int attempt,
                                       const Judgement& judgement,
                                       milliseconds elapsed, double jitter) {
  const Verdict verdict = judgement.verdict;
  if (verdict == Verdict::success || verdict == Verdict::final)
    return std::nullopt;
  if (attempt >= policy.most_attempts || elapsed >= policy.budget)
    return std::nullopt;
  if (verdict == Verdict::again) return milliseconds{0};

  const milliseconds base = verdict == Verdict::throttled
                                ? policy.throttled_base
                                : policy.transient_base;
  const double most = static_cast<double>(bound(policy, base, attempt).count());
  milliseconds wait{std::llround(std::clamp(jitter, 0.0, 1.0) * most)};
  if (judgement.server_wait)
    wait =
        std::clamp(*judgement.server_wait, wait, wait + most_the_server_adds);
  // A wait that would outlast the budget is not begun.
  if (elapsed + wait >= policy.budget) return std::nullopt;
  return wait;
}

std::optional<milliseconds> parse_retry_after(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, value);
  if (text.empty() || failure != std::errc{} || rest != end || value < 0)
    return std::nullopt;
  return milliseconds{value};
}

std::optional<int> RetryQuota::take(Verdict verdict) {
  constexpr int transient_cost = 14;
  constexpr int throttled_cost = 5;
  if (verdict == Verdict::again) return 0;
  const int cost =
      verdict == Verdict::throttled ? throttled_cost : transient_cost;
  if (left_ < cost) return std::nullopt;
  left_ -= cost;
  return cost;
}

void RetryQuota::give_back(int last_cost) {
  left_ = std::min(full, left_ + std::max(last_cost, 1));
}

}  // namespace ecr_version::net
