// A sorter of paths for tests of clones: set 0 is the folder a, 1 is b and 2 is
// shared. It knows no patterns, so that nothing but git is in question.
#pragma once

#include "git/changes.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::tests {

class Folders : public git::PathSorter {
 public:
  Directory root() override { return 1; }
  Directory below(Directory directory, std::string_view name) override {
    if (directory != 1) return directory;
    if (name == "a") return 2;
    if (name == "b") return 3;
    return name == "shared" ? 4 : 0;
  }
  void sort(Directory directory, std::string_view, git::EntryKind,
            std::vector<std::uint32_t>& sets) override {
    if (directory > 1) sets.push_back(directory - 2);
  }
  std::span<const std::uint32_t> sets_below(Directory directory) override {
    if (directory == 1) return all_;
    return std::span(all_).subspan(directory - 2, 1);
  }
  std::span<const std::uint32_t> all_below(Directory directory) override {
    return directory == 1 ? std::span<const std::uint32_t>()
                          : sets_below(directory);
  }
  std::vector<std::string> anchors(std::uint32_t set) override {
    return {set == 0 ? "a" : set == 1 ? "b" : "shared"};
  }

 private:
  std::vector<std::uint32_t> all_ = {0, 1, 2};
};

}  // namespace ecr_version::tests
