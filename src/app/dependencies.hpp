// Which apps an app depends on: `depends-on`, and images of other apps that its
// Dockerfile starts from.
//
// An image pinned by full version or digest implies nothing: what the other app
// does next cannot change this build.
#pragma once

#include "app/build_inputs.hpp"
#include "app/config.hpp"
#include "core/app.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

// An app with what find_apps knows of it besides.
struct Candidate {
  core::App app;
  const AppEntry* entry = nullptr;  // null: discovered
  std::vector<UsedImage> images;
};

// Fills depends_on of every app. Throws ConfigError for a name that no app has
// (with the nearest) and for a cycle, which it prints: "a -> b -> a".
void link_dependencies(std::vector<Candidate>& candidates,
                       const Config& config);

// Does this image reference mean the ECR repository, at whatever host, in a
// version that may still move?
bool follows_repository(std::string_view reference, std::string_view repository,
                        std::string_view tag_prefix);

}  // namespace ecr_version::app
