// One registry, one region, one identity: what every call to AWS shares.
//
// Nothing is asked of the network by the constructor; credentials are looked
// for at the first call that needs them, and kept. `plan` without credentials
// therefore costs nothing until it asks.
#pragma once

#include "aws/credentials.hpp"
#include "aws/endpoint.hpp"
#include "aws/profile.hpp"
#include "aws/registry.hpp"
#include "net/retrier.hpp"

#include <memory>
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
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Registry& registry() const { return registry_; }
  // Throws UsageError that says where a region can come from.
  const std::string& region();
  // An endpoint override or literal host is in force: not AWS itself.
  bool overridden() const;

  // Looked for once. Throws Error when there are none, or the source that is
  // configured is broken.
  const Credentials& credentials();
  // Whether any source has credentials; false also when asking failed, and
  // `why_not` then has the message.
  bool has_credentials(std::string& why_not);
  // After ExpiredToken: true when the same source gave new ones.
  bool refresh_credentials();
  // Where they come from, for messages; "" before they are looked for.
  std::string credentials_source() const;

  // The account the credentials belong to (sts:GetCallerIdentity, which needs
  // no permission). Asked once.
  const std::string& caller_account();

  std::string endpoint(Service service);
  // The time by AWS's clock, as its answers have shown it.
  Time now() const;
  void set_skew(std::chrono::milliseconds skew) { skew_ = skew; }
  std::chrono::milliseconds skew() const { return skew_; }

  net::Retrier& retrier() { return retrier_; }
  const Ports& ports() const { return ports_; }

 private:
  std::optional<std::string> override_of(Service service) const;

  Settings settings_;
  Ports ports_;
  ProfileFiles files_;
  std::string profile_;
  Registry registry_;
  std::string region_;
  std::optional<Credentials> credentials_;
  std::string account_;
  std::chrono::milliseconds skew_{0};
  net::Retrier retrier_;
};

}  // namespace ecr_version::aws
