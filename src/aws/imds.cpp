#include "aws/imds.hpp"

#include "aws/chain.hpp"
#include "aws/metadata.hpp"
#include "aws/profile.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

namespace ecr_version::aws {
namespace {

constexpr const char* credentials_path =
    "/latest/meta-data/iam/security-credentials/";

int number(const Environment& env, const char* variable, int otherwise) {
  const auto text = env.get(variable);
  if (!text) return otherwise;
  const int value = number_of(*text).value_or(0);
  if (value < 1)
    throw UsageError(fmt::format("{} is `{}`: it must be a number from 1",
                                 variable, one_line(*text, 40)));
  return value;
}

class Instance {
 public:
  explicit Instance(const Ports& ports) : ports_(ports) {
    const Environment& env = ports.env;
    const bool ipv6 = equals_ignoring_case(
        env.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or(""), "ipv6");
    base_ = env.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")
                .value_or(ipv6 ? "http://[fd00:ec2::254]"
                               : "http://169.254.169.254");
    while (base_.ends_with('/')) base_.pop_back();
    timeout_ =
        std::chrono::seconds(number(env, "AWS_METADATA_SERVICE_TIMEOUT", 1));
    attempts_ = number(env, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1);
  }

  // False when nobody there speaks for an instance of EC2.
  bool log_in() {
    net::Request request = question("PUT", "/latest/api/token");
    request.headers = {{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}};
    const net::Outcome outcome = ask(ports_, request, attempts_);
    const auto* response = std::get_if<net::Response>(&outcome);
    if (response != nullptr && response->status == 400)
      throw Error(
          "the instance's metadata service refused to give a token "
          "(HTTP 400)");
    if (response != nullptr && response->status == 200) {
      token_ = trim(response->body);
      return !token_.empty() &&
             token_.find_first_of(" <>\r\n") == std::string::npos;
    }
    no_answer_ = response == nullptr;
    // Version 1 asks without a token. Behind a hop limit of 1 it still answers
    // a container.
    return !ports_.env.is_true("AWS_EC2_METADATA_V1_DISABLED");
  }

  std::optional<std::string> get(const std::string& path) {
    net::Request request = question("GET", path);
    if (!token_.empty())
      request.headers = {{"x-aws-ec2-metadata-token", token_}};
    // Who gave a token is there: what it fails to say once, passes.
    const int attempts = token_.empty() ? attempts_ : std::max(attempts_, 3);
    const net::Outcome outcome = ask(ports_, request, attempts);
    const auto* response = std::get_if<net::Response>(&outcome);
    no_answer_ = no_answer_ && response == nullptr;
    if (response == nullptr || response->status != 200) return std::nullopt;
    return response->body;
  }

  bool silent() const { return no_answer_; }

 private:
  net::Request question(const char* method, const std::string& path) const {
    return {.method = method,
            .url = base_ + path,
            .connect_timeout = timeout_,
            .timeout = timeout_,
            .most_bytes = 64 * 1024,
            .use_proxy = false,
            .allow_http = true,
            .label = "GetMetadata"};
  }

  const Ports& ports_;
  std::string base_;
  std::string token_;
  std::chrono::milliseconds timeout_{};
  int attempts_ = 1;
  bool no_answer_ = false;
};

// GitHub's own runners are Azure's: the address answers, but not for EC2.
bool is_out_of_question(const Environment& env) {
  return env.is_true("AWS_EC2_METADATA_DISABLED") ||
         env.get("RUNNER_ENVIRONMENT") == "github-hosted";
}

bool is_role_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
             "_+=,.@-") == std::string_view::npos;
}

}  // namespace

std::optional<Credentials> instance_credentials(const Ports& ports,
                                                std::string& why_not) {
  if (is_out_of_question(ports.env)) return std::nullopt;
  Instance instance(ports);
  const auto list =
      instance.log_in() ? instance.get(credentials_path) : std::nullopt;
  if (!list && instance.silent() && ports.in_container)
    why_not =
        "the instance's metadata service did not answer: on EC2 a container "
        "reaches it only with a hop limit of 2 (aws ec2 "
        "modify-instance-metadata-options --http-put-response-hop-limit 2)";
  if (!list) return std::nullopt;
  const std::string role(trim(list->substr(0, list->find('\n'))));
  // Another cloud's page, or an instance without a role.
  if (!is_role_name(role)) return std::nullopt;
  const auto text = instance.get(credentials_path + role);
  if (!text)
    throw Error(
        fmt::format("the instance's metadata service names the role "
                    "{}, but gives no credentials of it",
                    role));
  const json::Value answer =
      json::parse(*text, "the instance's metadata service");
  if (const auto code = answer.text("Code"); code && *code != "Success")
    throw Error(fmt::format(
        "the instance's metadata service gives no credentials of the role {}: "
        "{}: {}",
        role, one_line(*code, 80),
        one_line(answer.text("Message").value_or(""))));
  Credentials credentials = read_credentials(
      ports, answer, "Token",
      "the instance's role " + role + " (its metadata service)");
  // In an outage it hands out old ones, which AWS then accepts for longer.
  if (credentials.expires && *credentials.expires < ports.clock.now()) {
    ports.on_notice(
        "the instance's metadata service gave credentials that have expired; "
        "using them, as AWS extends them while it cannot renew them");
    credentials.expires = ports.clock.now() + std::chrono::minutes(15);
  }
  return credentials;
}

std::optional<std::string> instance_region(const Ports& ports) {
  if (is_out_of_question(ports.env)) return std::nullopt;
  Instance instance(ports);
  if (!instance.log_in()) return std::nullopt;
  const auto text = instance.get("/latest/meta-data/placement/region");
  if (!text) return std::nullopt;
  const std::string region(trim(*text));
  const bool plausible =
      !region.empty() && region.size() < 64 &&
      region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
          std::string::npos;
  if (!plausible) return std::nullopt;  // another cloud's
  return region;
}

}  // namespace ecr_version::aws
