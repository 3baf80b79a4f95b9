// A PathSorter over core's PathIndex, as app has it, for tests of git's walks.
#pragma once

#include "core/path_index.hpp"
#include "git/changes.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::tests {

class IndexSorter : public git::PathSorter {
 public:
  explicit IndexSorter(const std::vector<std::vector<std::string>>& sets)
      : index_(sets) {}

  Directory root() override { return index_.root(); }
  Directory below(Directory directory, std::string_view name) override {
    return index_.below(directory, name);
  }
  void sort(Directory directory, std::string_view name, git::EntryKind kind,
            std::vector<std::uint32_t>& sets) override {
    index_.sort(directory, name,
                kind == git::EntryKind::submodule
                    ? core::PathIndex::Kind::submodule
                    : core::PathIndex::Kind::file,
                sets);
  }
  std::span<const std::uint32_t> sets_below(Directory directory) override {
    return index_.sets_below(directory);
  }
  std::span<const std::uint32_t> all_below(Directory directory) override {
    return index_.all_below(directory);
  }
  std::vector<std::string> anchors(std::uint32_t set) override {
    return index_.anchors(set);
  }

 private:
  core::PathIndex index_;
};

}  // namespace ecr_version::tests
