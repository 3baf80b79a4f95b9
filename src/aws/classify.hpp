// What an answer of AWS means for asking again: the tables of the SDKs'
// standard mode, with our deviations.
//
// Deviations: ECR's ThrottleException and HTTP 429 and 408 count, and
// LimitExceededException does not: of ECR it is a hard quota, which no wait
// raises.
#pragma once

#include "net/retry.hpp"

#include <string_view>

namespace ecr_version::aws {

net::Verdict verdict_of(int status, std::string_view code);

// Codes of credentials that were good and are no longer.
bool is_expired(std::string_view code);

}  // namespace ecr_version::aws
