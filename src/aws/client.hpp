// Calls an AWS API until it answers: signs each attempt anew, asks again where
// that can help, corrects the clock, and renews expired credentials once.
//
// Many calls can be under way at once. A call that failed for good becomes an
// ApiError, whose message is complete.
#pragma once

#include "aws/api_error.hpp"
#include "aws/credentials.hpp"
#include "aws/profile.hpp"
#include "aws/sigv4.hpp"
#include "net/retrier.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::aws {

struct ApiCall {
  std::string url;
  Scope scope;
  net::Headers headers;  // Content-Type, X-Amz-Target
  std::string body;
  Operation operation;
  bool is_signed = true;
  bool is_write = false;  // whose repetition has another answer
  Failure (*read_failure)(const net::Response&) = read_json_failure;
  // Whether a 2xx answer is one of this API, and not a proxy's page.
  bool (*is_ours)(const net::Response&) = looks_like_json;
  std::vector<std::string_view> also_transient;  // codes
  // One of the two is called, from run().
  std::function<void(net::Response, int attempts)> done;
  std::function<void(const ApiError&)> failed;
};

// Whose calls they are.
struct Identity {
  std::function<const Credentials&()> credentials;
  std::function<bool()> renew;         // true: there are new ones
  std::function<std::string()> where;  // they come from, for messages
};

class Client {
 public:
  Client(const Ports& ports, net::RetryPolicy policy, Identity identity);

  void start(ApiCall call);
  // Until all are done.
  void run() { retrier_.run(); }
  // One call. Throws ApiError.
  net::Response call(ApiCall call);

  // The time by AWS's clock, as its answers have shown it.
  Time now() const { return ports_.clock.now() + skew_; }

 private:
  struct Attempt;

  net::Request prepare(const ApiCall& call, Attempt& state, int attempt);
  net::Judgement judge(const ApiCall& call, Attempt& state,
                       const net::Outcome& outcome);
  bool renewed(Attempt& state);
  ApiError error_of(const ApiCall& call, const net::Outcome& outcome,
                    int attempts) const;

  const Ports& ports_;
  net::RetryPolicy policy_;
  Identity identity_;
  net::Retrier retrier_;
  std::chrono::milliseconds skew_{0};
  bool corrects_skew_;
  int generation_ = 0;  // of the credentials
  bool renewing_ = false;
};

// AWS_MAX_ATTEMPTS, AWS_RETRY_MODE, or what the profile says. Throws
// UsageError for values that are none.
net::RetryPolicy retry_policy(const Environment& env,
                              const Properties* profile);

}  // namespace ecr_version::aws
