#include "app/known_history.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace ecr_version::app {

KnownHistory::Node KnownHistory::find(const git::Oid& id) const {
  if (table_.empty()) return no_node;
  std::size_t place = git::OidHash()(id) & (table_.size() - 1);
  while (table_[place] != 0) {
    if (entries_[table_[place] - 1].id == id) return table_[place] - 1;
    place = (place + 1) & (table_.size() - 1);
  }
  return no_node;
}

void KnownHistory::grow() {
  table_.assign(table_.empty() ? 1024 : table_.size() * 2, 0);
  for (Node node = 0; node < entries_.size(); ++node) {
    std::size_t place = git::OidHash()(entries_[node].id) & (table_.size() - 1);
    while (table_[place] != 0) place = (place + 1) & (table_.size() - 1);
    table_[place] = node + 1;
  }
}

KnownHistory::Node KnownHistory::node_of(const git::Oid& id) {
  if (const Node node = find(id); node != no_node) return node;
  entries_.push_back({.id = id});
  const Node node = static_cast<Node>(entries_.size() - 1);
  if (2 * entries_.size() > table_.size()) {
    grow();
    return node;
  }
  std::size_t place = git::OidHash()(id) & (table_.size() - 1);
  while (table_[place] != 0) place = (place + 1) & (table_.size() - 1);
  table_[place] = node + 1;
  return node;
}

std::span<const KnownHistory::Node> KnownHistory::below(Node node) const {
  const auto at = below_.find(node);
  if (at == below_.end()) return {};
  return at->second;
}

void KnownHistory::add(const KnownCommit& commit) {
  const Node node = node_of(commit.id);
  if (entries_[node].known) return;
  const auto first = static_cast<Node>(parents_.size());
  for (const git::Oid& parent : commit.parents) {
    parents_.push_back(node_of(parent));
  }
  Entry& entry = entries_[node];
  entry.tree = commit.tree;
  entry.committed_at = commit.committed_at;
  entry.first_parent = first;
  entry.parent_count = static_cast<Node>(commit.parents.size());
  entry.known = true;
  ++known_;
}

bool KnownHistory::has(const git::Oid& id) const {
  const Node node = find(id);
  return node != no_node && entries_[node].known;
}

KnownCommit KnownHistory::commit(const git::Oid& id) const {
  const Node node = find(id);
  const Entry& entry = entries_.at(node);
  KnownCommit commit{
      .id = id, .tree = entry.tree, .committed_at = entry.committed_at};
  for (const Node parent : parents(node)) {
    commit.parents.push_back(entries_[parent].id);
  }
  return commit;
}

std::vector<git::Oid> KnownHistory::with_prefix(std::string_view hex) const {
  std::vector<git::Oid> found;
  std::string least(hex);
  least.resize(40, '0');
  const std::optional<git::Oid> from = git::parse_oid(least);
  if (!from) return found;
  if (by_name_.size() != entries_.size()) {
    by_name_.resize(entries_.size());
    std::iota(by_name_.begin(), by_name_.end(), Node{0});
    std::sort(by_name_.begin(), by_name_.end(), [&](Node left, Node right) {
      return entries_[left].id < entries_[right].id;
    });
  }
  auto at = std::lower_bound(
      by_name_.begin(), by_name_.end(), *from,
      [&](Node node, const git::Oid& id) { return entries_[node].id < id; });
  for (; at != by_name_.end(); ++at) {
    const Entry& entry = entries_[*at];
    if (!git::to_hex(entry.id).starts_with(hex)) break;
    if (entry.known) found.push_back(entry.id);
  }
  return found;
}

bool KnownHistory::is_cut(Node node) const {
  const std::span<const Node> list = parents(node);
  return entries_[node].known &&
         std::any_of(list.begin(), list.end(),
                     [&](Node parent) { return !entries_[parent].known; });
}

std::vector<KnownHistory::Node> KnownHistory::nodes(
    const std::vector<git::Oid>& ids) const {
  std::vector<Node> found;
  for (const git::Oid& id : ids) {
    if (const Node node = find(id); node != no_node) found.push_back(node);
  }
  return found;
}

