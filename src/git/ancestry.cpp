// Painting: both sides colour their ancestors, in the order of walk_queue.hpp,
// and a commit whose colours grow is walked again. What is an ancestor of the
// one asked for cannot lead back to it, so the walk ends when only such commits
// wait: the answer does not depend on dates.
#include "git/implementation.hpp"
#include "git/walk_queue.hpp"

#include <algorithm>

namespace ecr_version::git {
namespace {

using Index = Commits::Index;

class Painting {
 public:
  static constexpr std::uint8_t left = 1;
  static constexpr std::uint8_t right = 2;
  static constexpr std::uint8_t below = 4;  // a common ancestor is above it

  // Commits that have all of `finished` need not be walked for their own sake.
  Painting(Commits& commits, std::uint8_t finished)
      : commits_(commits), finished_(finished) {}

  void paint(Index commit, std::uint8_t colours) {
    commits_.load(commit);
    if (commit >= states_.size()) states_.resize(commits_.size() + 1024);
    State& state = states_[commit];
    if ((state.colours | colours) == state.colours) return;
    if (state.waiting && !is_finished(commit)) --unfinished_;
    state.colours |= colours;
    if (!state.waiting) {
      state.waiting = true;
      queue_.push(walk_item(commits_.node(commit), commit));
    }
    if (!is_finished(commit)) ++unfinished_;
  }

  std::uint8_t colours(Index commit) const {
    return commit < states_.size() ? states_[commit].colours : 0;
  }
  bool is_finished(Index commit) const {
    return (colours(commit) & finished_) == finished_;
  }

  bool done() const {
    return queue_.empty() || (unfinished_ == 0 && !has_doubtful_cut());
  }
  std::uint64_t highest_generation() const { return queue_.top().generation; }

  Index take() {
    const Index commit = queue_.top().slot;
    queue_.pop();
    states_[commit].waiting = false;
    if (!is_finished(commit)) --unfinished_;
    return commit;
  }

  void paint_parents(Index commit, std::uint8_t colours) {
    const Commits::Node& node = commits_.node(commit);
    const std::uint32_t count = node.parent_count;
    if (node.boundary && count > 0) {
      cut_off_.push_back(commit);
      return;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      paint(commits_.parents(commit)[i], colours);
    }
  }

  // Any way down shows what is an ancestor; this one is a fraction of history,
  // and old releases lie on it. Ends at what is older than `oldest`, where
  // nothing is to be found if clocks were right.
  void paint_first_parents(Index commit, std::uint8_t colours,
                           std::int64_t oldest) {
    while (unfinished_ > 0) {
      const Commits::Node& node = commits_.load(commit);
      if (node.committed_at < oldest) return;
      if (this->colours(commit) != 0) paint(commit, colours);
      if (node.boundary || node.parent_count == 0) return;
      commit = commits_.parents(commit)[0];
    }
  }

  // What is older than this by a day cannot matter beyond a boundary.
  void set_oldest(std::int64_t date) { oldest_ = date; }

  void check_cut_off() const {
    for (const Index commit : cut_off_) {
      if (!is_doubtful(commit)) continue;
      fail_at_boundary(commits_.node(commit).id,
                       commits_.node(commits_.parents(commit)[0]).id);
    }
  }

 private:
  struct State {
    std::uint8_t colours = 0;
    bool waiting = false;
  };

  bool is_doubtful(Index commit) const {
    return !is_finished(commit) &&
           commits_.node(commit).committed_at > oldest_ - trusted_clock_skew;
  }
  bool has_doubtful_cut() const {
    return std::any_of(cut_off_.begin(), cut_off_.end(),
                       [&](Index commit) { return is_doubtful(commit); });
  }

  Commits& commits_;
  std::uint8_t finished_;
  std::vector<State> states_;  // by commit
  WalkQueue queue_;
  std::size_t unfinished_ = 0;
  std::vector<Index> cut_off_;
  std::int64_t oldest_ = INT64_MIN + trusted_clock_skew;
};

// Is `ancestor` one of any of `descendants`?
bool leads_to(Commits& commits, Index ancestor,
              const std::vector<Index>& descendants) {
  Painting painting(commits, Painting::left);
  const std::uint64_t generation = commits.load(ancestor).generation;
  painting.set_oldest(commits.node(ancestor).committed_at);
  painting.paint(ancestor, Painting::left);
  std::int64_t oldest = INT64_MAX;
  for (const Index descendant : descendants) {
    painting.paint(descendant, Painting::right);
    oldest = std::min(oldest, commits.node(descendant).committed_at);
  }
  if (generation == CommitGraph::no_generation) {
    painting.paint_first_parents(ancestor, Painting::left, oldest);
  }
  while ((painting.colours(ancestor) & Painting::right) == 0) {
    if (painting.done()) break;
    // Lower generations lead only further down.
    if (painting.highest_generation() < generation) return false;
    const Index commit = painting.take();
    painting.paint_parents(commit, painting.colours(commit));
  }
  if ((painting.colours(ancestor) & Painting::right) != 0) return true;
  painting.check_cut_off();
  return false;
}

}  // namespace

std::vector<bool> Repository::is_ancestor_of_each(
    const Oid& ancestor, const std::vector<Oid>& descendants) const {
  Commits& commits = implementation_->commits;
  const Index target = commits.at(ancestor);
  std::vector<Index> sources;
  for (const Oid& id : descendants) sources.push_back(commits.at(id));
  // The usual answer is no, for all of them at once.
  if (!leads_to(commits, target, sources)) {
    return std::vector<bool>(descendants.size(), false);
  }
  std::vector<bool> answers;
  for (const Index source : sources) {
    answers.push_back(sources.size() == 1 ||
                      leads_to(commits, target, {source}));
  }
  return answers;
}

std::optional<Oid> Repository::merge_base(const Oid& left,
                                          const Oid& right) const {
  constexpr std::uint8_t both = Painting::left | Painting::right;
  Commits& commits = implementation_->commits;
  Painting painting(commits, both | Painting::below);
  painting.paint(commits.at(left), Painting::left);
  painting.paint(commits.at(right), Painting::right);
  std::vector<Index> common;
  while (!painting.done()) {
    const Index commit = painting.take();
    std::uint8_t colours = painting.colours(commit);
    if ((colours & both) == both) {
      if ((colours & Painting::below) == 0) {
        common.push_back(commit);
        painting.set_oldest(commits.node(commit).committed_at);
      }
      colours |= Painting::below;
    }
    painting.paint_parents(commit, colours);
  }
  painting.check_cut_off();
  // The best is an ancestor of no other; the newest of several.
  std::optional<Index> best;
  for (const Index one : common) {
    if ((painting.colours(one) & Painting::below) != 0) continue;
    const bool is_below =
        std::any_of(common.begin(), common.end(), [&](Index other) {
          return other != one && leads_to(commits, one, {other});
        });
    if (is_below) continue;
    if (!best ||
        commits.node(one).committed_at > commits.node(*best).committed_at) {
      best = one;
    }
  }
  if (!best) return std::nullopt;
  return commits.node(*best).id;
}

}  // namespace ecr_version::git
