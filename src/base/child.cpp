#include "base/child.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/core.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;  // NOLINT: POSIX

namespace ecr_version {
namespace {

constexpr std::size_t most_output = 64 * 1024;

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
          const Pipe& out, const Pipe& err, pid_t& child) {
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
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], 2);
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

// Reads once; closes the pipe at its end.
void read_some(Pipe& pipe, std::string& into) {
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(pipe.ends[0], buffer.data(), buffer.size());
  if (size > 0) into.append(buffer.data(), static_cast<std::size_t>(size));
  if (size == 0 || (size < 0 && errno != EINTR)) pipe.close_end(0);
}

void read_both(Pipe& out, Pipe& err, const std::string& program,
               const std::function<bool()>& interrupted, ChildResult& result) {
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    // A negative descriptor is skipped by poll.
    std::array<pollfd, 2> waits{pollfd{out.ends[0], POLLIN, 0},
                                pollfd{err.ends[0], POLLIN, 0}};
    constexpr int signal_check_ms = 200;
    const int ready = ::poll(waits.data(), waits.size(), signal_check_ms);
    if (interrupted && interrupted()) {
      throw Interrupted("interrupted while " + program + " ran");
    }
    if (ready <= 0) continue;
    if (waits[0].revents != 0) read_some(out, result.output);
    if (waits[1].revents != 0) read_some(err, result.errors);
    if (result.output.size() + result.errors.size() > most_output) {
      throw Error(program + " printed more than 64 KiB");
    }
  }
}

int exit_code(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::optional<ChildResult> run_child(const std::vector<std::string>& words,
                                     const std::string& input,
                                     const std::function<bool()>& interrupted) {
  const std::string program = one_line(words.at(0));
  Pipe in;
  Pipe out;
  Pipe err;
  pid_t child = 0;
  const int failure = spawn(words, in, out, err, child);
  if (failure == ENOENT) return std::nullopt;
  if (failure != 0) {
    throw Error(
        fmt::format("starting {}: {}", program, std::strerror(failure)));
  }
  in.close_end(0);
  out.close_end(1);
  err.close_end(1);
  write_all(in.ends[1], input);
  in.close_end(1);
  ChildResult result;
  try {
    read_both(out, err, program, interrupted, result);
  } catch (...) {
    ::kill(child, SIGTERM);
    exit_code(child);
    throw;
  }
  result.exit_code = exit_code(child);
  return result;
}

}  // namespace ecr_version
