#include "app/known_history.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace ecr_version::app {

void KnownHistory::note_disorder(const KnownCommit& child,
                                 const KnownCommit& parent) {
  worst_disorder_ =
      std::max(worst_disorder_, parent.committed_at - child.committed_at);
}

void KnownHistory::add(const KnownCommit& commit) {
  const Node node = static_cast<Node>(commits_.size());
  if (!index_.emplace(commit.id, node).second) return;
  commits_.push_back(commit);
  parents_.emplace_back();
  for (const git::Oid& parent : commit.parents) {
    if (const auto known = index_.find(parent); known != index_.end()) {
      parents_[node].push_back(known->second);
      note_disorder(commit, commits_[known->second]);
    } else {
      awaited_.emplace(parent, node);
    }
  }
  const auto [first, last] = awaited_.equal_range(commit.id);
  for (auto child = first; child != last; ++child) {
    parents_[child->second].push_back(node);
    note_disorder(commits_[child->second], commit);
  }
  awaited_.erase(first, last);
}

const KnownCommit& KnownHistory::commit(const git::Oid& id) const {
  return commits_[index_.at(id)];
}

bool KnownHistory::is_cut(Node node) const {
  return parents_[node].size() < commits_[node].parents.size();
}

std::vector<git::Oid> KnownHistory::with_prefix(std::string_view hex) const {
  std::vector<git::Oid> found;
  std::string least(hex);
  least.resize(40, '0');
  const std::optional<git::Oid> from = git::parse_oid(least);
  if (!from) return found;
  for (auto at = index_.lower_bound(*from); at != index_.end(); ++at) {
    if (!git::to_hex(at->first).starts_with(hex)) break;
    found.push_back(at->first);
  }
  return found;
}

std::vector<KnownHistory::Node> KnownHistory::nodes(
    const std::vector<git::Oid>& ids) const {
  std::vector<Node> found;
  for (const git::Oid& id : ids) {
    if (const auto at = index_.find(id); at != index_.end()) {
      found.push_back(at->second);
    }
  }
  return found;
}

std::vector<char> KnownHistory::mark(const std::vector<Node>& heads,
                                     const std::vector<char>* barred) const {
  std::vector<char> marked(commits_.size(), 0);
  std::vector<Node> open;
  const auto visit = [&](Node node) {
    if (marked[node] || (barred && (*barred)[node])) return;
    marked[node] = 1;
    open.push_back(node);
  };
  for (const Node head : heads) visit(head);
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    for (const Node parent : parents_[node]) visit(parent);
  }
  return marked;
}

std::vector<git::Oid> KnownHistory::reachable(
    const std::vector<git::Oid>& heads) const {
  const std::vector<char> marked = mark(nodes(heads));
  std::vector<git::Oid> found;
  for (Node node = 0; node < marked.size(); ++node) {
    if (marked[node]) found.push_back(commits_[node].id);
  }
  return found;
}

std::vector<git::Oid> KnownHistory::cuts(
    const std::vector<git::Oid>& heads) const {
  const std::vector<char> marked = mark(nodes(heads));
  std::vector<git::Oid> found;
  for (Node node = 0; node < marked.size(); ++node) {
    if (marked[node] && is_cut(node)) found.push_back(commits_[node].id);
  }
  return found;
}

std::vector<std::pair<git::Oid, std::vector<git::Oid>>> KnownHistory::cuts()
    const {
  std::vector<std::pair<git::Oid, std::vector<git::Oid>>> found;
  for (Node node = 0; node < commits_.size(); ++node) {
    if (!is_cut(node)) continue;
    std::vector<git::Oid> parents;
    // In the commit's own order: the first parent is like no other.
    for (const git::Oid& parent : commits_[node].parents) {
      if (has(parent)) parents.push_back(parent);
    }
    found.emplace_back(commits_[node].id, std::move(parents));
  }
  return found;
}

// The commits of the answer that may be, through unknown commits, ancestors of
// an excluded one. Not those from which every excluded commit that counts is
// reached: history has no circles. Only excluded commits that are no ancestors
// of another count.
std::vector<KnownHistory::Node> KnownHistory::ambiguous(
    const std::vector<char>& answer, const std::vector<Node>& excluded) const {
  std::vector<Node> below;
  for (const Node node : excluded) {
    below.insert(below.end(), parents_[node].begin(), parents_[node].end());
  }
  const std::vector<char> inner = mark(below);
  std::vector<Node> found;
  for (Node node = 0; node < answer.size(); ++node) {
    if (answer[node]) found.push_back(node);
  }
  std::vector<std::vector<Node>> children(commits_.size());
  for (Node node = 0; node < parents_.size(); ++node) {
    if (!answer[node]) continue;
    for (const Node parent : parents_[node]) children[parent].push_back(node);
  }
  std::vector<char> seen_end(commits_.size(), 0);
  std::vector<std::size_t> reaches(commits_.size(), 0);
  std::size_t ends = 0;
  for (const Node end : excluded) {
    if (inner[end] || seen_end[end]) continue;
    seen_end[end] = 1;
    ++ends;
    // Upwards from the excluded commit, within the answer.
    std::vector<Node> open = children[end];
    std::vector<char> seen(commits_.size(), 0);
    while (!open.empty()) {
      const Node node = open.back();
      open.pop_back();
      if (seen[node]) continue;
      seen[node] = 1;
      ++reaches[node];
      open.insert(open.end(), children[node].begin(), children[node].end());
    }
  }
  std::erase_if(found, [&](Node node) { return reaches[node] == ends; });
  return found;
}

Closure KnownHistory::closure(const git::Oid& head,
                              const std::vector<git::Oid>& excluded) const {
  const std::vector<Node> ends = nodes(excluded);
  const std::vector<char> apart = mark(ends);
  const std::vector<char> answer = mark(nodes({head}), &apart);
  Closure result;
  for (Node node = 0; node < answer.size(); ++node) {
    if (!answer[node]) continue;
    const KnownCommit& commit = commits_[node];
    if (result.commits.empty() || commit.committed_at < result.oldest) {
      result.oldest = commit.committed_at;
    }
    result.commits.push_back(commit.id);
    result.open = result.open || is_cut(node);
  }
  if (result.open || result.commits.empty()) return result;

  std::optional<std::int64_t> youngest_cut;
  for (Node node = 0; node < apart.size(); ++node) {
    if (!apart[node] || !is_cut(node)) continue;
    const std::int64_t date = commits_[node].committed_at;
    youngest_cut = std::max(youngest_cut.value_or(date), date);
  }
  if (!youngest_cut) return result;
  const std::vector<Node> doubtful = ambiguous(answer, ends);
  if (doubtful.empty()) return result;
  std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
  for (const Node node : doubtful) {
    oldest = std::min(oldest, commits_[node].committed_at);
  }
  // A parent is not younger than its child, so nothing below a cut that is
  // older than all of them can be one of them.
  const std::int64_t since = oldest - date_slack();
  if (*youngest_cut >= since) result.since = since;
  return result;
}

}  // namespace ecr_version::app
