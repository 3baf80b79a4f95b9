#include "aws/process.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/http.hpp"

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

namespace ecr_version::aws {
namespace {

constexpr std::size_t most_output = 64 * 1024;

// Both ends of a pipe, closed when they go.
struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw Error(fmt::format("making a pipe: {}", std::strerror(errno)));
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

pid_t spawn(const std::vector<std::string>& words, const Pipe& out,
            const Pipe& err) {
  std::vector<char*> arguments;
  for (const std::string& word : words)
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): exec's interface
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], 2);
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, arguments[0], &actions, nullptr,
                                     arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0)
    throw Error(fmt::format("starting {}: {}", one_line(words.front()),
                            std::strerror(failure)));
  return child;
}

int exit_code(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Reads once from `end`; false at its end.
bool read_some(Pipe& pipe, std::string& into) {
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(pipe.ends[0], buffer.data(), buffer.size());
  if (size < 0) return errno == EINTR;
  into.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0;
}

void read_both(Pipe& out, Pipe& err, ProcessResult& result,
               const std::function<bool()>& interrupted) {
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    // A negative descriptor is skipped by poll.
    std::array<pollfd, 2> waits{pollfd{out.ends[0], POLLIN, 0},
                                pollfd{err.ends[0], POLLIN, 0}};
    constexpr int signal_check_ms = 200;
    const int ready = ::poll(waits.data(), waits.size(), signal_check_ms);
    if (interrupted())
      throw net::Interrupted("interrupted while credential_process ran");
    if (ready <= 0) continue;
    if (waits[0].revents != 0 && !read_some(out, result.output))
      out.close_end(0);
    if (waits[1].revents != 0 && !read_some(err, result.errors))
      err.close_end(0);
    if (result.output.size() + result.errors.size() > most_output)
      throw Error("credential_process printed more than 64 KiB");
  }
}

}  // namespace

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool has_next = i + 1 < line.size();
    // Between double quotes a backslash is one only before these.
    const bool escapes =
        c == '\\' && has_next && quote != '\'' &&
        (quote == 0 || line[i + 1] == '"' || line[i + 1] == '\\' ||
         line[i + 1] == '$' || line[i + 1] == '`');
    if (escapes) {
      word += line[++i];
      in_word = true;
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0)
    throw Error(
        fmt::format("credential_process has a {} that is not closed", quote));
  if (in_word) words.push_back(std::move(word));
  return words;
}

ProcessResult run_process(const std::vector<std::string>& words,
                          const std::function<bool()>& interrupted) {
  if (words.empty()) throw Error("credential_process is empty");
  Pipe out;
  Pipe err;
  const pid_t child = spawn(words, out, err);
  out.close_end(1);
  err.close_end(1);
  ProcessResult result;
  try {
    read_both(out, err, result, interrupted);
  } catch (...) {
    ::kill(child, SIGTERM);
    exit_code(child);
    throw;
  }
  result.exit_code = exit_code(child);
  return result;
}

}  // namespace ecr_version::aws
