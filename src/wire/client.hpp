// A client of git's protocol version 2 over HTTP, for fetching alone.
//
// The URL is the caller's, from GITHUB_SERVER_URL, never one that a clone's
// configuration names: the token goes to that host, in a header that no
// redirect carries on, because none is followed. The server is not trusted:
// every answer is bounded in bytes and time, and what is no whole, well-formed
// answer is an Error or, where it may pass, asked for again.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "net/http.hpp"
#include "net/retrier.hpp"
#include "wire/capabilities.hpp"
#include "wire/request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::wire {

struct Remote {
  std::string url;  // "https://github.com/owner/repository"
  Secret token;     // may be empty: a public repository needs none
  // Of all answers together. A server that cannot filter sends every file's
  // content, which has its own, lower bound.
  std::uint64_t most_bytes = std::uint64_t{1} << 30;
  std::uint64_t most_bytes_unfiltered = std::uint64_t{256} << 20;
};

// Takes one pack. begin() is called before its first byte, and again when an
// attempt failed and the pack starts anew: what came before is then void.
class PackTaker {
 public:
  virtual ~PackTaker() = default;
  virtual void begin() = 0;
  virtual void add(std::string_view bytes) = 0;
};

struct FetchResult {
  std::vector<std::string> shallow;    // commits that became boundaries
  std::vector<std::string> unshallow;  // and that no longer are
  std::uint64_t pack_bytes = 0;
};

// What the server was asked and sent so far, failed attempts included.
struct Usage {
  int requests = 0;
  std::uint64_t bytes = 0;  // of answers' bodies
};

class Client {
 public:
  Client(net::Transport& transport, Clock clock, Remote remote);

  // What the server can; asked once. Each of these three throws Error that
  // says what was asked, what came back and the remedy.
  const Capabilities& capabilities();
  // The references whose names begin with one of `prefixes`.
  std::vector<Ref> refs(const std::vector<std::string>& prefixes);
  // Throws UnknownObject when the server has not what is wanted.
  FetchResult fetch(const FetchRequest& request, PackTaker& taker);

  const Usage& usage() const { return usage_; }
  std::string printable_url() const;  // without user information

  // Checked between attempts; throws Interrupted once it answers true.
  std::function<bool()> interrupted = [] { return false; };

 private:
  struct Attempt;
  net::Request prepare(const std::string& method, const std::string& path);
  void exchange(const std::string& purpose, Attempt& attempt);
  void count(std::size_t bytes);

  net::Transport& transport_;
  Clock clock_;
  Remote remote_;
  std::optional<Capabilities> capabilities_;
  Usage usage_;
};

// A wanted object that the server does not have or does not give.
struct UnknownObject : Error {
  using Error::Error;
};

}  // namespace ecr_version::wire
