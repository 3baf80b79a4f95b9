#include "app/patience.hpp"

#include "net/http.hpp"

#include <algorithm>

namespace ecr_version::app {

void wait_for(const World& world, std::chrono::milliseconds duration) {
  constexpr std::chrono::milliseconds step{100};
  while (duration.count() > 0) {
    if (world.interrupted && world.interrupted()) {
      throw Interrupted("interrupted while waiting");
    }
    world.clock.sleep(std::min(duration, step));
    duration -= step;
  }
}

}  // namespace ecr_version::app
