// A repository with one commit that holds a table of files, links and
// submodules: for tests that ask what a tree holds, not how it came about.
#pragma once

#include "support/temp_repo.hpp"

#include <map>
#include <string>

namespace ecr_version::tests {

class SampleTree {
 public:
  // Path to content. A content that begins with "-> " makes a symbolic link to
  // the rest; "@submodule" a submodule.
  explicit SampleTree(const std::map<std::string, std::string>& files);

  const std::filesystem::path& path() const { return repo_.path(); }

 private:
  TempRepo repo_;
};

}  // namespace ecr_version::tests
