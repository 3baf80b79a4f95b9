#include "support/test_proxy.hpp"

#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace ecr_version::tests {
namespace {

void send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const auto sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  return socket;
}

// Both ways, until one side ends.
void relay(int one, int other) {
  std::array<char, 4096> buffer{};
  while (true) {
    std::array<pollfd, 2> waits{pollfd{one, POLLIN, 0},
                                pollfd{other, POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0) return;
    for (std::size_t side = 0; side < 2; ++side) {
      if (waits[side].revents == 0) continue;
      const auto size = ::recv(waits[side].fd, buffer.data(), buffer.size(), 0);
      if (size <= 0) return;
      send_all(waits[1 - side].fd, buffer.data(),
               static_cast<std::size_t>(size));
    }
  }
}

}  // namespace

TestProxy::TestProxy(std::string refusal)
    : refusal_(std::move(refusal)),
      listener_(listen_on_loopback(port_)),
      acceptor_([this] { accept_all(); }) {}

TestProxy::~TestProxy() {
  ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

std::vector<std::string> TestProxy::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void TestProxy::accept_all() {
  while (true) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0 || ending_) {
      if (client >= 0) ::close(client);
      return;
    }
    const std::lock_guard lock(mutex_);
    sockets_.push_back(client);
    threads_.emplace_back([this, client] { serve(client); });
  }
}

void TestProxy::serve(int client) {
  std::string head;
  std::array<char, 1> byte{};
  while (head.find("\r\n\r\n") == std::string::npos &&
         ::recv(client, byte.data(), 1, 0) == 1)
    head += byte[0];
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(head);
  }
  // Whatever name is asked for, it is this machine: names need no resolver.
  const auto colon = head.find(':');
  if (head.starts_with("CONNECT ") && refusal_.empty()) {
    const int target = connect_to(std::stoi(head.substr(colon + 1)));
    const std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
    send_all(client, answer.data(), answer.size());
    relay(client, target);
    ::close(target);
  } else if (!head.empty()) {
    const std::string answer = "HTTP/1.1 " + refusal_ +
                               "\r\nContent-Length: 0\r\nConnection: close"
                               "\r\n\r\n";
    send_all(client, answer.data(), answer.size());
  }
  const std::lock_guard lock(mutex_);
  sockets_.erase(std::find(sockets_.begin(), sockets_.end(), client));
  ::close(client);
}

}  // namespace ecr_version::tests
