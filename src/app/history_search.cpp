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
constexpr int deepenings_before_refs = 2;

bool is_full(const Sought& sought) { return sought.hex.size() == 40; }

}  // namespace

// The most urgent of what all questions want. One server answer serves all of
// them, so wishes of a kind are merged.
struct HistorySearch::Wish {
  const Sought* seek = nullptr;       // a commit that was not found yet
  bool deeper = false;                // parents are lacking
  bool whole = false;                 // everything there is
  const git::Oid* apart = nullptr;    // on a second root of a shallow clone
  std::vector<Range> open;            // not certain yet
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
  for (const auto& [id, parents] : known_.cuts()) {
    if (std::find(cut_at_first_.begin(), cut_at_first_.end(), id) ==
        cut_at_first_.end()) {
      other_roots_.push_back(id);
    }
  }
}

void HistorySearch::run() {
  while (true) {
    look_up();
    const Wish wish = next_wish();
    // What was sought last lies deepest; the rest only makes it certain.
    if (wish.seek || wish.whole || reached_.empty()) reached_ = wish.why;
    if (wish.whole) {
      deepen(wish.why, true);
    } else if (wish.deeper) {
      if (!join(wish.apart)) deepen(wish.why);
    } else if (wish.seek) {
      look_for(*wish.seek);
    } else if (!wish.open.empty()) {
      const bool closed = close(wish.open, wish.why);
      if (!closed && !join(wish.apart)) deepen(wish.why);
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
  const bool deepened_enough = deepening_.steps() >= deepenings_before_refs;
  if (!complete && (!deepened_enough || is_below)) return deepen(sought.what);
  if (!refs_listed_) return list_refs();
  if (!tip_fetched_) return fetch_own_tip();
  if (is_full(sought) && !is_below) return probe(sought);
  if (!swept_) return sweep();
  if (!complete) return deepen(sought.what);
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
  if (wish.seek || wish.deeper || wish.whole) return wish;
  if (!wish.open.empty()) {
    // The bottom must be common to all, also to those that are certain now.
    wish.open.clear();
    for (const HistoryQuestion& question : need_.questions) {
      const std::vector<Range> more = ranges(question);
      wish.open.insert(wish.open.end(), more.begin(), more.end());
      if (wish.apart == nullptr) wish.apart = apart_in(question);
    }
    return wish;
  }
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
  for (const Range& range : ranges(question)) {
    if (known_.closure(range).certain) continue;
    wish.open.push_back(range);
    if (wish.why.empty()) wish.why = question.commits.front().what;
  }
  if (const git::Oid* commit = lacks_parents(question)) {
    wish.deeper = true;
    if (is_apart(*commit)) wish.apart = commit;
    if (wish.why.empty()) wish.why = "the parents of " + question.what;
  }
}

// What must be certain: the commits of the app, those since its base, and, of
// a base beside HEAD's history, what it has and HEAD has not.
std::vector<Range> HistorySearch::ranges(
    const HistoryQuestion& question) const {
  const std::vector<git::Oid> ends = found(question);
  if (ends.empty() || question.whole) return {};
  std::vector<Range> result = {{need_.head, ends}};
  if (ends.size() > 1) result.push_back({need_.head, {ends.front()}});
  const std::vector<git::Oid> below = known_.reachable({need_.head});
  if (!std::binary_search(below.begin(), below.end(), ends.front())) {
    result.push_back({ends.front(), {need_.head}});
  }
  return result;
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
  const Closure closure = known_.closure({need_.head, ends});
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

const git::Oid* HistorySearch::lacks_parents(
    const HistoryQuestion& question) const {
  for (const Sought& sought : question.commits) {
    const auto at = found_.find(sought.hex);
    if (!sought.with_parents || at == found_.end()) continue;
    for (const git::Oid& parent : known_.commit(at->second).parents) {
      if (!known_.has(parent)) return &at->second;
    }
  }
  return nullptr;
}

const git::Oid* HistorySearch::apart_in(const HistoryQuestion& question) const {
  for (const Sought& sought : question.commits) {
    const auto at = found_.find(sought.hex);
    if (at != found_.end() && is_apart(at->second)) return &at->second;
  }
  return nullptr;
}

// Does its history end where HEAD's does not? A clone has such roots once
// something was fetched beside the checkout, by `git fetch --depth 1 <commit>`.
bool HistorySearch::is_apart(const git::Oid& commit) const {
  if (other_roots_.empty()) return false;
  if (!known_.has(commit) || joined_.contains(commit)) return false;
  const std::vector<git::Oid> below = known_.reachable({need_.head});
  const std::vector<git::Oid> cuts = known_.cuts({commit});
  return std::any_of(cuts.begin(), cuts.end(), [&](const git::Oid& cut) {
    return !std::binary_search(below.begin(), below.end(), cut);
  });
}

std::set<git::Oid> HistorySearch::needed(
    const HistoryQuestion& question) const {
  const std::vector<git::Oid> ends = found(question);
  std::vector<git::Oid> answer;
  if (!ends.empty()) {
    answer = known_.closure({need_.head, {ends.front()}}).commits;
  } else if (question.whole) {
    answer = known_.reachable({need_.head});
  }
  std::set<git::Oid> ids(answer.begin(), answer.end());
  ids.insert(need_.head);
  for (const git::Oid& id : answer) {
    const std::vector<git::Oid>& parents = known_.commit(id).parents;
    if (!parents.empty()) ids.insert(parents.front());
  }
  if (!ends.empty()) ids.insert(ends.front());
  return ids;
}

bool HistorySearch::head_is_complete() const {
  return known_.cuts({need_.head}).empty();
}

// Takes every commit into the graph that is reachable from `roots`, and from
// those cut so far, through objects at hand.
void HistorySearch::load(const std::vector<git::Oid>& roots) {
  std::vector<git::Oid> open = known_.unknown_parents();
  open.insert(open.end(), roots.begin(), roots.end());
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
