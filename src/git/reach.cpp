// The walk goes down from the head and from all excluded commits at once, and
// each commit passes on to its parents the set of classes that it is excluded
// from. A commit whose set grows is walked again, so order affects only cost.
//
// What must be known is when to stop: when nothing that still waits can lead to
// a commit that some class counts ("counted"). While a commit waits that is
// itself counted, the walk goes on. After that only excluded commits wait:
//
// - With generations (commit-graph), one that is not above the lowest counted
//   commit cannot lead to any.
// - Without, history has no cycles: a commit that is an ancestor of *every*
//   counted commit cannot lead to one. Every counted commit has below it
//   a lowest one (no parent of which is counted), so it is enough to be an
//   ancestor of all lowest ones. So the lowest ones are given a colour each,
//   colours flow down like the exclusions, and a waiting commit that has them
//   all is settled. The walk ends when all that wait are settled. In a straight
//   history that is at once, with merges soon after the oldest fork. Any way
//   down will do, so the one along first parents ("trail") is gone before all
//   others: branches left it and old releases lie on it, and it is a fraction
//   of all commits. What is settled is walked last, if at all.
//
// Should an excluded commit turn out to lead to a counted one (a release of
// a commit with a wrong clock), the colours are dealt anew.
#include "git/reach.hpp"

#include "git/implementation.hpp"
#include "git/walk_queue.hpp"

#include <algorithm>
#include <map>
#include <queue>
#include <unordered_set>

