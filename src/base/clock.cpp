#include "base/clock.hpp"

#include <time.h>

#include <random>
#include <thread>
#include <utility>

namespace ecr_version {
namespace {

using std::chrono::milliseconds;

double random_fraction() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

// Sleep of the machine included, which a deadline at AWS does not wait out.
milliseconds since_boot() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::floor<milliseconds>(
      std::chrono::seconds(time.tv_sec) +
      std::chrono::nanoseconds(time.tv_nsec));
}

Time wall_time() {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

std::function<Time()> passing_time(const std::function<Time()>& wall,
                                   std::function<milliseconds()> passed) {
  const Time start = wall() - passed();
  return [start, passed = std::move(passed)] { return start + passed(); };
}

Clock system_clock() {
  return {.now = passing_time(wall_time, since_boot),
          .sleep =
              [](std::chrono::milliseconds time) {
                std::this_thread::sleep_for(time);
              },
          .random = random_fraction};
}

}  // namespace ecr_version
