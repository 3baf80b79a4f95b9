// The ways in which AWS writes an instant.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::aws {

// "20150830T123600Z", as SigV4 wants it.
std::string amz_date(Time when);

// "2015-08-30T12:36:00Z", for messages.
std::string iso_time(Time when);

// RFC 3339: "2015-08-30T12:36:00.5Z", "...+02:00"; nullopt for anything else.
std::optional<Time> parse_iso_time(std::string_view text);

// Seconds since 1970; nullopt some 30,000 years from then, where arithmetic
// with instants would overflow.
std::optional<Time> unix_time(double seconds);

// RFC 9110's IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT": the only form a
// server of today sends; nullopt for anything else.
std::optional<Time> parse_http_date(std::string_view text);

}  // namespace ecr_version::aws
