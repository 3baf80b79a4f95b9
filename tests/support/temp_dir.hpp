// A folder of a test's own, gone with it; after a failed REQUIRE it is kept,
// and the test says where.
#pragma once

#include <doctest/doctest.h>

#include <stdlib.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

namespace ecr_version::tests {

class TempDir {
 public:
  TempDir() {
    std::string text =
        (std::filesystem::temp_directory_path() / "ecr-version-XXXXXX")
            .string();
    REQUIRE(::mkdtemp(text.data()) != nullptr);
    path_ = text;
  }
  ~TempDir() {
    if (std::uncaught_exceptions() > 0) {
      MESSAGE("kept for a look: " << path_.string());
      return;
    }
    std::error_code ignored;  // it lies in the temporary folder anyway
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Writes a file, and the folders above it.
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace ecr_version::tests
