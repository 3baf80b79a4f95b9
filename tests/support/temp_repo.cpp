#include "support/temp_repo.hpp"

#include "support/git_server.hpp"

#include <sys/wait.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace ecr_version::tests {
namespace fs = std::filesystem;
namespace {

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Serves all repositories of this process from the first clone on.
const GitServer& server() {
  static const GitServer all(fs::temp_directory_path());
  return all;
}

}  // namespace

std::string run_program(const std::vector<std::string>& arguments,
                        const fs::path& directory,
                        const std::map<std::string, std::string>& environment,
                        const std::string& input) {
  // Files rather than pipes: nothing can wait for the other end.
  const TempDir files;
  files.write("in", input);
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) {
    variables.push_back(name + "=" + value);
  }
  const char* path = std::getenv("PATH");
  variables.push_back(std::string("PATH=") + (path != nullptr ? path : ""));
  std::vector<char*> argv;
  for (const std::string& one : arguments) {
    argv.push_back(const_cast<char*>(one.c_str()));
  }
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (const std::string& one : variables) {
    envp.push_back(const_cast<char*>(one.c_str()));
  }
  envp.push_back(nullptr);
  const std::string in = files.path() / "in";
  const std::string out = files.path() / "out";
  const std::string err = files.path() / "err";

  const pid_t child = ::fork();
  if (child == 0) {
    const auto open_as = [](const std::string& file, int flags, int number) {
      const int opened = ::open(file.c_str(), flags, 0600);
      if (opened < 0 || ::dup2(opened, number) < 0) ::_exit(126);
    };
    open_as(in, O_RDONLY, STDIN_FILENO);
    open_as(out, O_WRONLY | O_CREAT, STDOUT_FILENO);
    open_as(err, O_WRONLY | O_CREAT, STDERR_FILENO);
    if (::chdir(directory.c_str()) != 0) ::_exit(126);
    ::execvpe(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) {
    std::string command;
    for (const std::string& one : arguments) command += one + " ";
    throw std::runtime_error(command + "failed: " + contents(err));
  }
  std::string text = contents(out);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// In a file rather than in the environment, of which the server's side of
// a clone sees nothing else.
void TempRepo::write_configuration() const {
  directory_.write(".gitconfig",
                   "[safe]\n\tdirectory = *\n"
                   "[uploadpack]\n\tallowFilter = true\n"
                   "\tallowAnySHA1InWant = true\n"
                   "[gc]\n\tauto = 0\n"
                   "[advice]\n\tdetachedHead = false\n");
}

TempRepo::TempRepo() : path_(directory_.path() / "repo") {
  write_configuration();
  fs::create_directories(path_);
  git({"init", "-q", "-b", "main"});
}

TempRepo::TempRepo(const TempRepo& from,
                   const std::vector<std::string>& options)
    : path_(directory_.path() / "repo"), date_(from.date_) {
  write_configuration();
  std::vector<std::string> command = {"git", "clone", "-q"};
  command.insert(command.end(), options.begin(), options.end());
  // Only a path can share its objects.
  const bool shared = std::ranges::find(options, "--shared") != options.end();
  const fs::path place =
      from.path().lexically_relative(fs::temp_directory_path());
  command.push_back(shared ? from.path().string()
                           : server().url() + "/" + place.string());
  command.push_back("repo");
  run_program(command, directory_.path(), environment());
}

std::map<std::string, std::string> TempRepo::environment() const {
  const std::string date = std::to_string(date_) + " +0000";
  return {
      {"HOME", directory_.path()},
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"GIT_AUTHOR_NAME", "A. Author"},
      {"GIT_AUTHOR_EMAIL", "author@example.com"},
      {"GIT_AUTHOR_DATE", date},
      {"GIT_COMMITTER_NAME", "A. Committer"},
      {"GIT_COMMITTER_EMAIL", "committer@example.com"},
      {"GIT_COMMITTER_DATE", date},
      {"LC_ALL", "C"},
  };
}

std::string TempRepo::git(const std::vector<std::string>& arguments,
                          const std::string& input) const {
  std::vector<std::string> command = {"git"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_program(command, path_, environment(), input);
}

std::string TempRepo::commit(const std::map<std::string, std::string>& files,
                             const std::string& message) {
  for (const auto& [name, content] : files) {
    if (content.empty()) {
      fs::remove_all(path_ / name);
      continue;
    }
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  git({"add", "-A"});
  git({"commit", "-q", "--allow-empty", "--allow-empty-message",
       "--cleanup=verbatim", "-F", "-"},
      message);
  date_ += 60;
  return head();
}

std::string TempRepo::merge(const std::vector<std::string>& branches,
                            const std::string& message) {
  std::vector<std::string> command = {"merge", "-q", "--no-ff", "-m", message};
  if (branches.size() == 1) {
    command.insert(command.end(), {"-X", "ours"});
  }
  command.insert(command.end(), branches.begin(), branches.end());
  git(command);
  date_ += 60;
  return head();
}

}  // namespace ecr_version::tests
