// The texts of tests/data/hostile, and a line of 10 MB, by name.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace ecr_version {

inline std::map<std::string, std::string> hostile_texts(
    const std::filesystem::path& folder) {
  std::map<std::string, std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    texts[entry.path().stem().string()] =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  texts["ten-megabytes"] = std::string(10'000'000, '|');
  return texts;
}

}  // namespace ecr_version
