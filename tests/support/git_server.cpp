#include "support/git_server.hpp"

#include "support/source_dir.hpp"

#include <sys/wait.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>

namespace ecr_version::tests {
namespace fs = std::filesystem;

GitServer::GitServer(const fs::path& root,
                     const std::vector<std::string>& options) {
  static int servers = 0;
  log_ =
      fs::temp_directory_path() / ("git-server-" + std::to_string(::getpid()) +
                                   "-" + std::to_string(++servers) + ".log");
  fs::remove(log_);
  std::vector<std::string> words = {
      "python3", (source_dir() / "tests/support/git_http_server.py").string(),
      "--root",  root.string(),
      "--log",   log_.string()};
  words.insert(words.end(), options.begin(), options.end());
  std::array<int, 2> to_server{};
  std::array<int, 2> from_server{};
  // Close-on-exec: another server started meanwhile must not hold our end open.
  if (::pipe2(to_server.data(), O_CLOEXEC) != 0 ||
      ::pipe2(from_server.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(to_server[0], 0);
    ::dup2(from_server[1], 1);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(to_server[0]);
  ::close(from_server[1]);
  input_ = to_server[1];
  char byte = 0;
  while (::read(from_server[0], &byte, 1) == 1 && byte != '\n') url_ += byte;
  ::close(from_server[0]);
  if (url_.empty()) throw std::runtime_error("the git server did not start");
}

GitServer::~GitServer() {
  ::close(input_);
  ::waitpid(process_, nullptr, 0);
  fs::remove(log_);
}

std::vector<std::string> GitServer::requests() const {
  std::ifstream log(log_);
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);) lines.push_back(line);
  return lines;
}

}  // namespace ecr_version::tests
