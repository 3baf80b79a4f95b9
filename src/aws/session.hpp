// One registry, one region, one identity: what every call to AWS shares.
//
// Nothing is asked of the network by the constructor; credentials are looked
// for at the first call that needs them, and kept. `plan` without credentials
// therefore costs nothing until it asks.
#pragma once

#include "aws/client.hpp"
#include "aws/credentials.hpp"
#include "aws/endpoint.hpp"
#include "aws/profile.hpp"
#include "aws/registry.hpp"

#include <optional>
#include <string>

namespace ecr_version::aws {

// What inputs and configuration say; "" where they say nothing. A `region` that
// differs from the one in the host wins, with a notice: whether both stand at
// one level (which is an error) is for the caller to know.
struct Settings {
  std::string registry;
  std::string region;
  std::string role_to_assume;  // ARN
};

class Session {
 public:
  // Throws UsageError for a registry that is none, Error for broken profile
  // files.
  Session(Settings settings, Ports ports);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Registry& registry() const { return registry_; }
  // Throws UsageError that says where a region can come from.
  const std::string& region();
  // The service's endpoint is not AWS's own: a stand-in, or a VPC endpoint.
  bool overridden(Service service) const;
  std::string endpoint(Service service);

  // Looked for once. Throws Error when there are none, or the source that is
  // configured is broken.
  const Credentials& credentials();
  // Whether there are any; where not, `why_not` has the message.
  bool has_credentials(std::string& why_not);
  // Where they come from, for messages; "" before they are looked for.
  std::string credentials_source() const;

  // The account the credentials belong to (sts:GetCallerIdentity, which needs
  // no permission). Asked once.
  const std::string& caller_account();

  Client& client() { return client_; }
  const Ports& ports() const { return ports_; }

 private:
  std::string endpoint_in(Service service, const std::string& region);
  std::string sts_region();
  Credentials find();
  bool renew();

  Settings settings_;
  Ports ports_;
  ProfileFiles files_;
  std::string profile_;
  Registry registry_;
  std::string region_;
  std::optional<Credentials> credentials_;
  std::string account_;
  Client client_;
};

}  // namespace ecr_version::aws
