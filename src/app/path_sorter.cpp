#include "app/path_sorter.hpp"

#include <algorithm>

namespace ecr_version::app {
namespace {

constexpr std::size_t told_every = 4096;  // directories: some milliseconds

// In the index, app i has lists 2i (what it is built from) and 2i + 1 (what
// always counts); the shared paths come last.
std::vector<std::vector<std::string>> lists_of(
    const std::vector<core::App>& apps,
    const std::vector<std::string>& shared_paths) {
  std::vector<std::vector<std::string>> lists;
  lists.reserve(2 * apps.size() + 1);
  for (const core::App& app : apps) {
    lists.push_back(app.paths);
    lists.push_back(app.always);
  }
  lists.push_back(shared_paths);
  return lists;
}

std::string joined(const std::string& directory, std::string_view name) {
  std::string path = directory;
  if (!path.empty()) path += '/';
  path += name;
  return path;
}

}  // namespace

PathSorter::PathSorter(const std::vector<core::App>& apps,
                       const std::vector<std::string>& shared_paths,
                       Progress progress)
    : apps_(apps),
      index_(lists_of(apps, shared_paths)),
      progress_(std::move(progress)),
      nodes_(1) {}

bool PathSorter::needs_paths(State state) {
  const auto sets = index_.sets_below(state);
  return std::any_of(sets.begin(), sets.end(), [&](std::uint32_t set) {
    return set / 2 < apps_.size() && set % 2 == 0 && apps_[set / 2].left_out;
  });
}

PathSorter::Directory PathSorter::node_of(State state, bool parent_by_path,
                                          std::string path) {
  if (state == 0) return 0;
  const bool by_path = parent_by_path && needs_paths(state);
  if (by_path) {
    const auto known = by_path_.find(path);
    if (known != by_path_.end()) return known->second;
  } else {
    const auto known = by_state_.find(state);
    if (known != by_state_.end()) return known->second;
  }
  Node node;
  node.state = state;
  node.by_path = by_path;
  const auto add = [](std::vector<std::uint32_t>& sets, std::uint32_t set) {
    if (sets.empty() || sets.back() != set) sets.push_back(set);
  };
  for (const std::uint32_t set : index_.sets_below(state)) {
    add(node.sets_below, set / 2);
  }
  for (const std::uint32_t set : index_.all_below(state)) {
    const bool leaves_out =
        set / 2 < apps_.size() && set % 2 == 0 && apps_[set / 2].left_out;
    if (!leaves_out) add(node.all_below, set / 2);
  }
  const auto number = static_cast<Directory>(nodes_.size());
  if (by_path) {
    by_path_[path] = number;
    node.path = std::move(path);
  } else {
    by_state_[state] = number;
  }
  nodes_.push_back(std::move(node));
  return number;
}

PathSorter::Directory PathSorter::root() {
  return node_of(index_.root(), true, "");
}

PathSorter::Directory PathSorter::below(Directory directory,
                                        std::string_view name) {
  if (directory == 0) return 0;
  if (++looked_at_ % told_every == 0 && progress_) progress_(looked_at_);
  const bool by_path = nodes_[directory].by_path;
  return node_of(index_.below(nodes_[directory].state, name), by_path,
                 by_path ? joined(nodes_[directory].path, name) : "");
}

void PathSorter::sort(Directory directory, std::string_view name,
                      git::EntryKind kind, std::vector<std::uint32_t>& sets) {
  if (directory == 0) return;
  const Node& node = nodes_[directory];
  matched_.clear();
  index_.sort(node.state, name,
              kind == git::EntryKind::submodule
                  ? core::PathIndex::Kind::submodule
                  : core::PathIndex::Kind::file,
              matched_);
  for (const std::uint32_t set : matched_) {
    const std::uint32_t number = set / 2;
    // What a submodule holds is not known here, so none of it is left out.
    if (kind != git::EntryKind::submodule && number < apps_.size() &&
        set % 2 == 0 && apps_[number].left_out &&
        apps_[number].left_out(joined(node.path, name))) {
      continue;
    }
    if (sets.empty() || sets.back() != number) sets.push_back(number);
  }
}

std::span<const std::uint32_t> PathSorter::sets_below(Directory directory) {
  return nodes_[directory].sets_below;
}

std::span<const std::uint32_t> PathSorter::all_below(Directory directory) {
  return nodes_[directory].all_below;
}

std::vector<std::string> PathSorter::anchors(std::uint32_t set) {
  std::vector<std::string> result = index_.anchors(2 * set);
  if (set < apps_.size()) {
    const std::vector<std::string> always = index_.anchors(2 * set + 1);
    result.insert(result.end(), always.begin(), always.end());
  }
  return result;
}

}  // namespace ecr_version::app
