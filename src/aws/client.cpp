#include "aws/client.hpp"

#include "aws/classify.hpp"
#include "aws/skew.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace ecr_version::aws {

using std::chrono::milliseconds;

// What one call remembers from attempt to attempt.
struct Client::Attempt {
  std::string invocation;     // the same for all attempts
  milliseconds skew_used{0};  // the last attempt was signed with
  int generation = 0;         // of the credentials it was signed with
  bool has_renewed = false;
};

namespace {

// A random UUID (RFC 9562, version 4).
std::string new_uuid() {
  std::string hex = random_hex(16);
  hex[12] = '4';
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, "-");
  return hex;
}

}  // namespace

Client::Client(const Ports& ports, net::RetryPolicy policy, Identity identity)
    : ports_(ports),
      policy_(policy),
      identity_(std::move(identity)),
      retrier_(*ports.transport, ports.clock, policy),
      corrects_skew_(!ports.env.is_true("AWS_DISABLE_CLOCK_SKEW_CORRECTION")) {
  retrier_.interrupted = ports.interrupted;
}

void Client::start(ApiCall call) {
  const auto shared = std::make_shared<const ApiCall>(std::move(call));
  const auto state = std::make_shared<Attempt>();
  state->invocation = new_uuid();
  retrier_.start({.prepare = [this, shared, state](
                                 int n) { return prepare(*shared, *state, n); },
                  .judge = [this, shared, state](
                               const net::Outcome& outcome,
                               int) { return judge(*shared, *state, outcome); },
                  .done =
                      [this, shared](net::Outcome outcome, int attempts) {
                        auto* response = std::get_if<net::Response>(&outcome);
                        if (response != nullptr &&
                            response->status / 100 == 2 &&
                            shared->is_ours(*response))
                          shared->done(std::move(*response), attempts);
                        else
                          shared->failed(error_of(*shared, outcome, attempts));
                      }});
}

net::Response Client::call(ApiCall call) {
  std::optional<net::Response> answer;
  std::optional<ApiError> failure;
  call.done = [&](net::Response response, int) {
    answer = std::move(response);
  };
  call.failed = [&](const ApiError& error) { failure = error; };
  start(std::move(call));
  run();
  if (failure) throw ApiError(*failure);
  return std::move(answer.value());
}

net::Request Client::prepare(const ApiCall& call, Attempt& state, int attempt) {
  net::Request request{.method = "POST",
                       .url = call.url,
                       .headers = call.headers,
                       .body = call.body,
                       .label = call.operation.name};
  request.allow_http = call.url.starts_with("http://");
  request.fresh_connection = call.is_write;
  request.headers.emplace_back("amz-sdk-invocation-id", state.invocation);
  request.headers.emplace_back(
      "amz-sdk-request",
      fmt::format("attempt={}; max={}", attempt, policy_.most_attempts));
  state.skew_used = skew_;
  if (!call.is_signed) return request;
  const Credentials& credentials = identity_.credentials();
  state.generation = generation_;
  sign(request, credentials, call.scope, now());
  return request;
}

net::Judgement Client::judge(const ApiCall& call, Attempt& state,
                             const net::Outcome& outcome) {
  const auto* response = std::get_if<net::Response>(&outcome);
  if (response == nullptr)
    return {.verdict = std::get<net::NoAnswer>(outcome).transient
                           ? net::Verdict::transient
                           : net::Verdict::final};
  if (corrects_skew_) {
    const auto measured = measured_skew(*response, ports_.clock.now());
    if (measured && differs(skew_, *measured)) skew_ = *measured;
  }
  net::Judgement judgement{.verdict = net::Verdict::success,
                           .server_wait = net::parse_retry_after(
                               response->header("x-amz-retry-after"))};
  if (response->status / 100 == 2) {
    if (!call.is_ours(*response)) judgement.verdict = net::Verdict::transient;
    return judgement;
  }
  const std::string code = call.read_failure(*response).code;
  judgement.verdict = verdict_of(response->status, code);
  const auto& passing = call.also_transient;
  if (std::find(passing.begin(), passing.end(), code) != passing.end())
    judgement.verdict = net::Verdict::transient;
  // A wrong clock, which was put right just now.
  if (may_be_skew(code) && differs(state.skew_used, skew_))
    judgement.verdict = net::Verdict::transient;
  if (call.is_signed && is_expired(code) && renewed(state))
    judgement.verdict = net::Verdict::again;
  return judgement;
}

// Whether there are other credentials now than the attempt was signed with.
bool Client::renewed(Attempt& state) {
  if (state.has_renewed) return false;
  state.has_renewed = true;
  // Another call has seen to it, or is about to.
  if (state.generation < generation_ || renewing_) return true;
  renewing_ = true;
  const bool renewed = identity_.renew();
  renewing_ = false;
  if (renewed) ++generation_;
  return renewed;
}

ApiError Client::error_of(const ApiCall& call, const net::Outcome& outcome,
                          int attempts) const {
  Failure failure;
  if (const auto* response = std::get_if<net::Response>(&outcome)) {
    failure = call.read_failure(*response);
    if (response->status / 100 == 2)
      failure.message = fmt::format("the answer is none of AWS's: {}",
                                    one_line(response->body, 120));
  } else {
    failure.message = std::get<net::NoAnswer>(outcome).what();
  }
  failure.attempts = attempts;
  failure.skew = skew_;
  return {call.operation, failure, identity_.where()};
}

net::RetryPolicy retry_policy(const Environment& env,
                              const Properties* profile) {
  const auto setting = [&](const char* variable, const char* name) {
    auto value = env.get(variable);
    if (!value && profile != nullptr) value = property(*profile, name);
    return value;
  };
  net::RetryPolicy policy;
  if (const auto text = setting("AWS_MAX_ATTEMPTS", "max_attempts")) {
    const int number = number_of(*text).value_or(0);
    if (number < 1)
      throw UsageError(fmt::format(
          "AWS_MAX_ATTEMPTS (or max_attempts of the profile) is `{}`: it must "
          "be a number from 1",
          one_line(*text, 40)));
    policy.most_attempts = number;
  }
  // adaptive and legacy differ in nothing that a run of seconds would notice.
  if (const auto mode = setting("AWS_RETRY_MODE", "retry_mode"))
    if (*mode != "standard" && *mode != "adaptive" && *mode != "legacy")
      throw UsageError(fmt::format(
          "AWS_RETRY_MODE (or retry_mode of the profile) is `{}`: it must be "
          "standard, adaptive or legacy",
          one_line(*mode, 40)));
  return policy;
}

}  // namespace ecr_version::aws
