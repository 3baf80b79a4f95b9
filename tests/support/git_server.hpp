// The real git server on loopback (git_http_server.py), for as long as this
// object lives. Its repositories are the folders of a directory.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ecr_version::tests {

class GitServer {
 public:
  GitServer(const std::filesystem::path& root,
            const std::vector<std::string>& options = {});
  ~GitServer();
  GitServer(const GitServer&) = delete;
  GitServer& operator=(const GitServer&) = delete;

  const std::string& url() const { return url_; }  // "http://127.0.0.1:PORT"
  // One JSON object a line, as the script's help describes it.
  std::vector<std::string> requests() const;

 private:
  std::string url_;
  std::filesystem::path log_;
  pid_t process_ = -1;
  int input_ = -1;  // the server ends when this is closed
};

}  // namespace ecr_version::tests
