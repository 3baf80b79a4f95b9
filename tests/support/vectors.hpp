// Published test vectors, which stand beside the repository and not in it.
//
// Absent, a test says so and proves what it can by tables of its own; with
// CI=true absence is a failure.
#pragma once

#include "support/source_dir.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace ecr_version::tests {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file, path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

// The file or folder `name`, or nullopt when the vectors are not here.
inline std::optional<std::filesystem::path> vectors(const std::string& name) {
  const char* const elsewhere = std::getenv("ECR_VERSION_VECTORS");
  const std::filesystem::path folder = elsewhere != nullptr
                                           ? std::filesystem::path(elsewhere)
                                           : source_dir() / "../shared/vectors";
  if (std::filesystem::exists(folder / name)) return folder / name;
  const char* const ci = std::getenv("CI");
  const bool must_be_here = ci != nullptr && std::string(ci) == "true";
  CHECK_FALSE_MESSAGE(must_be_here, "no vectors at ", (folder / name).string());
  MESSAGE("skipped: no published vectors at ", (folder / name).string());
  return std::nullopt;
}

}  // namespace ecr_version::tests
