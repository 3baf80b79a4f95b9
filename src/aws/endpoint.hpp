// Where an AWS service answers: partitions, FIPS, dual-stack and overrides.
//
// A region that no partition knows belongs to `aws`, so that next year's region
// works. FIPS is never chosen on its own: most regions have no such endpoint.
// Sources: botocore partitions.json and the endpoint rule sets of ecr,
// ecr-public and sts.
#pragma once

#include "aws/profile.hpp"
#include "base/env.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::aws {

struct Partition {
  std::string_view id;                 // "aws-cn"
  std::string_view dns_suffix;         // "amazonaws.com.cn"
  std::string_view dual_stack_suffix;  // "api.amazonwebservices.com.cn"
  std::string_view global_region;      // what "aws-cn-global" stands for
};

const Partition& partition_of(std::string_view region);
// nullptr for a name that is no partition ("aws-us-gov").
const Partition* partition_named(std::string_view id);

enum class Service { ecr, ecr_public, sts, portal_sso };

// "ecr": the name requests are signed for.
std::string_view signing_name(Service service);

struct EndpointChoice {
  std::string region;
  bool fips = false;
  bool dual_stack = false;
  std::string override_url;  // "" for none
};

// "https://api.ecr.eu-west-1.amazonaws.com", without a trailing slash. Throws
// UsageError in the rule sets' own words plus what to do.
std::string endpoint_url(Service service, const EndpointChoice& choice);

// AWS_ENDPOINT_URL_ECR > AWS_ENDPOINT_URL > the profile's `services` section >
// the profile's endpoint_url; nullopt when none, or when told to ignore them.
std::optional<std::string> configured_endpoint(Service service,
                                               const Environment& env,
                                               const ProfileFiles& files,
                                               const std::string& profile);

// The region as it stands, or Error: it becomes part of a host name.
std::string checked_region(std::string_view region, std::string_view source);

}  // namespace ecr_version::aws
