// The apps' paths as the git engine asks for them: set `i` is app `i`'s own
// paths, and the last set the shared ones.
//
// An app's own paths are two lists (what it is built from, and what always
// counts), the first less what its .dockerignore leaves out. That exclusion
// needs the whole path, which a walk by directory states does not have; so
// directories below which such an app has files are numbered by path, and all
// others by the index's state.
#pragma once

#include "core/app.hpp"
#include "core/path_index.hpp"
#include "git/changes.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ecr_version::app {

class PathSorter : public git::PathSorter {
 public:
  // Told now and then how many directories were looked at so far.
  using Progress = std::function<void(std::size_t)>;

  // The apps are kept by reference: they must outlive the sorter.
  PathSorter(const std::vector<core::App>& apps,
             const std::vector<std::string>& shared_paths,
             Progress progress = {});

  Directory root() override;
  Directory below(Directory directory, std::string_view name) override;
  void sort(Directory directory, std::string_view name, git::EntryKind kind,
            std::vector<std::uint32_t>& sets) override;
  std::span<const std::uint32_t> sets_below(Directory directory) override;
  std::span<const std::uint32_t> all_below(Directory directory) override;
  std::vector<std::string> anchors(std::uint32_t set) override;

  std::uint32_t shared() const {
    return static_cast<std::uint32_t>(apps_.size());
  }
  std::size_t count() const { return apps_.size() + 1; }

 private:
  using State = core::PathIndex::Directory;
  struct Node {
    State state = 0;
    bool by_path = false;
    std::string path;  // when by_path; "" is the root
    std::vector<std::uint32_t> sets_below;
    std::vector<std::uint32_t> all_below;
  };

  Directory node_of(State state, bool parent_by_path, std::string path);
  bool needs_paths(State state);

  const std::vector<core::App>& apps_;
  core::PathIndex index_;
  Progress progress_;
  std::size_t looked_at_ = 0;
  std::vector<Node> nodes_;  // number 0 stays closed
  std::unordered_map<State, Directory> by_state_;
  std::unordered_map<std::string, Directory> by_path_;
  std::vector<core::PathIndex::Set> matched_;  // kept for its memory
};

}  // namespace ecr_version::app
