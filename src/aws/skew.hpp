// Whether the clock here is wrong, judged by the Date header of AWS's answers,
// and whether that is why a call was refused.
//
// A refusal may pass only when the skew now seen differs from the one the
// attempt was signed with: so a stale correction heals, and a plain
// AccessDenied is not asked twice. Source: the AWS SDKs' clock-skew rule of
// 2026 (aws-sdk-go-v2 #3472).
#pragma once

#include "base/clock.hpp"
#include "net/http.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace ecr_version::aws {

// AWS's clock less ours, or nullopt when the answer does not tell: no Date, an
// Age (a cached answer), or a request of over 15 minutes. `received` is our
// time when the answer was complete.
std::optional<std::chrono::milliseconds> measured_skew(
    const net::Response& response, Time received);

// More than four minutes apart.
bool differs(std::chrono::milliseconds used,
             std::chrono::milliseconds measured);

// Codes that a wrong clock can be the cause of.
bool may_be_skew(std::string_view code);

}  // namespace ecr_version::aws
