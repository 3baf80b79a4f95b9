// HTTP as values, and the seam behind which libcurl stands.
//
// Any answer, 404 and 503 too, is a Response; only "no answer" is NoAnswer.
// Nothing here repeats a request: that is net/retrier. Requests are started,
// and their answers handed out by wait(), so that a hundred run at once on one
// thread; send() is both for a single one.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ecr_version::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Takes the body in pieces as it arrives; returning false aborts.
using Sink = std::function<bool(std::string_view piece)>;

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  std::chrono::milliseconds connect_timeout{5000};
  // Of the whole attempt; 0 is none, but a stalled one (30 s) ends anyway.
  std::chrono::milliseconds timeout{30000};
  std::size_t most_bytes = std::size_t{64} << 20;  // of the answer's body
  bool use_proxy = true;    // metadata services on link-local addresses: false
  bool allow_http = false;  // plain http is refused unless this is set
  // On a kept connection that turns out dead libcurl sends again by itself: a
  // write whose answer was lost would then pass for a first try.
  bool fresh_connection = false;
  Sink sink;          // takes a 2xx answer's body instead of Response::body
  std::string label;  // what it is for ("DescribeImages"), for the observer
  int attempt = 1;    // for the observer
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
  std::chrono::milliseconds duration{0};  // from the sending to the last byte

  // The first header of that name, in any letter case; "" when absent.
  std::string_view header(std::string_view name) const;
};

// No answer came: name resolution, connection, TLS, a cut body, a time-out.
struct NoAnswer : Error {
  NoAnswer(const std::string& message, bool may_pass)
      : Error(message), transient(may_pass) {}
  bool transient;  // false for what will not change: a refused certificate
};

using Outcome = std::variant<Response, NoAnswer>;

// Abstract so that tests can answer without a network. For one thread.
class Transport {
 public:
  using Done = std::function<void(Outcome)>;

  virtual ~Transport() = default;
  // Begins a request. `done` is called once, from a later wait(), never from
  // here; it may start further requests, and even wait for them.
  virtual void start(Request request, Done done) = 0;
  // Hands out what was answered, waiting for the first of it at most so long.
  // Returns at once when nothing is under way.
  virtual void wait(std::chrono::milliseconds most) = 0;
  virtual bool busy() const = 0;
  // Forgets all that is under way; no `done` of it is called any more.
  virtual void abandon() = 0;

  // One request to its end. Throws NoAnswer.
  Response send(const Request& request);
};

}  // namespace ecr_version::net
