#include "aws/api_error.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

// The first member of that name in any letter case.
std::string text_of(const json::Value& body, std::string_view name) {
  if (!body.is_object()) return "";
  for (const auto& [key, value] : body.as_object("the answer"))
    if (equals_ignoring_case(key, name) && value.is_string())
      return value.as_string(name);
  return "";
}

std::string shown_service(std::string_view service) {
  if (service == "ecr") return "ECR";
  if (service == "ecr-public") return "ECR Public";
  return "STS";
}

// A refused signature is answered with what was signed, the session token in
// it.
std::string_view without_echo(std::string_view message) {
  for (const std::string_view start :
       {"The Canonical String", "The String-to-Sign"})
    message = message.substr(0, message.find(start));
  return trim(message);
}

std::string compose(const Operation& operation, const Failure& failure,
                    const std::string& credentials_source) {
  std::string text = shown_service(operation.service) + " " + operation.name;
  if (!operation.object.empty()) text += " of " + operation.object;
  if (!operation.account.empty()) text += " in account " + operation.account;
  text += (operation.account.empty() ? " in region " : ", region ") +
          operation.region + ": ";
  if (!failure.code.empty()) text += one_line(failure.code, 80) + ": ";
  const std::string message = one_line(without_echo(failure.message), 600);
  text += message.empty() ? "no reason given" : message;

  text += " (";
  // With 200 a part of what was asked for failed.
  if (failure.status != 0) text += fmt::format("HTTP {}, ", failure.status);
  if (!failure.request_id.empty())
    text += fmt::format("request id {}, ", one_line(failure.request_id, 80));
  text += fmt::format("{} attempt{})", failure.attempts,
                      failure.attempts == 1 ? "" : "s");
  const std::string what_to_do = remedy(operation, failure, credentials_source);
  if (!what_to_do.empty()) text += "; " + what_to_do;
  return text;
}

}  // namespace

ApiError::ApiError(const Operation& operation, Failure why,
                   const std::string& credentials_source)
    : Error(compose(operation, why, credentials_source)),
      failure(std::move(why)) {}

std::string bare_code(std::string_view code) {
  // The URI after ':' may hold a '#' of its own, so it goes first.
  code = code.substr(0, code.find(':'));
  if (const auto hash = code.find('#'); hash != std::string_view::npos)
    code.remove_prefix(hash + 1);
  return std::string(trim(code));
}

Failure read_json_failure(const net::Response& response) {
  Failure failure{.status = response.status};
  failure.request_id = response.header("x-amzn-requestid");
  std::string code(response.header("x-amzn-errortype"));
  json::Value body;
  try {
    if (!trim(response.body).empty())
      body = json::parse(response.body, "the answer");
  } catch (const Error&) {
    // Not AWS speaking; the first words say who it is.
    failure.message = one_line(trim(response.body), 200);
  }
  if (code.empty()) code = text_of(body, "code");
  if (code.empty()) code = text_of(body, "__type");
  failure.code = bare_code(code);
  if (failure.message.empty()) failure.message = text_of(body, "message");
  return failure;
}

bool looks_like_json(const net::Response& response) {
  const std::string_view body = trim(response.body);
  return body.empty() || (body.front() == '{' && body.back() == '}');
}

}  // namespace ecr_version::aws
