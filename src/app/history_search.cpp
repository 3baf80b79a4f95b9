#include "app/history_search.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ecr_version::app {
namespace {

// Clocks of those who commit and of the registry may differ.
constexpr double push_slack = 86400;

// Two deepenings reach some hundreds of commits; a release that is not there
// is as likely to be on another branch as deeper.
constexpr int deepenings_before_sweep = 2;

bool is_full(const Sought& sought) { return sought.hex.size() == 40; }

}  // namespace

// The most urgent of what all questions want. One server answer serves all of
// them, so wishes of a kind are merged.
struct HistorySearch::Wish {
  const Sought* seek = nullptr;       // a commit that was not found yet
  bool deeper = false;                // an answer has unknown parents
  bool whole = false;                 // everything there is
  std::optional<std::int64_t> since;  // known down to here makes it certain
  const Sought* elsewhere = nullptr;  // may matter, and may be on a branch
  std::string why;
};

HistorySearch::HistorySearch(git::Repository& repository, const Source& source,
                             const Need& need)
    : repository_(repository), source_(source), need_(need) {
  std::vector<git::Oid> roots = {need.head};
  for (const HistoryQuestion& question : need.questions) {
    for (const Sought& sought : question.commits) {
      for (const git::Oid& id : repository.commits_with_prefix(sought.hex)) {
        roots.push_back(id);
      }
    }
  }
  load(roots);
  at_first_ = known_.size();
  cut_at_first_ = known_.cuts({need.head});
  complete_cuts_ = cut_at_first_;
}

void HistorySearch::run() {
  while (true) {
    look_up();
    const Wish wish = next_wish();
    // What was sought last lies deepest; the rest only makes it certain.
    if (wish.seek || wish.whole || reached_.empty()) reached_ = wish.why;
    if (wish.whole || wish.deeper || wish.since) {
      // Where both are wanted, the date may come with the deepening.
      deepen(wish.why, wish.deeper ? std::nullopt : wish.since, wish.whole);
    } else if (wish.seek) {
      look_for(*wish.seek);
    } else if (wish.elsewhere) {
      look_elsewhere();
    } else {
      return;
    }
  }
}

// One step towards a commit that is not at hand, in the order in which it is
// likely to be found.
void HistorySearch::look_for(const Sought& sought) {
  const bool complete = head_is_complete();
  const bool is_below = below_.contains(sought.hex);
  if (!complete && (deepening_.steps() == 0 || is_below)) {
    return deepen(sought.what, std::nullopt, false);
  }
  if (!refs_listed_) return list_refs();
  if (!tip_fetched_) return fetch_own_tip();
  if (is_full(sought) && !is_below) return probe(sought);
  const bool deepened_enough = deepening_.steps() >= deepenings_before_sweep;
  if (!swept_ && (complete || deepened_enough)) return sweep();
  if (!complete) return deepen(sought.what, std::nullopt, false);
  gone_.insert(sought.hex);
}

// The same for a commit that matters only if a branch has it beside HEAD.
void HistorySearch::look_elsewhere() {
  if (!refs_listed_) return list_refs();
  if (!tip_fetched_) return fetch_own_tip();
  sweep();
}

HistorySearch::Wish HistorySearch::next_wish() const {
  Wish wish;
  for (const HistoryQuestion& question : need_.questions) judge(question, wish);
  if (wish.seek || wish.deeper || wish.since || wish.whole) return wish;
  for (const HistoryQuestion& question : need_.questions) {
    if (const Sought* sought = suspicious(question)) {
      wish.elsewhere = sought;
      wish.why = sought->what;
      break;
    }
  }
  return wish;
}

// Adds what the question still needs to the wish.
void HistorySearch::judge(const HistoryQuestion& question, Wish& wish) const {
  if (question.whole) {
    if (head_is_complete()) return;
    wish.whole = true;
    wish.why = question.what + "'s first commit";
    return;
  }
  if (const Sought* sought = missing(question)) {
    // The one deepest is named in the log: the last found.
    wish.seek = sought;
    if (!wish.whole) wish.why = sought->what;
    return;
  }
  const std::vector<git::Oid> ends = found(question);
  if (ends.empty()) return;
  const auto add = [&](const Closure& closure) {
    if (closure.certain()) return;
    wish.deeper = wish.deeper || closure.open;
    if (closure.since) {
      wish.since =
          std::min(wish.since.value_or(*closure.since), *closure.since);
    }
    if (wish.why.empty()) {
      wish.why = fmt::format("where the history since {} begins",
                             question.commits.front().what);
    }
  };
  add(known_.closure(need_.head, ends));
  if (ends.size() > 1) add(known_.closure(need_.head, {ends.front()}));
  if (lacks_parents(question)) {
    wish.deeper = true;
    if (wish.why.empty()) wish.why = "the parents of " + question.what;
  }
  // Also what a commit beside HEAD's history has and HEAD has not: whether
  // one is the other's ancestor, and where they parted.
  add(known_.closure(ends.front(), {need_.head}));
}

