// Small questions to what stands near: the job's OIDC issuer, a container's
// credentials service, an instance's metadata service, SSO's portal.
//
// None is signed. A message about one never shows its answer: it may be a
// secret.
#pragma once

#include "aws/credentials.hpp"
#include "base/json.hpp"
#include "net/retry.hpp"

#include <string>
#include <string_view>

namespace ecr_version::aws {

enum class AskAgain {
  when_transient,
  on_any_failure,  // the service is known to refuse at first
};

// The last of at most `attempts` outcomes.
net::Outcome ask(const Ports& ports, const net::Request& request, int attempts,
                 AskAgain when = AskAgain::when_transient);

// "HTTP 404", or why there was none.
std::string shown(const net::Outcome& outcome);

// {"AccessKeyId", "SecretAccessKey", TOKEN_NAME, "Expiration"}, announced.
// Throws Error that names `what`, and shows nothing of it.
Credentials read_credentials(const Ports& ports, const json::Value& answer,
                             const char* token_name, const std::string& what);

// A token in a file, without its line end. Throws Error that says what a
// container cannot see.
std::string read_token_file(const Ports& ports, const std::string& path,
                            std::string_view variable);

}  // namespace ecr_version::aws
