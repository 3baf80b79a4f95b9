#include "base/clock.hpp"

#include <random>
#include <thread>

namespace ecr_version {
namespace {

double random_fraction() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace

Clock system_clock() {
  return {.now =
              [] {
                return std::chrono::floor<std::chrono::milliseconds>(
                    std::chrono::system_clock::now());
              },
          .sleep =
              [](std::chrono::milliseconds time) {
                std::this_thread::sleep_for(time);
              },
          .random = random_fraction};
}

}  // namespace ecr_version