// The commit whose place must be known before the question has an answer: the
// first one that is neither found nor gone, unless an earlier one was found.
const Sought* HistorySearch::missing(const HistoryQuestion& question) const {
  for (const Sought& sought : question.commits) {
    if (found_.contains(sought.hex)) return nullptr;
    if (!gone_.contains(sought.hex)) return &sought;
  }
  return nullptr;
}

// A commit that was not found, and that may be on another branch and part of
// what HEAD has since its newest release. One whose release was pushed before
// all of that was committed cannot be.
const Sought* HistorySearch::suspicious(const HistoryQuestion& question) const {
  if (swept_ || question.whole) return nullptr;
  const std::vector<git::Oid> ends = found(question);
  if (ends.empty()) return nullptr;
  const Closure closure = known_.closure(need_.head, ends);
  std::int64_t oldest = known_.commit(need_.head).committed_at;
  if (!closure.commits.empty()) oldest = std::min(oldest, closure.oldest);
  for (const Sought& sought : question.commits) {
    if (found_.contains(sought.hex) || gone_.contains(sought.hex)) continue;
    if (is_full(sought)) continue;
    const bool too_old =
        sought.pushed_at > 0 &&
        sought.pushed_at + push_slack < static_cast<double>(oldest);
    if (!too_old) return &sought;
  }
  return nullptr;
}

std::vector<git::Oid> HistorySearch::found(
    const HistoryQuestion& question) const {
  std::vector<git::Oid> ids;
  for (const Sought& sought : question.commits) {
    if (const auto at = found_.find(sought.hex); at != found_.end()) {
      ids.push_back(at->second);
    }
  }
  return ids;
}

bool HistorySearch::lacks_parents(const HistoryQuestion& question) const {
  for (const Sought& sought : question.commits) {
    const auto at = found_.find(sought.hex);
    if (!sought.with_parents || at == found_.end()) continue;
    for (const git::Oid& parent : known_.commit(at->second).parents) {
      if (!known_.has(parent)) return true;
    }
  }
  return false;
}

// Those that answer it and their first parents, for what they touch; HEAD and
// the base, for the net difference.
std::vector<git::Oid> HistorySearch::needed(
    const HistoryQuestion& question) const {
  const std::vector<git::Oid> ends = found(question);
  std::set<git::Oid> ids = {need_.head};
  if (!ends.empty()) {
    ids.insert(ends.front());
    const std::vector<git::Oid> all =
        known_.closure(need_.head, {ends.front()}).commits;
    ids.insert(all.begin(), all.end());
  } else if (question.whole) {
    const std::vector<git::Oid> all = known_.reachable({need_.head});
    ids.insert(all.begin(), all.end());
  }
  for (const git::Oid& id : std::set<git::Oid>(ids)) {
    const std::vector<git::Oid>& parents = known_.commit(id).parents;
    if (!parents.empty() && known_.has(parents.front())) {
      ids.insert(parents.front());
    }
  }
  return {ids.begin(), ids.end()};
}

bool HistorySearch::head_is_complete() const {
  return known_.cuts({need_.head}).empty();
}

// Takes every commit into the graph that is reachable from `roots`, and from
// those cut so far, through objects at hand.
void HistorySearch::load(const std::vector<git::Oid>& roots) {
  std::vector<git::Oid> open = roots;
  for (const auto& [cut, parents] : known_.cuts()) {
    const KnownCommit& commit = known_.commit(cut);
    open.insert(open.end(), commit.parents.begin(), commit.parents.end());
  }
  while (!open.empty()) {
    const git::Oid id = open.back();
    open.pop_back();
    if (known_.has(id) || !repository_.has(id)) continue;
    const git::Commit commit = repository_.commit(id);
    known_.add({.id = id,
                .tree = commit.tree,
                .parents = commit.parents,
                .committed_at = commit.committed_at});
    open.insert(open.end(), commit.parents.begin(), commit.parents.end());
  }
}

void HistorySearch::look_up() {
  for (const HistoryQuestion& question : need_.questions) {
    for (const Sought& sought : question.commits) {
      if (found_.contains(sought.hex)) continue;
      const std::vector<git::Oid> ids = known_.with_prefix(sought.hex);
      // Which of several is meant is decided where the commit is used.
      if (!ids.empty()) found_.emplace(sought.hex, ids.front());
    }
  }
}

}  // namespace ecr_version::app
