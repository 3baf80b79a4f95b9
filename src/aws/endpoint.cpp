#include "aws/endpoint.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace ecr_version::aws {
namespace {

// The parts of a host name; "" where a service has no such variant.
struct ServiceNames {
  Service service;
  std::string_view signing;  // for signatures
  std::string_view id;       // in AWS_ENDPOINT_URL_<ID>, small in `services`
  std::string_view plain;    // host prefixes
  std::string_view dual;
  std::string_view fips;
  std::string_view fips_dual;
};

constexpr std::array services{
    ServiceNames{Service::ecr, "ecr", "ECR", "api.ecr", "ecr", "api.ecr-fips",
                 "ecr-fips"},
    ServiceNames{Service::ecr_public, "ecr-public", "ECR_PUBLIC",
                 "api.ecr-public", "api.ecr-public", "api.ecr-public-fips",
                 "api.ecr-public-fips"},
    ServiceNames{Service::sts, "sts", "STS", "sts", "sts", "sts-fips",
                 "sts-fips"},
    ServiceNames{Service::portal_sso, "sso", "SSO", "portal.sso", "portal.sso",
                 "portal.sso-fips", "portal.sso-fips"},
};

const ServiceNames& names_of(Service service) {
  return *std::find_if(
      services.begin(), services.end(),
      [&](const ServiceNames& each) { return each.service == service; });
}

struct PartitionRow {
  Partition partition;
  // Regions are "<start><word>-<number>"; more than one start by '|'.
  std::string_view starts;
};

constexpr std::array partitions{
    PartitionRow{{"aws", "amazonaws.com", "api.aws", "us-east-1"},
                 "us-|eu-|ap-|sa-|ca-|me-|af-|il-|mx-"},
    PartitionRow{{"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn",
                  "cn-northwest-1"},
                 "cn-"},
    PartitionRow{{"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu",
                  "eusc-de-east-1"},
                 "eusc-de-"},
    PartitionRow{{"aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"},
                 "us-iso-"},
    PartitionRow{
        {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"},
        "us-isob-"},
    PartitionRow{{"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk",
                  "eu-isoe-west-1"},
                 "eu-isoe-"},
    PartitionRow{{"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov",
                  "us-isof-south-1"},
                 "us-isof-"},
    PartitionRow{{"aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1"},
                 "us-gov-"},
};

// `\w+-\d+`
bool is_word_and_number(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == 0 || dash == std::string_view::npos) return false;
  const std::string_view number = text.substr(dash + 1);
  return !number.empty() &&
         number.find_first_not_of("0123456789") == std::string_view::npos;
}

bool belongs(std::string_view region, const PartitionRow& row) {
  if (region == fmt::format("{}-global", row.partition.id)) return true;
  for (const std::string_view start : split(row.starts, '|'))
    if (region.starts_with(start) &&
        is_word_and_number(region.substr(start.size())))
      return true;
  return false;
}

std::string without_trailing_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

const Partition& partition_of(std::string_view region) {
  for (const PartitionRow& row : partitions)
    if (belongs(region, row)) return row.partition;
  return partitions.front().partition;
}

const Partition* partition_named(std::string_view id) {
  for (const PartitionRow& row : partitions)
    if (row.partition.id == id) return &row.partition;
  return nullptr;
}

std::string_view signing_name(Service service) {
  return names_of(service).signing;
}

std::string endpoint_url(Service service, const EndpointChoice& choice) {
  if (!choice.override_url.empty()) {
    if (choice.fips)
      throw UsageError(
          "Invalid Configuration: FIPS and custom endpoint are not supported; "
          "unset AWS_USE_FIPS_ENDPOINT or the endpoint override");
    if (choice.dual_stack)
      throw UsageError(
          "Invalid Configuration: Dualstack and custom endpoint are not "
          "supported; unset AWS_USE_DUALSTACK_ENDPOINT or the endpoint "
          "override");
    const net::Url url =
        net::parse_url(choice.override_url, "the endpoint override");
    return without_trailing_slash(url.text());
  }
  if (choice.region.empty())
    throw UsageError(
        "Invalid Configuration: Missing Region; set the input aws-region, or "
        "AWS_REGION");
  const Partition& partition = partition_of(choice.region);
  const ServiceNames& names = names_of(service);
  std::string_view prefix =
      choice.fips ? (choice.dual_stack ? names.fips_dual : names.fips)
                  : (choice.dual_stack ? names.dual : names.plain);
  // Two oddities of the published rules.
  if (service == Service::ecr_public && choice.dual_stack && !choice.fips &&
      partition.id == "aws")
    prefix = "ecr-public";
  if (choice.fips && !choice.dual_stack && partition.id == "aws-us-gov" &&
      (service == Service::sts || service == Service::portal_sso))
    prefix = names.plain;
  return fmt::format(
      "https://{}.{}.{}", prefix, choice.region,
      choice.dual_stack ? partition.dual_stack_suffix : partition.dns_suffix);
}

std::optional<std::string> configured_endpoint(Service service,
                                               const Environment& env,
                                               const ProfileFiles& files,
                                               const std::string& profile) {
  const Properties* const properties = files.profile(profile);
  const auto from_profile = [&](const std::string& name) {
    return properties == nullptr ? std::nullopt : property(*properties, name);
  };
  if (env.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") ||
      equals_ignoring_case(
          from_profile("ignore_configured_endpoint_urls").value_or(""), "true"))
    return std::nullopt;

  const std::string id(names_of(service).id);
  if (const auto url = env.get("AWS_ENDPOINT_URL_" + id)) return url;
  if (const auto url = env.get("AWS_ENDPOINT_URL")) return url;
  if (const auto section = from_profile("services")) {
    const auto found = files.services.find(*section);
    if (found == files.services.end())
      throw Error(fmt::format(
          "the profile {} names the services section {}, which ~/.aws/config "
          "does not have",
          one_line(profile), one_line(*section)));
    if (const auto value = property(found->second, to_lower(id)))
      if (const auto url = sub_property(*value, "endpoint_url")) return url;
  }
  return from_profile("endpoint_url");
}

std::string checked_region(std::string_view region, std::string_view source) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  if (region.empty() || region.size() > 63 ||
      region.find_first_not_of(allowed) != std::string_view::npos)
    throw UsageError(
        fmt::format("{} is no region: `{}`; a region is written like eu-west-1",
                    source, one_line(region, 80)));
  return std::string(region);
}

}  // namespace ecr_version::aws
