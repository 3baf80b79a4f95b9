// A repository made by real git, with fixed authors and dates, blind to the
// configuration of whoever runs the tests.
//
//   TempRepo repo;
//   const std::string first = repo.commit({{"api/main.cpp", "x"}}, "feat: x");
//   repo.git({"checkout", "-q", "-b", "side"});
//   repo.merge({"side"}, "Merge side");
#pragma once

#include "support/temp_dir.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ecr_version::tests {

// What a program printed, without the newline at its end. Throws
// std::runtime_error with its error output when it fails. `environment` is all
// that it sees besides PATH.
std::string run_program(const std::vector<std::string>& arguments,
                        const std::filesystem::path& directory,
                        const std::map<std::string, std::string>& environment,
                        const std::string& input = "");

class TempRepo {
 public:
  TempRepo();  // an empty one, on branch main
  // A clone of another by `git clone` over HTTP, or with --shared by its path.
  TempRepo(const TempRepo& from, const std::vector<std::string>& options);

  const std::filesystem::path& path() const { return path_; }

  // Runs git in it; what it printed.
  std::string git(const std::vector<std::string>& arguments,
                  const std::string& input = "") const;

  // Writes the files ("" removes one) and commits all; the commit's hash.
  std::string commit(const std::map<std::string, std::string>& files,
                     const std::string& message);
  // Merges, with the first branch's files in a conflict; the commit's hash.
  std::string merge(const std::vector<std::string>& branches,
                    const std::string& message);
  std::string head() const { return git({"rev-parse", "HEAD"}); }

  // The next commit's date; each commit is a minute later than the one before.
  void set_date(std::int64_t seconds) { date_ = seconds; }

 private:
  std::map<std::string, std::string> environment() const;
  void write_configuration() const;

  TempDir directory_;
  std::filesystem::path path_;
  std::int64_t date_ = 1'700'000'000;
};

}  // namespace ecr_version::tests
