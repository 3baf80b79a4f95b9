// The EC2 instance's metadata service, version 2 (and 1 where allowed).
//
// Its address also answers on other clouds: an odd answer is never taken for
// credentials, and nothing is waited for longer than a second. Source: EC2 User
// Guide, "Use the Instance Metadata Service"; botocore's utils.py.
#pragma once

#include "aws/credentials.hpp"

#include <optional>
#include <string>

namespace ecr_version::aws {

// The instance's region, or nullopt when this is no instance.
std::optional<std::string> instance_region(const Ports& ports);

}  // namespace ecr_version::aws
