// An HTTP server that answers as it was told, byte for byte, over real sockets.
//
// Each request takes the next step of the script; a request beyond the script
// is answered 599 and counts. Nothing here sleeps: a step that holds keeps its
// connection open until the client goes or the server is destroyed, which joins
// every thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ecr_version::tests {

enum class Then {
  keep,   // the connection open for the next request
  close,  // it, as a polite server does
  reset,  // it, with a TCP reset
  hold,   // it open without another byte
};

struct Step {
  std::string answer;
  Then then = Then::keep;
};

// "HTTP/1.1 STATUS X\r\nContent-Length: ...\r\nHEADERS\r\n\r\nBODY".
// `headers`: lines, each with its "\r\n".
std::string http_answer(int status, const std::string& body,
                        const std::string& headers = "");

// A socket's reading and writing, so that TLS can stand in between.
struct Wire {
  std::function<long(char*, std::size_t)> read;
  std::function<void(const std::string&)> write;
};

class ScriptedServer {
 public:
  // `wrap` turns an accepted socket into a Wire; nullptr wire: no handshake.
  using Wrap = std::function<std::shared_ptr<Wire>(int socket)>;

  explicit ScriptedServer(std::vector<Step> script, Wrap wrap = nullptr);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  std::string url() const;
  // Whole requests as they came, in order.
  std::vector<std::string> requests() const;
  int connections() const { return connections_; }
  // Requests that found the script at its end.
  int unscripted() const;

 private:
  void accept_all();
  void serve(int socket);
  Step next(const std::string& request);

  std::vector<Step> script_;
  Wrap wrap_;
  int port_ = 0;  // before the listener, which sets it
  int listener_ = -1;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::size_t next_ = 0;
  int unscripted_ = 0;
  std::vector<std::string> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// A port of this machine on which nobody listens.
int unused_port();

// The listening socket on 127.0.0.1, and its port.
int listen_on_loopback(int& port);

}  // namespace ecr_version::tests
