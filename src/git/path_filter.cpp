#include "git/path_filter.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ecr_version::git {

// History may have had a submodule there that HEAD lacks; its bumps from
// before then are told apart only by their trees, and git writes filters only
// where someone asked for them.
bool PathFilter::has_submodule_above(const std::string& path) {
  Oid tree = head_tree_;
  for (const std::string_view part : split(path, '/')) {
    const Object object = repository_.object(tree, ObjectType::tree);
    std::optional<TreeEntry> found;
    for (TreeCursor entry(object.bytes()); !entry.at_end(); entry.next()) {
      if (entry.entry().name == part) found = entry.entry();
    }
    if (!found) return false;
    if (!found->is_directory()) return found->kind() == EntryKind::submodule;
    tree = found->oid();
  }
  return false;
}

const PathFilter::Keys& PathFilter::keys_of(std::uint32_t set) {
  if (set >= keys_.size()) keys_.resize(std::size_t{set} + 1);
  Keys& keys = keys_[set];
  if (keys.known) return keys;
  keys.known = true;
  for (const std::string& anchor : sorter_.anchors(set)) {
    keys.anywhere =
        keys.anywhere || anchor.empty() || has_submodule_above(anchor);
    if (keys.anywhere) break;
    keys.keys.push_back(CommitGraph::key_of(anchor));
  }
  return keys;
}

bool PathFilter::may_touch(const Commits::Node& commit,
                           const std::vector<std::uint32_t>& sets) {
  const CommitGraph* graph = repository_.commits.graph();
  if (graph == nullptr || commit.graph_position == UINT32_MAX) return true;
  return std::any_of(sets.begin(), sets.end(), [&](std::uint32_t set) {
    const Keys& keys = keys_of(set);
    if (keys.anywhere) return true;
    return std::any_of(keys.keys.begin(), keys.keys.end(),
                       [&](const CommitGraph::Key& key) {
                         return graph->may_change(commit.graph_position, key);
                       });
  });
}

}  // namespace ecr_version::git
