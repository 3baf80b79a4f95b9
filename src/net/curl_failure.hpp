// Why libcurl got no answer, in words a user can act upon, and whether asking
// again can help.
//
// A refused certificate or a proxy that wants a password will not change in a
// second; everything that a network does by itself may.
#pragma once

#include "net/http.hpp"
#include "net/proxy.hpp"

#include <string>

namespace ecr_version::net {

struct CurlFailure {
  int code = 0;            // a CURLcode
  std::string detail;      // libcurl's error buffer; may be empty
  std::string host;        // asked, with its port when unusual
  Proxy proxy;             // used; without a URL when none
  long proxy_status = 0;   // what the proxy answered to CONNECT; 0: nothing
  std::string ca_file;     // trusted, for the message
  long long received = 0;  // bytes of the body that came
};

NoAnswer no_answer(const CurlFailure& failure);

}  // namespace ecr_version::net
