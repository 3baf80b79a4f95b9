// HTTP as values, and the seam behind which libcurl stands.
//
// Any answer, 404 and 503 too, is a Response; only "no answer" throws
// NoAnswer. Nothing here repeats a request: that is net/retry.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{30000};        // of the whole attempt
  std::size_t most_bytes = std::size_t{64} << 20;  // of the answer's body
  bool use_proxy = true;  // metadata services on link-local addresses: false
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;

  // The first header of that name, in any letter case; "" when absent.
  std::string_view header(std::string_view name) const;
};

// No answer came: name resolution, connection, TLS, a cut body, a time-out.
struct NoAnswer : Error {
  NoAnswer(const std::string& message, bool may_pass)
      : Error(message), transient(may_pass) {}
  bool transient;  // false for what will not change: a refused certificate
};

// Takes the body in pieces as it arrives; returning false aborts.
using Sink = std::function<bool(std::string_view piece)>;

// Abstract so that tests can answer without a network. An implementation may
// be called from several threads at once.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Response send(const Request& request) = 0;
};

}  // namespace ecr_version::net
