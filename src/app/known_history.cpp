#include "app/known_history.hpp"

#include <algorithm>
#include <string>

namespace ecr_version::app {

KnownHistory::Node KnownHistory::node_of(const git::Oid& id) {
  const auto [at, is_new] =
      index_.emplace(id, static_cast<Node>(entries_.size()));
  if (is_new) {
    entries_.emplace_back();
    entries_.back().commit.id = id;
  }
  return at->second;
}

void KnownHistory::add(const KnownCommit& commit) {
  const Node node = node_of(commit.id);
  if (entries_[node].known) return;
  std::vector<Node> parents;
  for (const git::Oid& parent : commit.parents) {
    parents.push_back(node_of(parent));
  }
  Entry& entry = entries_[node];
  entry.commit = commit;
  entry.known = true;
  entry.parents = std::move(parents);
  ++known_;
}

bool KnownHistory::has(const git::Oid& id) const {
  const auto at = index_.find(id);
  return at != index_.end() && entries_[at->second].known;
}

const KnownCommit& KnownHistory::commit(const git::Oid& id) const {
  return entries_[index_.at(id)].commit;
}

std::vector<git::Oid> KnownHistory::with_prefix(std::string_view hex) const {
  std::vector<git::Oid> found;
  std::string least(hex);
  least.resize(40, '0');
  const std::optional<git::Oid> from = git::parse_oid(least);
  if (!from) return found;
  for (auto at = index_.lower_bound(*from); at != index_.end(); ++at) {
    if (!git::to_hex(at->first).starts_with(hex)) break;
    if (entries_[at->second].known) found.push_back(at->first);
  }
  return found;
}

bool KnownHistory::is_cut(const Entry& entry) const {
  return entry.known &&
         std::any_of(entry.parents.begin(), entry.parents.end(),
                     [&](Node parent) { return !entries_[parent].known; });
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
    const Entry& entry = entries_[open.back()];
    open.pop_back();
    for (const Node parent : entry.parents) visit(parent);
    for (const Node ancestor : entry.below) visit(ancestor);
  }
  return marked;
}

std::vector<git::Oid> KnownHistory::reachable(
    const std::vector<git::Oid>& heads) const {
  const Marks marked = mark(nodes(heads));
  std::vector<git::Oid> found;
  for (Node node = 0; node < marked.size(); ++node) {
    if (marked[node] && entries_[node].known) {
      found.push_back(entries_[node].commit.id);
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
    if (marked[node] && is_cut(entries_[node])) {
      found.push_back(entries_[node].commit.id);
    }
  }
  return found;
}

std::vector<git::Oid> KnownHistory::unknown_parents() const {
  std::vector<git::Oid> found;
  for (const Entry& entry : entries_) {
    if (!entry.known) found.push_back(entry.commit.id);
  }
  return found;
}

// The known commits among these; for an unknown one, those below it.
void KnownHistory::append_known(const std::vector<Node>& list,
                                std::vector<git::Oid>& ids) const {
  for (const Node node : list) {
    const Entry& entry = entries_[node];
    if (!entry.known) {
      append_known(entry.below, ids);
    } else if (std::find(ids.begin(), ids.end(), entry.commit.id) ==
               ids.end()) {
      ids.push_back(entry.commit.id);
    }
  }
}

std::vector<std::pair<git::Oid, std::vector<git::Oid>>> KnownHistory::cuts()
    const {
  std::vector<std::pair<git::Oid, std::vector<git::Oid>>> found;
  for (const Entry& entry : entries_) {
    if (!entry.known || (!is_cut(entry) && entry.below.empty())) continue;
    std::vector<git::Oid> parents;
    // The commit's own come first and in its order: the first is like no other.
    append_known(entry.parents, parents);
    append_known(entry.below, parents);
    found.emplace_back(entry.commit.id, std::move(parents));
  }
  return found;
}

void KnownHistory::add_unknown_below(const git::Oid& head,
                                     const std::vector<git::Oid>& ids) {
  const std::vector<git::Oid> cut = cuts({head});
  // Where history is cut in one place, the way down leads through there.
  const Node from = node_of(cut.size() == 1 ? cut.front() : head);
  for (const git::Oid& id : ids) entries_[from].below.push_back(node_of(id));
}

bool KnownHistory::has_unknown(const Marks& marks) const {
  for (Node node = 0; node < marks.size(); ++node) {
    if (marks[node] && !entries_[node].known) return true;
  }
  return false;
}

// Those marked that are no ancestors of another marked.
std::vector<KnownHistory::Node> KnownHistory::tops(const Marks& marks) const {
  std::vector<Node> below;
  for (Node node = 0; node < marks.size(); ++node) {
    if (!marks[node]) continue;
    const Entry& entry = entries_[node];
    below.insert(below.end(), entry.parents.begin(), entry.parents.end());
    below.insert(below.end(), entry.below.begin(), entry.below.end());
  }
  const Marks inner = mark(below);
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
    for (const Node parent : entries_[node].parents) {
      children[parent].push_back(node);
    }
    for (const Node ancestor : entries_[node].below) {
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
    const KnownCommit& commit = entries_[node].commit;
    if (!entries_[node].known) {
      open = true;
      continue;
    }
    if (result.commits.empty() || commit.committed_at < result.oldest) {
      result.oldest = commit.committed_at;
    }
    result.commits.push_back(commit.id);
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
    asked.bottom.push_back(entries_[node].commit.id);
  }
  Marks unsure(entries_.size(), 0);
  const bool all_known = !has_unknown(beneath);
  for (const Node node : doubtful(above, bottom)) {
    unsure[node] = !all_known || !entries_[node].known;
  }
  for (const Node node : tops(unsure)) {
    asked.wants.push_back(entries_[node].commit.id);
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
    if (sent.contains(entries_[node].commit.id)) continue;
    const Marks reached = mark({node});
    for (const Node end : bottom_) {
      if (reached[end]) continue;
      entries_[end].below.push_back(node);
      break;
    }
  }
}

}  // namespace ecr_version::app
