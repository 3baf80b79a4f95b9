// Which proxy and which CA certificates a request uses, from the environment,
// as the AWS SDKs decide it.
//
// Lower-case variables win over upper-case ones, and HTTP_PROXY counts too
// (libcurl ignores it, for fear of CGI). A proxy's password is a secret: only
// `shown` is ever printed.
#pragma once

#include "base/env.hpp"

#include <string>
#include <string_view>

namespace ecr_version::net {

struct Proxy {
  std::string url;       // "" for none; may hold a password
  std::string shown;     // host:port
  std::string variable;  // where it was set: "HTTPS_PROXY"
};

// The proxy for a request to scheme://host, NO_PROXY left to `no_proxy`.
Proxy proxy_for(const Environment& env, std::string_view scheme);
// The value of no_proxy or NO_PROXY; "".
std::string no_proxy(const Environment& env);

struct CaBundle {
  std::string file;       // "" for none
  std::string directory;  // "" for none
};

// AWS_CA_BUNDLE, else SSL_CERT_FILE and SSL_CERT_DIR where they exist, else the
// place below `root` where Debian, RHEL, Alpine or SUSE keep theirs. Throws
// Error when AWS_CA_BUNDLE names what cannot be read.
CaBundle find_ca_bundle(const Environment& env, const std::string& root = "");

}  // namespace ecr_version::net
