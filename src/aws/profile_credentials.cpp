// What a profile says of credentials: keys, a role and who assumes it, a web
// identity, a program, SSO.
#include "aws/chain.hpp"
#include "aws/credential_process.hpp"
#include "aws/metadata.hpp"
#include "aws/sso.hpp"
#include "aws/timestamp.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace ecr_version::aws {
namespace {

class Resolver {
 public:
  explicit Resolver(const Chain& chain) : chain_(chain) {}

  // nullopt: the profile says nothing of credentials.
  std::optional<Credentials> resolve(const std::string& name) {
    const Properties* const found = chain_.files.profile(name);
    if (found == nullptr) throw Error(missing(name));
    const Properties& profile = *found;
    const bool first = path_.empty();
    path_.push_back(name);
    // Behind another profile, keys come before a role of their own.
    if (!first)
      if (auto keys = static_keys(name, profile)) return keys;
    if (property(profile, "role_arn")) return role(name, profile);
    if (property(profile, "web_identity_token_file"))
      throw Error(fmt::format(
          "profile {} has web_identity_token_file but no role_arn", name));
    if (property(profile, "sso_session") || property(profile, "sso_start_url"))
      return sso_credentials(chain_.ports, chain_.files, name, profile);
    if (auto keys = static_keys(name, profile)) return keys;
    if (const auto line = property(profile, "credential_process"))
      return process(name, *line);
    if (property(profile, "login_session"))
      throw Error(fmt::format(
          "profile {} signs in by `aws login`, which is not supported here: "
          "run "
          "`eval \"$(aws configure export-credentials --profile {} --format "
          "env)\"` first",
          name, name));
    return std::nullopt;
  }

 private:
  std::string missing(const std::string& name) const {
    if (!path_.empty())
      return fmt::format(
          "profile {} names the source_profile {}, which does "
          "not exist",
          path_.back(), one_line(name));
    return fmt::format(
        "the profile {} (AWS_PROFILE) is neither in ~/.aws/config nor in "
        "~/.aws/credentials{}",
        one_line(name),
        chain_.ports.in_container
            ? ": a container action does not see its host's home, so run "
              "aws-actions/configure-aws-credentials before this step"
            : "");
  }

  static std::optional<Credentials> static_keys(const std::string& name,
                                                const Properties& profile) {
    const auto access = property(profile, "aws_access_key_id");
    const auto secret = property(profile, "aws_secret_access_key");
    if (!access && !secret) return std::nullopt;
    if (!access || !secret)
      throw Error(
          fmt::format("profile {} has {} but not {}", name,
                      access ? "aws_access_key_id" : "aws_secret_access_key",
                      access ? "aws_secret_access_key" : "aws_access_key_id"));
    return Credentials{.access_key = *access,
                       .secret_key = Secret(*secret),
                       .session_token = Secret(
                           property(profile, "aws_session_token").value_or("")),
                       .source = "profile " + name};
  }

  Credentials role(const std::string& name, const Properties& profile) {
    RoleRequest request = request_of(name, profile);
    Credentials credentials;
    if (const auto file = property(profile, "web_identity_token_file")) {
      const std::string token = read_token_file(
          chain_.ports, *file, "web_identity_token_file of profile " + name);
      credentials = assume_role_with_web_identity(
          chain_.ports, address(profile), token, request);
    } else {
      if (property(profile, "mfa_serial"))
        throw Error(fmt::format(
            "profile {} wants an MFA code (mfa_serial), which cannot be asked "
            "for here: run `eval \"$(aws configure export-credentials "
            "--profile {} --format env)\"` first",
            name, name));
      const Credentials by = source(name, profile);
      credentials = assume_role(chain_.ports, address(profile), by, request);
    }
    credentials.source = fmt::format("{} (profile {})", request.role_arn, name);
    credentials.refreshable = true;
    return credentials;
  }