// What is reachable from these, without passing through `barred`.
KnownHistory::Marks KnownHistory::mark(const std::vector<Node>& heads,
                                       const Marks* barred) const {
  Marks marked(entries_.size(), 0);
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
    for (const Node parent : parents(node)) visit(parent);
    for (const Node ancestor : below(node)) visit(ancestor);
  }
  return marked;
}

std::vector<git::Oid> KnownHistory::reachable(
    const std::vector<git::Oid>& heads) const {
  const Marks marked = mark(nodes(heads));
  std::vector<git::Oid> found;
  for (Node node = 0; node < marked.size(); ++node) {
    if (marked[node] && entries_[node].known) {
      found.push_back(entries_[node].id);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<git::Oid> KnownHistory::cuts(
    const std::vector<git::Oid>& heads) const {
  const Marks marked = mark(nodes(heads));
  std::vector<git::Oid> found;
  for (Node node = 0; node < marked.size(); ++node) {
    if (marked[node] && is_cut(node)) {
      found.push_back(entries_[node].id);
    }
  }
  return found;
}

std::vector<git::Oid> KnownHistory::unknown_parents() const {
  std::vector<git::Oid> found;
  for (const Entry& entry : entries_) {
    if (!entry.known) found.push_back(entry.id);
  }
  return found;
}

// The known commits among these; for an unknown one, those below it.
void KnownHistory::append_known(std::span<const Node> list,
                                std::vector<git::Oid>& ids) const {
  for (const Node node : list) {
    const Entry& entry = entries_[node];
    if (!entry.known) {
      append_known(below(node), ids);
    } else if (std::find(ids.begin(), ids.end(), entry.id) == ids.end()) {
      ids.push_back(entry.id);
    }
  }
}

std::vector<std::pair<git::Oid, std::vector<git::Oid>>> KnownHistory::cuts()
    const {
  std::vector<std::pair<git::Oid, std::vector<git::Oid>>> found;
  for (Node node = 0; node < entries_.size(); ++node) {
    if (!entries_[node].known) continue;
    if (!is_cut(node) && below(node).empty()) continue;
    std::vector<git::Oid> ids;
    // The commit's own come first and in its order: the first is like no other.
    append_known(parents(node), ids);
    append_known(below(node), ids);
    found.emplace_back(entries_[node].id, std::move(ids));
  }
  return found;
}

void KnownHistory::add_unknown_below(const git::Oid& head,
                                     const std::vector<git::Oid>& ids) {
  const std::vector<git::Oid> cut = cuts({head});
  // Where history is cut in one place, the way down leads through there.
  const Node from = node_of(cut.size() == 1 ? cut.front() : head);
  for (const git::Oid& id : ids) below_[from].push_back(node_of(id));
}

bool KnownHistory::has_unknown(const Marks& marks) const {
  for (Node node = 0; node < marks.size(); ++node) {
    if (marks[node] && !entries_[node].known) return true;
  }
  return false;
}

// Those marked that are no ancestors of another marked.
std::vector<KnownHistory::Node> KnownHistory::tops(const Marks& marks) const {
  std::vector<Node> lower;
  for (Node node = 0; node < marks.size(); ++node) {
    if (!marks[node]) continue;
    for (const Node parent : parents(node)) lower.push_back(parent);
    for (const Node ancestor : below(node)) lower.push_back(ancestor);
  }
  const Marks inner = mark(lower);
  std::vector<Node> found;
  for (Node node = 0; node < marks.size(); ++node) {
    if (marks[node] && !inner[node]) found.push_back(node);
  }
  return found;
}

// Those of a range that may be ancestors of its ends through unknown commits:
// unknown ones, and those from which not every end is reached. From which they
// all are, cannot be, as history has no circles.
std::vector<KnownHistory::Node> KnownHistory::doubtful(
    const Marks& range, const std::vector<Node>& ends) const {
  std::vector<std::vector<Node>> children(entries_.size());
  for (Node node = 0; node < range.size(); ++node) {
    if (!range[node]) continue;
    for (const Node parent : parents(node)) {
      children[parent].push_back(node);
    }
    for (const Node ancestor : below(node)) {
      children[ancestor].push_back(node);
    }
  }
  std::vector<std::size_t> reached(entries_.size(), 0);
  for (const Node end : ends) {
    std::vector<Node> open = children[end];
    Marks seen(entries_.size(), 0);
    while (!open.empty()) {
      const Node node = open.back();
      open.pop_back();
      if (seen[node]) continue;
      seen[node] = 1;
      ++reached[node];
      open.insert(open.end(), children[node].begin(), children[node].end());
    }
  }
  std::vector<Node> found;
  for (Node node = 0; node < range.size(); ++node) {
    if (!range[node]) continue;
    if (!entries_[node].known || reached[node] < ends.size()) {
      found.push_back(node);
    }
  }
  return found;
}

// All above the bottom is known, and the bottom is below all that is excluded.
bool KnownHistory::is_closed(const Range& range, const Marks& apart) const {
  return !bottom_.empty() && closed_heads_.contains(range.head) &&
         std::all_of(bottom_.begin(), bottom_.end(),
                     [&](Node node) { return apart[node] != 0; });
}

Closure KnownHistory::closure(const Range& range) const {
  const std::vector<Node> ends = nodes(range.excluded);
  const Marks apart = mark(ends);
  const Marks answer = mark(nodes({range.head}), &apart);
  Closure result;
  bool open = false;
  for (Node node = 0; node < answer.size(); ++node) {
    if (!answer[node]) continue;
    const Entry& entry = entries_[node];
    if (!entry.known) {
      open = true;
      continue;
    }
    if (result.commits.empty() || entry.committed_at < result.oldest) {
      result.oldest = entry.committed_at;
    }
    result.commits.push_back(entry.id);
  }
  result.certain = !open && (result.commits.empty() || !has_unknown(apart) ||
                             is_closed(range, apart) ||
                             doubtful(answer, tops(apart)).empty());
  return result;
}

std::optional<Closing> KnownHistory::closing(
    const std::vector<Range>& ranges) const {
  Marks common(entries_.size(), 1);
  std::vector<git::Oid> heads;
  for (const Range& range : ranges) {
    const Marks apart = mark(nodes(range.excluded));
    for (Node node = 0; node < common.size(); ++node) {
      common[node] = common[node] && apart[node];
    }
    heads.push_back(range.head);
  }
  const std::vector<Node> bottom = tops(common);
  if (bottom.empty()) return std::nullopt;

  const Marks beneath = mark(bottom);
  const Marks above = mark(nodes(heads), &beneath);
  Closing asked;
  for (const Node node : bottom) {
    asked.bottom.push_back(entries_[node].id);
  }
  Marks unsure(entries_.size(), 0);
  const bool all_known = !has_unknown(beneath);
  for (const Node node : doubtful(above, bottom)) {
    unsure[node] = !all_known || !entries_[node].known;
  }
  for (const Node node : tops(unsure)) {
    asked.wants.push_back(entries_[node].id);
  }
  return asked;
}

void KnownHistory::close(const std::vector<Range>& ranges, const Closing& asked,
                         const std::set<git::Oid>& sent) {
  bottom_ = nodes(asked.bottom);
  closed_heads_.clear();
  std::vector<git::Oid> heads;
  for (const Range& range : ranges) {
    closed_heads_.insert(range.head);
    heads.push_back(range.head);
  }
  const Marks beneath = mark(bottom_);
  if (!has_unknown(beneath)) return;
  const Marks above = mark(nodes(heads), &beneath);
  // What was asked about and did not come is below the bottom: below one that
  // it does not itself lead to.
  for (const Node node : doubtful(above, bottom_)) {
    if (sent.contains(entries_[node].id)) continue;
    const Marks reached = mark({node});
    for (const Node end : bottom_) {
      if (reached[end]) continue;
      below_[end].push_back(node);
      break;
    }
  }
}

}  // namespace ecr_version::app
