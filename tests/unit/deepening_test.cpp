#include "app/deepening.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using ecr_version::app::Deepening;
using ecr_version::app::DeepenStep;

namespace {

constexpr std::int64_t now = 1'800'000'000;

// One commit each `pause` seconds, back from now.
std::vector<std::int64_t> commits(int count, std::int64_t pause) {
  std::vector<std::int64_t> dates;
  for (int i = 0; i < count; ++i) dates.push_back(now - i * pause);
  return dates;
}

}  // namespace

TEST_CASE("deepening: the first step is a few generations") {
  Deepening deepening;
  const DeepenStep step = deepening.next(commits(1, 0));
  CHECK(step.generations == 16);
  CHECK(step.since == 0);
}

TEST_CASE(
    "deepening: the second goes back far enough for 640 commits, and each "
    "further one doubles") {
  Deepening deepening;
  deepening.next(commits(1, 0));
  DeepenStep step = deepening.next(commits(17, 3600));
  CHECK(step.generations == 0);
  CHECK(step.since == now - 640 * 3600);
  step = deepening.next(commits(641, 3600));
  CHECK(step.since == now - 1282 * 3600);
  step = deepening.next(commits(1283, 3600));
  CHECK(step.since == now - 2566 * 3600);
}

TEST_CASE("deepening: a pause in history is leapt over") {
  Deepening deepening;
  deepening.next(commits(1, 0));
  const std::int64_t first = deepening.next(commits(17, 3600)).since;
  std::int64_t last = first;
  for (int i = 0; i < 3; ++i) {
    const DeepenStep step = deepening.next(commits(17, 3600));
    CHECK(now - step.since >= 4 * (now - last));
    last = step.since;
  }
}

TEST_CASE(
    "deepening: commits of one moment are counted by generation, then "
    "taken whole") {
  Deepening deepening;
  CHECK(deepening.next(commits(1, 0)).generations == 16);
  CHECK(deepening.next(commits(17, 0)).generations == 128);
  CHECK(deepening.next(commits(129, 0)).generations == 1024);
  CHECK(deepening.next(commits(129, 0)).whole());
}

TEST_CASE("deepening: it comes to an end") {
  Deepening deepening;
  int size = 1;
  for (int step = 1; step < 40; ++step) {
    if (deepening.next(commits(size, 600)).whole()) {
      CHECK(step > 8);
      return;
    }
    size *= 2;
  }
  FAIL("no step asked for everything");
}
