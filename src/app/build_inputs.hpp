// What an app's image is built from: its context, the paths that its build
// reads, the ignore file in force and the images that it starts from.
//
// Written paths are kept as they are; only discovered apps and `paths: auto`
// take theirs from the Dockerfile. Where the Dockerfile does not tell, the
// whole context counts and a notice says so: over-report, never miss.
#pragma once

#include "app/apps.hpp"
#include "app/tree.hpp"
#include "core/app.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

// An image that the build names in FROM or --from=.
struct UsedImage {
  std::string reference;  // variables with a default replaced by it
  std::string place;      // "apps/api/Dockerfile:3"
};

// Files whose content settle_build will ask for, as far as the tree tells now.
std::vector<std::string> files_to_read(Tree& tree, const core::App& app);

// Fills app.context (unless `context` gives it), paths, always, left_out and
// path_sources. `app` has its directory, dockerfile, target, written_paths and
// `inferred` set. Gives the images of the stages in use.
std::vector<UsedImage> settle_build(Tree& tree,
                                    const std::optional<std::string>& context,
                                    core::App& app,
                                    std::vector<Notice>& notices);

// The pattern that matches this path and no other.
std::string literal_pattern(std::string_view path);
// The pattern that matches all below this directory: `apps/api/**`.
std::string below_pattern(std::string_view directory);

}  // namespace ecr_version::app
