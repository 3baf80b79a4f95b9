// AWS Signature Version 4: pure functions of what is signed, by whom and when.
//
// The three steps are separate functions because AWS's own test suite checks
// each of them. Signed are host and every header given, less those that proxies
// and clients change on the way; so sign last, and change nothing after.
// Source: docs.aws.amazon.com "Create a signed AWS API request".
#pragma once

#include "aws/credentials.hpp"
#include "base/clock.hpp"
#include "net/http.hpp"

#include <string>
#include <string_view>

namespace ecr_version::aws {

struct Scope {
  std::string region;
  std::string service;  // the signing name: "ecr", "ecr-public", "sts"
};

enum class NormalizePath { yes, no };

// What is signed. Path and query are as in the request line.
struct Signable {
  std::string method;
  std::string path;   // as sent, percent-encoded
  std::string query;  // without the '?'
  net::Headers headers;
  std::string body;
  NormalizePath normalize = NormalizePath::yes;  // no: S3 only
};

std::string canonical_request(const Signable& request);
// "host;x-amz-date": the names of the headers that are signed.
std::string signed_headers(const net::Headers& headers);
std::string string_to_sign(std::string_view canonical_request,
                           const Scope& scope, Time when);
// Lower-case hex.
std::string signature(std::string_view string_to_sign,
                      std::string_view secret_key, const Scope& scope,
                      Time when);

// Adds X-Amz-Date, X-Amz-Security-Token when there is one, and Authorization.
void sign(net::Request& request, const Credentials& credentials,
          const Scope& scope, Time when);

}  // namespace ecr_version::aws