namespace ecr_version::git {
namespace {

using Slot = std::uint32_t;
using Mask = std::span<std::uint64_t>;

bool add_bits(Mask to, std::span<const std::uint64_t> from) {
  bool changed = false;
  for (std::size_t i = 0; i < to.size(); ++i) {
    changed = changed || (from[i] & ~to[i]) != 0;
    to[i] |= from[i];
  }
  return changed;
}

std::vector<std::uint64_t> all_bits(std::size_t count) {
  std::vector<std::uint64_t> mask((count + 63) / 64, 0);
  for (std::size_t i = 0; i < count; ++i) {
    mask[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return mask;
}

class Walk {
 public:
  Walk(Commits& commits, std::size_t classes)
      : commits_(commits),
        every_class_(all_bits(classes)),
        words_(every_class_.size()),
        no_class_(words_, 0) {}

  void start(Commits::Index head,
             const std::vector<std::vector<Commits::Index>>& excluded) {
    head_ = head;
    give(slot_of(head), true, no_class_);
    for (std::size_t number = 0; number < excluded.size(); ++number) {
      std::vector<std::uint64_t> mask(words_, 0);
      mask[number / 64] |= std::uint64_t{1} << (number % 64);
      for (const Commits::Index commit : excluded[number]) {
        give(slot_of(commit), false, mask);
      }
    }
  }

  void run() {
    while (!queue_.empty() || !later_.empty()) {
      if (counted_waiting_ == 0 && is_settled()) break;
      step();
    }
    check_cut_off();
  }

  Reached result() const;

 private:
  static constexpr Commits::Index no_commit = UINT32_MAX;

  struct State {
    Commits::Index commit = 0;
    bool from_head = false;
    bool waiting = false;
    bool walked = false;
    bool listed = false;        // in counted_
    bool settled = false;       // has every colour
    std::uint32_t colours = 0;  // place in colours_, or 0: none
  };

  Slot slot_of(Commits::Index commit) {
    if (commit >= slots_.size()) slots_.resize(commits_.size() + 1024, 0);
    if (slots_[commit] == 0) {
      commits_.load(commit);
      states_.push_back({.commit = commit, .settled = trail_.contains(commit)});
      excluded_.resize(states_.size() * words_, 0);
      slots_[commit] = static_cast<Slot>(states_.size());
    }
    return slots_[commit] - 1;
  }

  const Commits::Node& node(Slot slot) const {
    return commits_.node(states_[slot].commit);
  }
  Mask excluded(Slot slot) {
    return {excluded_.data() + slot * words_, words_};
  }
  bool is_counted(Slot slot) const {
    return states_[slot].from_head &&
           !std::equal(
               every_class_.begin(), every_class_.end(),
               excluded_.begin() + static_cast<std::ptrdiff_t>(slot * words_));
  }

  void wait(Slot slot) {
    State& state = states_[slot];
    if (state.waiting) return;
    state.waiting = true;
    counted_waiting_ += is_counted(slot) ? 1U : 0U;
    unsettled_waiting_ += state.settled ? 0U : 1U;
    queue_.push(walk_item(node(slot), slot));
  }

  void give(Slot slot, bool from_head, std::span<const std::uint64_t> mask) {
    State& state = states_[slot];
    const bool was_counted = is_counted(slot);
    const bool newly_reached = from_head && !state.from_head;
    state.from_head = state.from_head || from_head;
    const bool changed = add_bits(excluded(slot), mask) || newly_reached;
    const bool now_counted = is_counted(slot);
    if (state.waiting && was_counted != now_counted) {
      if (now_counted) {
        ++counted_waiting_;
      } else {
        --counted_waiting_;
      }
    }
    if (was_counted != now_counted) forget_colours();
    if (changed || !state.walked) wait(slot);
  }

  void give_colours(Slot slot, std::span<const std::uint64_t> mask) {
    State& state = states_[slot];
    if (state.settled) return;
    if (state.colours == 0) {
      state.colours = static_cast<std::uint32_t>(colours_.size());
      colours_.resize(colours_.size() + every_colour_.size(), 0);
    }
    const Mask own{colours_.data() + state.colours, every_colour_.size()};
    if (!add_bits(own, mask)) return;
    if (std::equal(own.begin(), own.end(), every_colour_.begin())) {
      state.settled = true;
      if (state.waiting) --unsettled_waiting_;
    }
    wait(slot);
  }

  // Settled commits come last: nothing can be found below them, only that
  // something else is settled too.
  void step() {
    WalkQueue& queue = queue_.empty() ? later_ : queue_;
    const WalkItem item = queue.top();
    queue.pop();
    if (!states_[item.slot].waiting) return;
    if (has_colours_ && &queue == &queue_) {
      follow_first_parents(item.committed_at);
      if (states_[item.slot].settled) {
        later_.push(item);
        return;
      }
    }
    pop(item.slot);
  }

  void pop(Slot slot) {
    State& state = states_[slot];
    const bool counted = is_counted(slot);
    state.waiting = false;
    counted_waiting_ -= counted ? 1U : 0U;
    unsettled_waiting_ -= state.settled ? 0U : 1U;
    state.walked = true;
    if (counted && !state.listed) {
      state.listed = true;
      counted_.push_back(slot);
      lowest_generation_ = std::min(lowest_generation_, node(slot).generation);
      oldest_ = std::min(oldest_, node(slot).committed_at);
    }
    if (node(slot).boundary && node(slot).parent_count > 0) {
      cut_off_.push_back(slot);
      return;
    }
    mask_.assign(excluded(slot).begin(), excluded(slot).end());
    for (std::size_t i = 0; i < commits_.parents(states_[slot].commit).size();
         ++i) {
      const Slot parent = slot_of(commits_.parents(states_[slot].commit)[i]);
      give(parent, counted, mask_);
      if (has_colours_ && !counted && !is_counted(parent)) {
        pass_colours(slot, parent);
      }
    }
  }

  void pass_colours(Slot from, Slot to) {
    if (states_[from].settled) {
      give_colours(to, every_colour_);
    } else if (states_[from].colours != 0) {
      const auto begin = colours_.begin() + states_[from].colours;
      const std::vector<std::uint64_t> mask(
          begin, begin + static_cast<std::ptrdiff_t>(every_colour_.size()));
      give_colours(to, mask);
    }
  }

  // Of excluded commits alone waiting: can none of them change the answer?
  bool is_settled() {
    if (queue_.empty()) return !has_doubtful_cut();
    const std::uint64_t highest = queue_.top().generation;
    if (highest != CommitGraph::no_generation) {
      return highest <= lowest_generation_;
    }
    if (!has_colours_ && !deal_colours()) return true;
    return unsettled_waiting_ == 0 && !has_doubtful_cut();
  }

  // False when nothing is counted.
  bool deal_colours() {
    std::map<std::vector<Slot>, std::size_t> numbers;
    bool any = false;
    for (const Slot slot : counted_) {
      if (!is_counted(slot)) continue;
      any = true;
      std::vector<Slot> parents;
      bool lowest = true;
      if (node(slot).boundary && node(slot).parent_count > 0) {
        // What it leads to is not known: a colour that nothing can have.
        numbers.emplace(std::vector<Slot>{slot}, numbers.size());
        continue;
      }
      for (const Commits::Index parent :
           commits_.parents(states_[slot].commit)) {
        parents.push_back(slot_of(parent));
        lowest = lowest && !is_counted(parents.back());
      }
      if (!lowest) continue;
      std::sort(parents.begin(), parents.end());
      numbers.emplace(parents, numbers.size());
    }
    if (!any) return false;
    has_colours_ = true;
    every_colour_ = all_bits(numbers.size());
    colours_.assign(1, 0);  // place 0 stands for none
    for (const auto& [parents, number] : numbers) {
      std::vector<std::uint64_t> mask(every_colour_.size(), 0);
      mask[number / 64] = std::uint64_t{1} << (number % 64);
      for (const Slot parent : parents) {
        if (!is_counted(parent)) give_colours(parent, mask);
      }
    }
    trail_colours_.assign(every_colour_.size(), 0);
    trail_end_ = head_;
    return true;
  }

  // Passes colours on along first parents, down to this date.
  void follow_first_parents(std::int64_t oldest) {
    while (trail_end_ != no_commit && unsettled_waiting_ > 0) {
      const Commits::Index commit = trail_end_;
      const Commits::Node& one = commits_.load(commit);
      if (one.committed_at < oldest) return;
      const Slot known = commit < slots_.size() ? slots_[commit] : 0;
      if (known != 0) {
        if (const std::uint32_t colours = states_[known - 1].colours) {
          add_bits(trail_colours_,
                   {colours_.data() + colours, trail_colours_.size()});
        }
        give_colours(known - 1, trail_colours_);
      }
      if (trail_colours_ == every_colour_) trail_.insert(commit);
      const bool ends = one.boundary || one.parent_count == 0;
      trail_end_ = ends ? no_commit : commits_.parents(commit)[0];
    }
  }

  void forget_colours() {
    if (!has_colours_) return;
    has_colours_ = false;
    trail_.clear();
    for (; !later_.empty(); later_.pop()) queue_.push(later_.top());
    unsettled_waiting_ = 0;
    for (State& state : states_) {
      state.colours = 0;
      state.settled = false;
      unsettled_waiting_ += state.waiting ? 1U : 0U;
    }
  }

  // A boundary behind which commits might lead to counted ones.
  bool is_doubtful(Slot slot) const {
    return !states_[slot].settled &&
           node(slot).committed_at > oldest_ - trusted_clock_skew;
  }
  bool has_doubtful_cut() const {
    return std::any_of(cut_off_.begin(), cut_off_.end(),
                       [&](Slot slot) { return is_doubtful(slot); });
  }
  void check_cut_off() const {
    const bool any = std::any_of(counted_.begin(), counted_.end(),
                                 [&](Slot slot) { return is_counted(slot); });
    if (!any) return;
    for (const Slot slot : cut_off_) {
      if (!is_counted(slot) && !is_doubtful(slot)) continue;
      fail_at_boundary(
          node(slot).id,
          commits_.node(commits_.parents(states_[slot].commit)[0]).id);
    }
  }

  Commits& commits_;
  Commits::Index head_ = no_commit;
  std::vector<std::uint64_t> every_class_;
  std::size_t words_;
  std::vector<std::uint64_t> no_class_;
  std::vector<State> states_;
  std::vector<std::uint64_t> excluded_;
  std::vector<Slot> slots_;  // by commit; 0 is none, else slot + 1
  WalkQueue queue_;
  std::size_t counted_waiting_ = 0;
  std::vector<Slot> counted_;  // when walked; some may be no longer
  std::uint64_t lowest_generation_ = CommitGraph::no_generation;
  std::int64_t oldest_ = INT64_MAX;
  std::vector<std::uint64_t> mask_;  // scratch

  bool has_colours_ = false;
  std::vector<std::uint64_t> every_colour_;
  std::vector<std::uint64_t> colours_;
  std::size_t unsettled_waiting_ = 0;
  WalkQueue later_;                           // of settled commits
  std::unordered_set<Commits::Index> trail_;  // what has every colour
  std::vector<std::uint64_t> trail_colours_;
  Commits::Index trail_end_ = no_commit;  // where it goes on
  std::vector<Slot> cut_off_;  // excluded commits at a shallow boundary
};

Reached Walk::result() const {
  Reached reached;
  reached.words = words_;
  std::vector<std::uint32_t> children(states_.size(), 0);
  std::vector<Slot> all;
  for (const Slot slot : counted_) {
    if (!is_counted(slot)) continue;
    all.push_back(slot);
    for (const Commits::Index parent : commits_.parents(states_[slot].commit)) {
      const Slot number = parent < slots_.size() ? slots_[parent] : 0;
      if (number != 0) ++children[number - 1];
    }
  }
  std::priority_queue<WalkItem> ready;
  for (const Slot slot : all) {
    if (children[slot] == 0) ready.push(walk_item(node(slot), slot));
  }
  while (!ready.empty()) {
    const Slot slot = ready.top().slot;
    ready.pop();
    reached.commits.push_back(states_[slot].commit);
    for (std::size_t i = 0; i < words_; ++i) {
      reached.classes.push_back(every_class_[i] &
                                ~excluded_[slot * words_ + i]);
    }
    for (const Commits::Index parent : commits_.parents(states_[slot].commit)) {
      const Slot number = parent < slots_.size() ? slots_[parent] : 0;
      if (number == 0 || --children[number - 1] != 0) continue;
      if (is_counted(number - 1)) {
        ready.push(walk_item(node(number - 1), number - 1));
      }
    }
  }
  return reached;
}

}  // namespace

Reached reach(Commits& commits, Commits::Index head,
              const std::vector<std::vector<Commits::Index>>& excluded) {
  Walk walk(commits, excluded.size());
  walk.start(head, excluded);
  walk.run();
  return walk.result();
}

}  // namespace ecr_version::git
