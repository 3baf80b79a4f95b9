#include "aws/registry.hpp"

#include "aws/endpoint.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <optional>
#include <utility>

namespace ecr_version::aws {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_region(std::string_view text) {
  return text.size() >= 3 && text.find('-') != std::string_view::npos &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
             std::string_view::npos;
}

// "eu-west-1.amazonaws.com" with the suffix that the region's partition has.
std::optional<std::string> region_before(std::string_view rest,
                                         bool dual_stack) {
  const auto dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view region = rest.substr(0, dot);
  const std::string_view suffix = rest.substr(dot + 1);
  if (!is_region(region)) return std::nullopt;
  const Partition& partition = partition_of(region);
  if (!dual_stack)
    return suffix == partition.dns_suffix ? std::optional(std::string(region))
                                          : std::nullopt;
  // "api.aws" is the API's, "on.aws" the registry's.
  const std::string_view api = partition.dual_stack_suffix;
  const std::string on = "on." + std::string(api.substr(api.find('.') + 1));
  return suffix == on ? std::optional(std::string(region)) : std::nullopt;
}

// <account>.dkr.ecr[-fips].<region>.<suffix>, or <account>.dkr-ecr[-fips]...
std::optional<Registry> private_host(std::string_view host) {
  constexpr std::size_t account_size = 12;
  if (host.size() <= account_size || !is_digits(host.substr(0, account_size)))
    return std::nullopt;
  const std::string_view rest = host.substr(account_size);
  constexpr std::pair<std::string_view, bool> forms[] = {
      {".dkr.ecr.", false},
      {".dkr.ecr-fips.", false},
      {".dkr-ecr.", true},
      {".dkr-ecr-fips.", true}};
  for (const auto& [start, dual_stack] : forms) {
    if (!rest.starts_with(start)) continue;
    const auto region = region_before(rest.substr(start.size()), dual_stack);
    if (!region) return std::nullopt;
    return Registry{.kind = RegistryKind::private_ecr,
                    .account = std::string(host.substr(0, account_size)),
                    .region = *region,
                    .host = std::string(host)};
  }
  return std::nullopt;
}

// host[:port] as a Docker reference may have it.
bool is_host_and_port(std::string_view text) {
  const auto colon = text.rfind(':');
  const std::string_view host = text.substr(0, colon);
  if (colon != std::string_view::npos && !is_digits(text.substr(colon + 1)))
    return false;
  return !host.empty() &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") ==
             std::string_view::npos;
}

[[noreturn]] void refuse(std::string_view text) {
  const std::string shown = one_line(text, 120);
  if (is_digits(text) && text.size() < 12)
    throw UsageError(fmt::format(
        "registry `{}` has {} digits, and an account id has 12: a leading zero "
        "was lost; put the id in quotes (registry: \"{:0>12}\")",
        shown, text.size(), shown));
  throw UsageError(fmt::format(
      "registry `{}` is no ECR registry: expected a 12-digit account id, a "
      "host such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com, or "
      "public.ecr.aws/alias",
      shown));
}

}  // namespace

Registry parse_registry(std::string_view text, bool overridden) {
  std::string_view rest = trim(text);
  const std::string_view whole = rest;
  if (rest.empty()) return {};
  if (is_digits(rest)) {
    if (rest.size() != 12) refuse(rest);  // an override does not make it a host
    return {.kind = RegistryKind::private_ecr, .account = std::string(rest)};
  }
  if (starts_with_ignoring_case(rest, "https://")) rest.remove_prefix(8);

  const auto slash = rest.find('/');
  std::string host = to_lower(rest.substr(0, slash));
  const std::string_view path =
      slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  if (host == "public.ecr.aws" || host == "ecr-public.aws.com") {
    const std::string alias(path.substr(0, path.find('/')));
    if (alias.empty() ||
        alias.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") !=
            std::string::npos)
      throw UsageError(fmt::format(
          "registry `{}` names no alias: write public.ecr.aws/ALIAS, the "
          "alias as the ECR console shows it",
          one_line(whole, 120)));
    return {.kind = RegistryKind::public_ecr,
            .region = "us-east-1",
            .host = "public.ecr.aws/" + alias,
            .alias = alias};
  }
  if (host.ends_with(":443")) host.resize(host.size() - 4);
  if (const auto registry = private_host(host)) return *registry;
  if (overridden && is_host_and_port(to_lower(rest.substr(0, slash))))
    return {.kind = RegistryKind::literal_host,
            .host = to_lower(rest.substr(0, slash))};
  refuse(whole);
}

std::string registry_host(std::string_view account, std::string_view region) {
  return fmt::format("{}.dkr.ecr.{}.{}", account, region,
                     partition_of(region).dns_suffix);
}

}  // namespace ecr_version::aws
