// The Transport over libcurl: one multi handle, at most fifty requests at once
// over connections that are kept, on the caller's thread.
//
// Proxies and CA certificates come from the environment given, not from the
// process's: libcurl itself would ignore HTTP_PROXY and AWS_CA_BUNDLE. No
// redirect is ever followed: an AWS API does not redirect, and a signed request
// must not wander.
#pragma once

#include "base/env.hpp"
#include "net/http.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ecr_version::net {

// One attempt as it went, for RUNNER_DEBUG. No header, body or query in it.
struct Exchange {
  std::string method;
  std::string host;
  std::string label;  // the request's
  int attempt = 1;
  int status = 0;          // 0: no answer
  std::string request_id;  // x-amzn-requestid or x-github-request-id
  std::string failure;     // why there was no answer
  std::chrono::milliseconds duration{0};
};

// What a run cost, for benchmarks and `--json` diagnostics.
struct Traffic {
  std::int64_t requests = 0;
  std::int64_t connections = 0;
  std::int64_t bytes_sent = 0;      // bodies
  std::int64_t bytes_received = 0;  // bodies
};

struct TransportOptions {
  Environment env;
  std::string user_agent = "ecr-version";
  std::size_t most_at_once = 50;
  std::function<void(const Exchange&)> observe;  // may be empty
  std::function<bool()> interrupted;             // may be empty
};

class CurlTransport : public Transport {
 public:
  // Throws Error when AWS_CA_BUNDLE names a file that cannot be read.
  explicit CurlTransport(TransportOptions options);
  ~CurlTransport() override;

  void start(Request request, Done done) override;
  // Throws Interrupted once `interrupted` answers true.
  void wait(std::chrono::milliseconds most) override;
  bool busy() const override;
  void abandon() override;

  const Traffic& traffic() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ecr_version::net
