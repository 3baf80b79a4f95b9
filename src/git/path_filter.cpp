#include "git/path_filter.hpp"

#include <algorithm>

namespace ecr_version::git {

const PathFilter::Keys& PathFilter::keys_of(std::uint32_t set) {
  if (set >= keys_.size()) keys_.resize(std::size_t{set} + 1);
  Keys& keys = keys_[set];
  if (keys.known) return keys;
  keys.known = true;
  for (const std::string& anchor : sorter_.anchors(set)) {
    keys.anywhere = keys.anywhere || anchor.empty();
    if (keys.anywhere) break;
    keys.keys.push_back(
        CommitGraph::key_of(anchor.substr(0, anchor.find('/'))));
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
