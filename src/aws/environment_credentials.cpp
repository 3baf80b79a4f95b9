#include "aws/chain.hpp"
#include "aws/timestamp.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

// A secret pasted with its line end signs wrongly, and says so unhelpfully.
void check_pasted(const std::string& variable, const std::string& value) {
  for (const char c : value)
    if (c <= ' ' || c == 0x7f)
      throw Error(fmt::format(
          "{} holds white space or a line break, which no key has: paste the "
          "secret again without it",
          variable));
}

}  // namespace

std::optional<Credentials> environment_credentials(const Ports& ports) {
  const Environment& env = ports.env;
  const auto access_key = env.get("AWS_ACCESS_KEY_ID");
  const auto secret_key = env.get("AWS_SECRET_ACCESS_KEY");
  if (!access_key && !secret_key) return std::nullopt;
  if (!access_key || !secret_key)
    throw Error(fmt::format(
        "{} is set but {} is not: set both, or neither (in a workflow, a "
        "secret of that name that does not exist is empty)",
        access_key ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
        access_key ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID"));
  // An empty token is none: configure-aws-credentials clears an old one so.
  const std::string token = env.get("AWS_SESSION_TOKEN").value_or("");
  check_pasted("AWS_ACCESS_KEY_ID", *access_key);
  check_pasted("AWS_SECRET_ACCESS_KEY", *secret_key);
  check_pasted("AWS_SESSION_TOKEN", token);

  Credentials credentials{.access_key = *access_key,
                          .secret_key = Secret(*secret_key),
                          .session_token = Secret(token),
                          .source = "the environment (AWS_ACCESS_KEY_ID)"};
  if (const auto text = env.get("AWS_CREDENTIAL_EXPIRATION")) {
    credentials.expires = parse_iso_time(*text);
    if (credentials.expires && *credentials.expires < ports.clock.now())
      throw Error(fmt::format(
          "the credentials in the environment have expired at {} "
          "(AWS_CREDENTIAL_EXPIRATION): obtain them anew just before this step",
          iso_time(*credentials.expires)));
  }
  return credentials;
}

}  // namespace ecr_version::aws
