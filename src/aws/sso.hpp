// Credentials by the token that `aws sso login` left in ~/.aws/sso/cache.
//
// The token is read, never renewed: that needs the user's browser. Expired, the
// message has the command to run.
#pragma once

#include "aws/credentials.hpp"
#include "aws/profile.hpp"

#include <string>

namespace ecr_version::aws {

Credentials sso_credentials(const Ports& ports, const ProfileFiles& files,
                            const std::string& name, const Properties& profile);

}  // namespace ecr_version::aws
