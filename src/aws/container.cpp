// Credentials of an ECS task or an EKS pod (Pod Identity), from the service
// whose address the environment gives.
#include "aws/chain.hpp"
#include "aws/metadata.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace ecr_version::aws {
namespace {

// Over plain http the token may go to these alone.
bool is_near(std::string_view host) {
  constexpr std::array<std::string_view, 3> services{
      "169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  return net::is_loopback_host(host) ||
         std::find(services.begin(), services.end(), host) != services.end();
}

// The service's URL, and the variable that names it; nullopt: not my case.
std::optional<std::pair<std::string, std::string>> service_url(
    const Environment& env) {
  constexpr const char* relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  constexpr const char* full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  if (const auto path = env.get(relative)) {
    if (!path->starts_with('/'))
      throw Error(fmt::format("{} must start with '/'", relative));
    return std::pair{"http://169.254.170.2" + *path, std::string(relative)};
  }
  const auto url = env.get(full);
  if (!url) return std::nullopt;
  const net::Url parts = net::parse_url(*url, full);
  if (parts.scheme == "http" && !is_near(parts.host))
    throw Error(fmt::format(
        "{} names the host {} over plain http, which is allowed for the "
        "loopback and AWS's own link-local addresses alone: use https",
        full, parts.host));
  return std::pair{*url, std::string(full)};
}

std::string authorization(const Ports& ports) {
  constexpr const char* file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
  std::string token;
  if (const auto path = ports.env.get(file))
    token = read_token_file(ports, *path, file);
  else
    token = ports.env.get("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  if (token.find_first_of("\r\n") != std::string::npos)
    throw Error("the container's authorization token holds a line break");
  return token;
}

}  // namespace

std::optional<Credentials> container_credentials(const Ports& ports) {
  const auto address = service_url(ports.env);
  if (!address) return std::nullopt;
  const auto& [url, variable] = *address;
  net::Request request{.url = url,
                       .headers = {{"Accept", "application/json"}},
                       .connect_timeout = std::chrono::seconds(2),
                       .timeout = std::chrono::seconds(2),
                       .use_proxy = false,
                       .allow_http = true,
                       .label = "GetContainerCredentials"};
  if (const std::string token = authorization(ports); !token.empty())
    request.headers.emplace_back("Authorization", token);
  const net::Outcome outcome = ask(ports, request, 3);
  const auto* response = std::get_if<net::Response>(&outcome);
  if (response == nullptr || response->status != 200)
    throw Error(fmt::format(
        "asking the container's credentials service ({}): {}{}", variable,
        shown(outcome),
        response == nullptr && ports.in_container
            ? "; the action's own container has no way to it: run the step on "
              "the host's network, or run "
              "aws-actions/configure-aws-credentials before it"
            : ""));
  return read_credentials(
      ports, json::parse(response->body, "the container's credentials service"),
      "Token", "the container's credentials service (" + variable + ")");
}

}  // namespace ecr_version::aws
