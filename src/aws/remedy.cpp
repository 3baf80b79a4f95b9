// What to do about each failure AWS reports: the table behind ApiError.
#include "aws/api_error.hpp"
#include "aws/classify.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace ecr_version::aws {
namespace {

// The word after `marker` in a message of AWS.
std::string word_after(std::string_view message, std::string_view marker) {
  const auto at = message.find(marker);
  if (at == std::string_view::npos) return "";
  std::string_view rest = message.substr(at + marker.size());
  rest = rest.substr(0, rest.find_first_of(" \r\n\t"));
  while (rest.ends_with('.') || rest.ends_with(',')) rest.remove_suffix(1);
  return one_line(rest, 200);
}

std::string access_denied(const Operation& operation, const Failure& failure) {
  const std::string_view message = failure.message;
  std::string action = word_after(message, "perform: ");
  if (action.empty())
    action = fmt::format("{}:{}", operation.service, operation.name);
  std::string resource = word_after(message, "on resource: ");
  if (resource.empty()) resource = operation.resource;
  std::string who = word_after(message, "User: ");
  if (who.empty()) who = "the caller";
  const std::string what =
      fmt::format("{}{}", action, resource.empty() ? "" : " on " + resource);

  if (message.find("explicit deny") != std::string_view::npos)
    return fmt::format(
        "a policy denies {} explicitly, which no Allow overrides: find it in "
        "the identity, resource, boundary or service control policies of {}",
        what, who);
  if (message.find("no resource-based policy") != std::string_view::npos)
    return fmt::format(
        "allow {} for {} in the policy of that repository, in its own account",
        what, who);
  return fmt::format(
      "allow {} in an IAM policy of {}{}; docs/iam.md has the least policy",
      what, who,
      operation.account.empty()
          ? ""
          : ", and, when account " + operation.account +
                " is not its own, in the repository's policy too");
}

std::string missing_repository(const Operation& operation) {
  return fmt::format(
      "check its name, the registry{} and the region ({})",
      operation.account.empty() ? "" : " (account " + operation.account + ")",
      operation.region);
}

std::string wrong_clock(const Failure& failure) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const auto off = duration_cast<seconds>(-failure.skew).count();
  return fmt::format("the clock here is {} s {} AWS's: set it right",
                     off < 0 ? -off : off, off < 0 ? "behind" : "ahead of");
}

bool one_of(std::string_view code,
            std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

std::string remedy(const Operation& operation, const Failure& failure,
                   const std::string& credentials_source) {
  const std::string_view code = failure.code;
  const std::string keys = credentials_source.empty()
                               ? "the credentials"
                               : "the credentials of " + credentials_source;
  if (failure.skew != std::chrono::milliseconds{0} &&
      one_of(code, {"InvalidSignatureException", "SignatureDoesNotMatch",
                    "AuthFailure", "RequestTimeTooSkewed"}))
    return wrong_clock(failure);
  if (one_of(code, {"AccessDeniedException", "AccessDenied",
                    "UnauthorizedOperation"}))
    return access_denied(operation, failure);
  if (is_expired(code))
    return keys +
           " have expired: obtain them anew just before this step, or with a "
           "longer role-duration-seconds";
  if (one_of(code, {"UnrecognizedClientException", "InvalidClientTokenId"}))
    return keys +
           " are not known to AWS: the key was deleted, its session token is "
           "missing, or it belongs to another partition than the region";
  if (one_of(code, {"InvalidSignatureException", "SignatureDoesNotMatch"}))
    return fmt::format(
        "the secret key{} does not fit its access key: copy both anew",
        credentials_source.empty() ? "" : " of " + credentials_source);
  if (one_of(code, {"MissingAuthenticationToken", "IncompleteSignature",
                    "MissingAuthenticationTokenException"}))
    return "something on the way removed the signature: check the proxy and "
           "the endpoint override";
  if (code == "RepositoryNotFoundException")
    return missing_repository(operation);
  if (code == "LimitExceededException")
    return "a quota of ECR is used up (1000 tags an image, 100,000 images a "
           "repository): remove what is not needed by a lifecycle policy, or "
           "have the quota raised in Service Quotas";
  if (code == "KmsException")
    return "the repository is encrypted by a KMS key: check that it is enabled "
           "and that its key policy lets the caller use it";
  if (one_of(code, {"RegionDisabledException", "OptInRequired"}))
    return fmt::format("activate the region {} for the account, or STS in it",
                       operation.region);
  if (code == "UnsupportedCommandException")
    return "ECR Public is not to be had there: its API lives in us-east-1";
  if (code == "LayersNotFoundException" ||
      code == "ReferencedImagesNotFoundException")
    return "the image must be pushed to this very repository first";
  if (verdict_of(failure.status, code) == net::Verdict::throttled)
    return "AWS wants fewer calls: let fewer jobs run at once, or set "
           "AWS_MAX_ATTEMPTS higher";
  return "";
}

}  // namespace ecr_version::aws
