#include "aws/metadata.hpp"

#include "aws/classify.hpp"
#include "aws/profile.hpp"
#include "aws/timestamp.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "net/retrier.hpp"

#include <fmt/core.h>

#include <filesystem>

namespace ecr_version::aws {

net::Outcome ask(const Ports& ports, const net::Request& request, int attempts,
                 AskAgain when) {
  net::Retrier retrier(*ports.transport, ports.clock,
                       {.most_attempts = attempts});
  retrier.interrupted = ports.interrupted;
  return retrier.send(
      {.prepare = [&](int) { return request; },
       .judge = [&](const net::Outcome& outcome, int) -> net::Judgement {
         const auto* response = std::get_if<net::Response>(&outcome);
         if (response == nullptr)
           return {.verdict = std::get<net::NoAnswer>(outcome).transient
                                  ? net::Verdict::transient
                                  : net::Verdict::final};
         const net::Verdict verdict = verdict_of(response->status, "");
         return {.verdict = verdict == net::Verdict::final &&
                                    when == AskAgain::on_any_failure
                                ? net::Verdict::transient
                                : verdict};
       },
       .done = nullptr});
}

std::string shown(const net::Outcome& outcome) {
  if (const auto* response = std::get_if<net::Response>(&outcome))
    return fmt::format("HTTP {}", response->status);
  return std::get<net::NoAnswer>(outcome).what();
}

Credentials read_credentials(const Ports& ports, const json::Value& answer,
                             const char* token_name, const std::string& what) {
  Credentials credentials{
      .access_key = answer.text("AccessKeyId").value_or(""),
      .secret_key = Secret(answer.text("SecretAccessKey").value_or("")),
      .session_token = Secret(answer.text(token_name).value_or("")),
      .source = what,
      .refreshable = true};
  if (credentials.access_key.empty() || credentials.secret_key.empty())
    throw Error(
        fmt::format("{} gave no credentials: AccessKeyId or "
                    "SecretAccessKey is missing in its answer",
                    what));
  ports.on_secret(credentials.secret_key.reveal());
  if (!credentials.session_token.empty())
    ports.on_secret(credentials.session_token.reveal());
  if (const auto text = answer.text("Expiration"))
    credentials.expires = parse_iso_time(*text);
  return credentials;
}

std::string read_token_file(const Ports& ports, const std::string& path,
                            std::string_view variable) {
  constexpr std::size_t longest = 20000;  // STS's own limit
  std::error_code failure;
  const auto text = content_of_file(path);
  if (!text)
    throw Error(fmt::format(
        "{} names {}, which {}{}", variable, one_line(path),
        std::filesystem::exists(path, failure) ? "is no readable file"
                                               : "does not exist",
        ports.in_container
            ? ": a container action sees of its host nothing but the "
              "workspace, so mount the file into the runner's containers, or "
              "run aws-actions/configure-aws-credentials before this step"
            : ""));
  const std::string token(trim(*text));
  if (token.empty() || token.size() > longest)
    throw Error(fmt::format("{} names {}, which holds no token", variable,
                            one_line(path)));
  return token;
}

}  // namespace ecr_version::aws
