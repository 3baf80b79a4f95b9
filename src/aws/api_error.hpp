// A call to AWS that failed, and the message a user can act upon.
//
// The message is complete: what was called, on which object, what came back,
// how often it was tried, and the remedy. Codes are compared without the
// namespace and the URI that some services wrap around them.
#pragma once

#include "base/error.hpp"
#include "net/http.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace ecr_version::aws {

// What was called, for messages and remedies.
struct Operation {
  std::string service;   // "ecr": also the prefix of the IAM action
  std::string name;      // "DescribeImages"
  std::string object;    // "repository shula-backend"; "" for none
  std::string resource;  // its ARN, as far as it is known; "*" for none
  std::string account;   // "" when not known
  std::string region;
};

struct Failure {
  std::string code;  // "AccessDeniedException"; "" when no answer came
  std::string message;
  std::string request_id;
  int status = 0;  // 0: no answer
  int attempts = 1;
  std::chrono::milliseconds skew{0};  // AWS's clock less ours
};

struct ApiError : Error {
  ApiError(const Operation& operation, Failure failure,
           const std::string& credentials_source);
  Failure failure;

  bool is(std::string_view code) const { return failure.code == code; }
};

// Code and message out of an error answer in JSON 1.1 form; of any other body
// (a proxy's HTML page) the code is "" and the message its beginning.
Failure read_json_failure(const net::Response& response);

// Whether a 2xx answer is JSON, or empty: a proxy's page is neither.
bool looks_like_json(const net::Response& response);

// "AccessDeniedException" from "aws.x#AccessDeniedException:http://...".
std::string bare_code(std::string_view code);

// What the user should do about it; "" when there is nothing to add.
std::string remedy(const Operation& operation, const Failure& failure,
                   const std::string& credentials_source);

}  // namespace ecr_version::aws
