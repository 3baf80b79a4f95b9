#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ecr_version::tests {
namespace {

Wire plain_wire(int socket) {
  return {.read =
              [socket](char* data, std::size_t size) {
                return static_cast<long>(::recv(socket, data, size, 0));
              },
          .write =
              [socket](const std::string& text) {
                std::size_t sent = 0;
                while (sent < text.size()) {
                  const auto size = ::send(socket, text.data() + sent,
                                           text.size() - sent, MSG_NOSIGNAL);
                  if (size <= 0) return;  // the client has gone
                  sent += static_cast<std::size_t>(size);
                }
              }};
}

// Head and body by Content-Length; "" when the client has gone.
std::string read_request(const Wire& wire) {
  std::string text;
  std::array<char, 4096> buffer{};
  std::size_t wanted = 0;
  while (wanted == 0 || text.size() < wanted) {
    const long size = wire.read(buffer.data(), buffer.size());
    if (size <= 0) return "";
    text.append(buffer.data(), static_cast<std::size_t>(size));
    const auto head = text.find("\r\n\r\n");
    if (wanted != 0 || head == std::string::npos) continue;
    const auto length = text.find("Content-Length: ");
    wanted = head + 4;
    if (length < head) wanted += std::stoul(text.substr(length + 16));
  }
  return text;
}

void reset(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

int listen_on_loopback(int& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): sockets' way
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
  if (::bind(listener, generic, size) != 0 || ::listen(listener, 64) != 0 ||
      ::getsockname(listener, generic, &size) != 0)
    throw std::runtime_error("the test server cannot listen");
  port = ntohs(address.sin_port);
  return listener;
}

int unused_port() {
  int port = 0;
  ::close(listen_on_loopback(port));
  return port;
}

std::string http_answer(int status, const std::string& body,
                        const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

ScriptedServer::ScriptedServer(std::vector<Step> script, Wrap wrap)
    : script_(std::move(script)),
      wrap_(std::move(wrap)),
      listener_(listen_on_loopback(port_)),
      acceptor_([this] { accept_all(); }) {}

ScriptedServer::~ScriptedServer() {
  ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);  // ends accept()
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

std::string ScriptedServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

int ScriptedServer::unscripted() const {
  const std::lock_guard lock(mutex_);
  return unscripted_;
}

void ScriptedServer::accept_all() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0 || ending_) {
      if (socket >= 0) ::close(socket);
      return;
    }
    ++connections_;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

Step ScriptedServer::next(const std::string& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  if (next_ < script_.size()) return script_[next_++];
  ++unscripted_;
  return {.answer = http_answer(599, "beyond the script")};
}

void ScriptedServer::serve(int socket) {
  // OpenSSL writes without MSG_NOSIGNAL, and the client may have gone.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  std::shared_ptr<Wire> wire =
      wrap_ ? wrap_(socket) : std::make_shared<Wire>(plain_wire(socket));
  while (wire) {
    const std::string request = read_request(*wire);
    if (request.empty()) break;
    const Step step = next(request);
    if (!step.answer.empty()) wire->write(step.answer);
    if (step.then == Then::keep) continue;
    if (step.then == Then::reset) reset(socket);
    if (step.then == Then::hold) read_request(*wire);  // until it goes
    break;
  }
  wire.reset();
  const std::lock_guard lock(mutex_);
  sockets_.erase(std::find(sockets_.begin(), sockets_.end(), socket));
  ::close(socket);
}

}  // namespace ecr_version::tests
