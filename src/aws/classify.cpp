#include "aws/classify.hpp"

#include <algorithm>
#include <array>

namespace ecr_version::aws {
namespace {

template <typename List, typename Item>
bool has(const List& list, const Item& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

net::Verdict verdict_of(int status, std::string_view code) {
  constexpr std::array<std::string_view, 15> throttling{
      "Throttling",
      "ThrottlingException",
      "ThrottledException",
      "ThrottleException",
      "RequestThrottledException",
      "RequestThrottled",
      "TooManyRequestsException",
      "ProvisionedThroughputExceededException",
      "TransactionInProgressException",
      "RequestLimitExceeded",
      "BandwidthLimitExceeded",
      "SlowDown",
      "PriorRequestNotComplete",
      "EC2ThrottledException",
      "UpstreamTooManyRequests"};
  constexpr std::array<std::string_view, 4> passing{
      "RequestTimeout", "RequestTimeoutException", "ServerException",
      "IDPCommunicationError"};
  constexpr std::array statuses{408, 500, 502, 503, 504};

  if (status / 100 == 2) return net::Verdict::success;
  if (status == 429 || has(throttling, code)) return net::Verdict::throttled;
  if (has(passing, code) || has(statuses, status))
    return net::Verdict::transient;
  return net::Verdict::final;
}

bool is_expired(std::string_view code) {
  constexpr std::array<std::string_view, 3> codes{
      "ExpiredTokenException", "ExpiredToken", "RequestExpired"};
  return has(codes, code);
}

}  // namespace ecr_version::aws
