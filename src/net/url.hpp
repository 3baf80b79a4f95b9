// URLs taken apart (RFC 3986), as far as http and https need it.
//
// Path and query are kept exactly as written: what is signed must be what is
// sent. User information (user:password@) is dropped from everything that can
// be printed.
#pragma once

#include <string>
#include <string_view>

namespace ecr_version::net {

struct Url {
  std::string scheme;     // "http" or "https"
  std::string user_info;  // "user:password", still encoded; a secret
  std::string host;       // lower-case; an IPv6 address without its brackets
  int port = 0;           // the scheme's own when none is written
  std::string path;       // starts with '/'
  std::string query;      // without the '?'

  bool has_default_port() const;
  // The Host header: "host", or "host:port" when the port is not the default.
  std::string authority() const;
  // scheme://authority/path?query, without user information.
  std::string text() const;
};

// `what` names it in the error ("AWS_ENDPOINT_URL_ECR"). Throws Error for what
// is no absolute http or https URL, has white space, a control character or a
// fragment.
Url parse_url(std::string_view text, std::string_view what);

// Every byte but A-Z a-z 0-9 - _ . ~ and those of `keep` as %XX, upper-case.
std::string percent_encode(std::string_view text, std::string_view keep = "");

// "name=value" pairs joined by '&', both encoded: a form or a query.
class Form {
 public:
  Form& add(std::string_view name, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// "localhost", or an address literal of 127/8 or ::1.
bool is_loopback_host(std::string_view host);

}  // namespace ecr_version::net
