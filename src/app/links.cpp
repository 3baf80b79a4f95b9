#include "app/links.hpp"

#include <system_error>

namespace ecr_version::app {

namespace fs = std::filesystem;

fs::path link_on_the_way(const fs::path& root, const fs::path& path) {
  fs::path place = root;
  for (const fs::path& part : path) {
    place /= part;
    std::error_code ignored;
    if (fs::is_symlink(fs::symlink_status(place, ignored))) return place;
  }
  return {};
}

}  // namespace ecr_version::app
