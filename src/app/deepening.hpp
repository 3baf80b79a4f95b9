// How far to deepen next: the pure rule.
//
// Depth in generations says little of a history with many merges (512 of them
// are nearly all of moby's 57,000 commits), so only the first step counts
// generations. From then on the step is a date, reckoned from how dense the
// history was so far, that about doubles the commits at hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ecr_version::app {

// Exactly one of the two is set.
struct DeepenStep {
  std::int64_t generations = 0;  // beyond where the clone was cut
  std::int64_t since = 0;        // seconds since 1970
  bool whole() const;            // everything there is
  static DeepenStep everything();
};

class Deepening {
 public:
  // The next step. `dates` are those of the commits at hand: seconds since
  // 1970, in any order.
  DeepenStep next(std::vector<std::int64_t> dates);
  int steps() const { return steps_; }

 private:
  int steps_ = 0;
  std::int64_t generations_ = 0;
  std::int64_t since_ = 0;
  std::size_t goal_ = 0;    // commits to have after the step
  std::size_t before_ = 0;  // commits at hand when the last step was planned
};

}  // namespace ecr_version::app
