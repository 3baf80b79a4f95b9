#include "app/child.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;  // NOLINT: POSIX

namespace ecr_version::app {
namespace {

// Both ends of a pipe, closed when they go.
struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw Error(fmt::format("making a pipe: {}", std::strerror(errno)));
    }
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

// 0, or the errno of what went wrong.
int spawn(const std::vector<std::string>& words, const Pipe& in,
          const Pipe& out, pid_t& child) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): exec's interface
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 2);
  // We ignore SIGPIPE; a child that inherited that would misbehave.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t reset;
  sigemptyset(&reset);
  sigaddset(&reset, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &reset);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int failure = ::posix_spawnp(&child, arguments[0], &actions,
                                     &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

// A child that does not want its input is none of our errors.
void write_all(int end, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t size =
        ::write(end, text.data() + written, text.size() - written);
    if (size < 0 && errno != EINTR) return;
    if (size > 0) written += static_cast<std::size_t>(size);
  }
}

std::string read_all(int end) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t size = ::read(end, buffer.data(), buffer.size());
    if (size == 0 || (size < 0 && errno != EINTR)) return text;
    if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

std::optional<ChildResult> run_child(const std::vector<std::string>& words,
                                     const std::string& input) {
  Pipe in;
  Pipe out;
  pid_t child = 0;
  const int failure = spawn(words, in, out, child);
  if (failure == ENOENT) return std::nullopt;
  if (failure != 0) {
    throw Error(fmt::format("starting {}: {}", one_line(words.front()),
                            std::strerror(failure)));
  }
  in.close_end(0);
  out.close_end(1);
  // A login fits into the pipe, so writing cannot wait for a reader that
  // waits for us.
  write_all(in.ends[1], input);
  in.close_end(1);
  ChildResult result;
  result.output = read_all(out.ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      throw Error(fmt::format("waiting for {}: {}", one_line(words.front()),
                              std::strerror(errno)));
    }
  }
  result.exit_code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace ecr_version::app
