#include "aws/skew.hpp"

#include "aws/timestamp.hpp"

#include <algorithm>
#include <array>

namespace ecr_version::aws {

using std::chrono::milliseconds;
using std::chrono::minutes;

std::optional<milliseconds> measured_skew(const net::Response& response,
                                          Time received) {
  if (!response.header("Age").empty() || response.duration > minutes{15})
    return std::nullopt;
  const auto date = parse_http_date(response.header("Date"));
  if (!date) return std::nullopt;
  const Time midpoint = received - response.duration / 2;
  return *date - midpoint;
}

bool differs(milliseconds used, milliseconds measured) {
  const milliseconds apart = used - measured;
  return std::max(apart, -apart) > minutes{4};
}

bool may_be_skew(std::string_view code) {
  constexpr std::array<std::string_view, 5> codes{
      "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure",
      "RequestTimeTooSkewed", "AccessDeniedException"};
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace ecr_version::aws
