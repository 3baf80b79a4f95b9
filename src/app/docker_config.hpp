// Docker's own configuration file, as far as a login needs it.
//
// A login is put into the text, and every other byte stays: the file is the
// user's, with their indents and keys of other tools. Who keeps a registry's
// credentials is looked up as Docker does: credHelpers, then credsStore, then
// the file itself (docker/cli, cli/config/configfile).
#pragma once

#include <string>
#include <string_view>

namespace ecr_version::app {

// The helper that keeps the host's credentials: "ecr-login", "desktop"; "" for
// the file itself. `of_this_host`: named under credHelpers for the host alone.
struct CredentialHelper {
  std::string name;
  bool of_this_host = false;
};

// Throws Error when `config` (which may be empty) is no JSON object.
CredentialHelper credential_helper(std::string_view config,
                                   const std::string& host);

// The text with auths[host] = {"auth": base64 of "user:password"}. Throws as
// above.
std::string with_login(std::string_view config, const std::string& host,
                       const std::string& user, const std::string& password);

}  // namespace ecr_version::app
