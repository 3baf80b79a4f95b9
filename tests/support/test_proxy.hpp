// A forward proxy for CONNECT, over real sockets: it tunnels, or refuses as
// told. One thread a connection, all joined.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ecr_version::tests {

class TestProxy {
 public:
  // `refusal`: the status line's rest ("407 Proxy Authentication Required")
  // to answer with instead of a tunnel; "" tunnels.
  explicit TestProxy(std::string refusal = "");
  ~TestProxy();
  TestProxy(const TestProxy&) = delete;
  TestProxy& operator=(const TestProxy&) = delete;

  int port() const { return port_; }
  std::vector<std::string> requests() const;  // heads, as they came

 private:
  void accept_all();
  void serve(int client);

  std::string refusal_;
  int port_ = 0;  // before the listener, which sets it
  int listener_ = -1;
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace ecr_version::tests
