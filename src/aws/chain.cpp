#include "aws/chain.hpp"

#include "base/error.hpp"

#include <unistd.h>

namespace ecr_version::aws {

Credentials find_credentials(const Chain& chain) {
  if (auto found = role_credentials(chain)) return *found;
  if (auto found = environment_credentials(chain.ports)) return *found;
  if (auto found = profile_credentials(chain)) return *found;
  if (auto found = web_identity_credentials(chain)) return *found;
  if (auto found = container_credentials(chain.ports)) return *found;
  std::string hint;
  if (auto found = instance_credentials(chain.ports, hint)) return *found;
  if (!hint.empty()) hint = "; " + hint;
  throw Error(
      std::string(
          "no AWS credentials found: not in the environment "
          "(AWS_ACCESS_KEY_ID), a profile, AWS_WEB_IDENTITY_TOKEN_FILE, a "
          "container or an instance; in a workflow, set the input "
          "role-to-assume and `permissions: id-token: write`, or run "
          "aws-actions/configure-aws-credentials before this step; on a "
          "laptop, set AWS_PROFILE, after `aws sso login` where that needs "
          "it") +
      hint);
}

bool runs_in_container(const Environment& env) {
  if (env.is_true("GITHUB_ACTIONS") && env.get("HOME") == "/github/home")
    return true;
  return ::access("/.dockerenv", F_OK) == 0;
}

}  // namespace ecr_version::aws