  // Who assumes the role.
  Credentials source(const std::string& name, const Properties& profile) {
    const auto other = property(profile, "source_profile");
    const auto kind = property(profile, "credential_source");
    if (other.has_value() == kind.has_value())
      throw Error(fmt::format(
          "profile {} has role_arn and {} source_profile {} "
          "credential_source: exactly one of them says who assumes the role",
          name, other ? "both" : "neither", other ? "and" : "nor"));
    if (kind) return by_source(name, *kind);
    if (*other == name) {
      if (auto keys = static_keys(name, profile)) return *keys;
      throw Error(fmt::format(
          "profile {} is its own source_profile, but has no keys", name));
    }
    if (std::find(path_.begin(), path_.end(), *other) != path_.end())
      throw Error(
          fmt::format("the profiles' source_profile go round in a "
                      "circle: {} -> {}",
                      join(path_, " -> "), *other));
    if (auto found = resolve(*other)) return *found;
    throw Error(fmt::format(
        "profile {} names the source_profile {}, which has no credentials",
        name, *other));
  }

  Credentials by_source(const std::string& name, const std::string& kind) {
    std::string why_not;
    std::optional<Credentials> found;
    if (kind == "Environment")
      found = environment_credentials(chain_.ports);
    else if (kind == "Ec2InstanceMetadata")
      found = instance_credentials(chain_.ports, why_not);
    else if (kind == "EcsContainer")
      found = container_credentials(chain_.ports);
    else
      throw Error(fmt::format(
          "profile {} has credential_source `{}`: it must be Environment, "
          "Ec2InstanceMetadata or EcsContainer",
          name, one_line(kind, 60)));
    if (found) return *found;
    throw Error(fmt::format(
        "profile {} takes its credentials from {}, which has none{}", name,
        kind, why_not.empty() ? "" : "; " + why_not));
  }

  RoleRequest request_of(const std::string& name,
                         const Properties& profile) const {
    RoleRequest request =
        role_request(chain_.ports, property(profile, "role_arn").value());
    if (const auto text = property(profile, "role_session_name"))
      request.session_name = *text;
    request.external_id = property(profile, "external_id").value_or("");
    if (const auto text = property(profile, "duration_seconds")) {
      const int seconds = number_of(*text).value_or(0);
      if (seconds < 1)
        throw Error(
            fmt::format("profile {}: duration_seconds is no number", name));
      request.duration = std::chrono::seconds(seconds);
    }
    return request;
  }

  StsAddress address(const Properties& profile) const {
    return chain_.sts(property(profile, "region").value_or(""));
  }

  Credentials process(const std::string& name, const std::string& line) const {
    const std::string what = "credential_process of profile " + name;
    ChildResult result = while_doing("running " + what, [&] {
      return run_credential_process(line, chain_.ports.interrupted);
    });
    const Secret output(std::move(result.output));
    if (result.exit_code != 0)
      throw Error(fmt::format("{} ended with {}: {}", what, result.exit_code,
                              one_line(trim(result.errors), 300)));
    json::Value answer;
    try {
      answer = json::parse(output.reveal(), what);
    } catch (const Error&) {
      throw Error(what + " printed what is no JSON");  // and none of it here
    }
    if (answer["Version"].is_null() ||
        answer["Version"].as_integer("Version") != 1)
      throw Error(what + " printed another version of credentials than 1");
    Credentials credentials =
        read_credentials(chain_.ports, answer, "SessionToken", what);
    if (credentials.expires && *credentials.expires < chain_.ports.clock.now())
      throw Error(fmt::format("{} printed credentials that expired at {}", what,
                              iso_time(*credentials.expires)));
    return credentials;
  }

  const Chain& chain_;
  std::vector<std::string> path_;  // of profiles being resolved
};

}  // namespace

std::optional<Credentials> profile_credentials(const Chain& chain) {
  const auto selected = selected_profile(chain.ports.env);
  const std::string name = selected.value_or("default");
  if (!selected && chain.files.profile(name) == nullptr) return std::nullopt;
  return Resolver(chain).resolve(name);
}

}  // namespace ecr_version::aws
