// Finds AWS credentials, in PRODUCT.md's order: the role to assume, the
// environment, the profile, web identity, the container's service, the
// instance's.
//
// A profile that is selected but holds no credentials (a region alone) is not
// an error, as in the AWS CLI; one that does not exist, or is broken, is.
#pragma once

#include "aws/credentials.hpp"
#include "aws/profile.hpp"
#include "aws/sts.hpp"

#include <functional>
#include <optional>
#include <string>

namespace ecr_version::aws {

struct Chain {
  const Ports& ports;
  const ProfileFiles& files;
  std::string role_to_assume;
  // Where STS answers; asked only when a source needs it. The argument is a
  // region that the source names itself, or "".
  std::function<StsAddress(const std::string& region)> sts;
};

// Throws Error when no source has any, or one that is configured is broken.
Credentials find_credentials(const Chain& chain);

// The sources, each for itself; nullopt: not my case.
std::optional<Credentials> role_credentials(const Chain& chain);
std::optional<Credentials> environment_credentials(const Ports& ports);
std::optional<Credentials> profile_credentials(const Chain& chain);
std::optional<Credentials> web_identity_credentials(const Chain& chain);
std::optional<Credentials> container_credentials(const Ports& ports);
// `why_not`: what the user may have to do where an instance should have some.
std::optional<Credentials> instance_credentials(const Ports& ports,
                                                std::string& why_not);

// AWS_ROLE_SESSION_NAME and AWS_ROLE_DURATION_SECONDS, or their defaults.
RoleRequest role_request(const Ports& ports, const std::string& role_arn);

}  // namespace ecr_version::aws
