// Which registry is meant: the `registry` input in every form AWS publishes.
//
// An account id alone names no region; a host names account, region and
// partition; `public.ecr.aws/alias` is ECR Public, whose API lives in us-east-1
// alone; and under an endpoint override `host:port` is taken as it is.
#pragma once

#include <string>
#include <string_view>

namespace ecr_version::aws {

enum class RegistryKind {
  unspecified,   // no registry given: the caller's own account
  private_ecr,   // account or host
  public_ecr,    // public.ecr.aws/alias
  literal_host,  // host:port under an endpoint override
};

struct Registry {
  RegistryKind kind = RegistryKind::unspecified;
  std::string account;  // 12 digits; "" when not known
  std::string region;   // "" when the text names none
  std::string host;     // as images are named; "" when not known yet
  std::string alias;    // of ECR Public
};

// Accepts "", an account id, a host, a host with https:// or a repository
// after it (an ECR URI), public.ecr.aws/alias. `overridden`: an endpoint
// override is in force, so that any host[:port] may be a registry. Throws
// UsageError with the remedy.
Registry parse_registry(std::string_view text, bool overridden);

// "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
std::string registry_host(std::string_view account, std::string_view region);

}  // namespace ecr_version::aws
