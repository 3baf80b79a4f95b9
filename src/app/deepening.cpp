#include "app/deepening.hpp"

#include <algorithm>
#include <functional>
#include <optional>

namespace ecr_version::app {
namespace {

// A push of a few commits is answered by the first step alone.
constexpr std::int64_t first_generations = 16;
// Bases within some 500 commits are answered by the second.
constexpr std::size_t second_goal = 640;
// Beyond this, one step to the end costs less than several.
constexpr std::size_t most_goal = 200'000;
constexpr std::int64_t all_generations = 0x7fffffff;  // gitprotocol-pack

// The date by which there are `goal` commits if history goes on as densely as
// its younger half did; nullopt where the dates tell nothing.
std::optional<std::int64_t> date_of(std::size_t goal,
                                    std::vector<std::int64_t> dates) {
  if (dates.size() < 4) return std::nullopt;
  std::sort(dates.begin(), dates.end(), std::greater<>());
  const std::size_t half = dates.size() / 2;
  const std::int64_t span = dates.front() - dates[half];
  if (span <= 0) return std::nullopt;
  const double seconds = static_cast<double>(span) * static_cast<double>(goal) /
                         static_cast<double>(half);
  if (seconds >= static_cast<double>(dates.front())) return 0;
  return dates.front() - static_cast<std::int64_t>(seconds);
}

}  // namespace

bool DeepenStep::whole() const { return generations == all_generations; }

DeepenStep DeepenStep::everything() { return {.generations = all_generations}; }

DeepenStep Deepening::next(std::vector<std::int64_t> dates) {
  ++steps_;
  const bool stalled = steps_ > 1 && dates.size() <= before_;
  before_ = dates.size();
  if (steps_ == 1) {
    goal_ = static_cast<std::size_t>(first_generations);
    generations_ = first_generations;
    return {.generations = generations_};
  }
  goal_ = std::max({second_goal, goal_ * 2, dates.size() * 2});
  if (goal_ > most_goal) return DeepenStep::everything();

  std::optional<std::int64_t> since = date_of(goal_, dates);
  if (!since) {
    // All of one moment: count generations after all.
    if (stalled) return DeepenStep::everything();
    generations_ = std::max(generations_ * 8, first_generations * 8);
    return {.generations = generations_};
  }
  const std::int64_t youngest = *std::max_element(dates.begin(), dates.end());
  if (since_ > 0 && (stalled || *since >= since_)) {
    // A pause in history: each step reaches back at least twice as far.
    since = std::min(*since, youngest - 4 * (youngest - since_));
  }
  if (*since <= 0) return DeepenStep::everything();
  since_ = *since;
  return {.since = since_};
}

}  // namespace ecr_version::app
