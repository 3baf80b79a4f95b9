#include "aws/session.hpp"

#include "aws/chain.hpp"
#include "aws/imds.hpp"
#include "aws/sts.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

// "aws-us-gov" of "arn:aws-us-gov:iam::123456789012:role/ci".
std::string partition_in_arn(const std::string& arn) {
  const auto parts = split(arn, ':');
  return parts.size() > 1 ? std::string(parts[1]) : "";
}

bool wants(const Environment& env, const Properties* profile,
           const char* variable, const char* name) {
  if (env.get(variable)) return env.is_true(variable);
  const auto value =
      profile == nullptr ? std::nullopt : property(*profile, name);
  return value && equals_ignoring_case(*value, "true");
}

}  // namespace

Session::Session(Settings settings, Ports ports)
    : settings_(std::move(settings)),
      ports_(std::move(ports)),
      files_(load_profiles(ports_.env)),
      profile_(selected_profile(ports_.env).value_or("default")),
      client_(ports_, retry_policy(ports_.env, files_.profile(profile_)),
              {.credentials = [this]() -> const Credentials& {
                 return credentials();
               },
               .renew = [this] { return renew(); },
               .where = [this] { return credentials_source(); }}) {
  registry_ = parse_registry(settings_.registry, overridden(Service::ecr));
  if (settings_.region.empty()) return;
  region_ = checked_region(settings_.region, "aws-region");
  if (registry_.kind == RegistryKind::private_ecr &&
      !registry_.region.empty() && registry_.region != region_) {
    ports_.on_notice(fmt::format(
        "aws-region {} wins over the region in the registry {}: the account's "
        "registry in {} is used",
        region_, registry_.host, region_));
    registry_.region = region_;
    registry_.host = registry_host(registry_.account, region_);
  }
}

const std::string& Session::region() {
  if (registry_.kind == RegistryKind::public_ecr) region_ = "us-east-1";
  if (!region_.empty()) return region_;
  if (!registry_.region.empty()) return region_ = registry_.region;
  for (const char* const variable : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (const auto value = ports_.env.get(variable))
      return region_ = checked_region(*value, variable);
  const Properties* const profile = files_.profile(profile_);
  if (profile != nullptr)
    if (const auto value = property(*profile, "region"))
      return region_ =
                 checked_region(*value, "the region of profile " + profile_);
  if (const auto value = instance_region(ports_))
    return region_ = checked_region(*value, "the instance's region");
  throw UsageError(
      "no AWS region is known: set the input or option aws-region, `region` in "
      "the configuration, or AWS_REGION, or give the registry as a host "
      "(123456789012.dkr.ecr.eu-west-1.amazonaws.com)");
}

bool Session::overridden(Service service) const {
  return configured_endpoint(service, ports_.env, files_, profile_).has_value();
}

std::string Session::endpoint_in(Service service, const std::string& region) {
  const Properties* const profile = files_.profile(profile_);
  const Environment& env = ports_.env;
  return endpoint_url(
      service,
      {.region = region,
       .fips =
           wants(env, profile, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
       .dual_stack = wants(env, profile, "AWS_USE_DUALSTACK_ENDPOINT",
                           "use_dualstack_endpoint"),
       .override_url =
           configured_endpoint(service, env, files_, profile_).value_or("")});
}

std::string Session::endpoint(Service service) {
  return endpoint_in(service,
                     service == Service::sts ? sts_region() : region());
}

// A role of GovCloud or China is known to its own partition's STS only.
std::string Session::sts_region() {
  const Partition* const partition =
      partition_named(partition_in_arn(settings_.role_to_assume));
  std::string here;
  try {
    here = region();
  } catch (const UsageError&) {
    if (partition == nullptr) throw;
    return std::string(partition->global_region);
  }
  if (partition != nullptr && partition->id != partition_of(here).id)
    return std::string(partition->global_region);
  return here;
}

Credentials Session::find() {
  const Chain chain{
      .ports = ports_,
      .files = files_,
      .role_to_assume = settings_.role_to_assume,
      .sts = [this](const std::string& wanted) -> StsAddress {
        const std::string region = wanted.empty() ? sts_region() : wanted;
        return {.url = endpoint_in(Service::sts, region), .region = region};
      }};
  Credentials found = find_credentials(chain);
  ports_.on_detail("AWS credentials come from " + found.source);
  return found;
}

const Credentials& Session::credentials() {
  using std::chrono::seconds;
  if (!credentials_) credentials_ = find();
  // Shortly before they expire, so that no call is begun with stale ones.
  const bool stale = credentials_->expires &&
                     *credentials_->expires - client_.now() < seconds{60};
  if (stale && credentials_->refreshable) credentials_ = find();
  return *credentials_;
}

bool Session::has_credentials(std::string& why_not) {
  try {
    credentials();
    return true;
  } catch (const Interrupted&) {
    throw;
  } catch (const Error& error) {
    why_not = describe(error);
    return false;
  }
}

bool Session::renew() {
  if (!credentials_->refreshable) return false;
  ports_.on_detail("the credentials have expired; asking for new ones");
  credentials_ = find();
  return true;
}

std::string Session::credentials_source() const {
  return credentials_ ? credentials_->source : "";
}

const std::string& Session::caller_account() {
  if (account_.empty())
    account_ = get_caller_identity(client_, {.url = endpoint(Service::sts),
                                             .region = sts_region()})
                   .account;
  return account_;
}

}  // namespace ecr_version::aws
