#include "core/docker_source.hpp"

#include "base/error.hpp"
#include "core/docker_glob.hpp"
#include "core/glob.hpp"

namespace ecr_version::core {

std::vector<std::string> DockerSource::globs() const {
  if (parents.empty() && pattern.empty()) return {"**"};
  if (parents.empty()) return {pattern, pattern + "/**"};
  const std::string below = docker_parents_to_glob(parents);
  if (pattern.empty() && below == "**") return {"**"};
  if (pattern.empty()) return {below, below + "/**"};
  // A file that the pattern names before the pivot is copied whatever follows.
  return {pattern, pattern + "/" + below, pattern + "/" + below + "/**"};
}

bool DockerSource::is_pattern_of_ours() const {
  try {
    const PathSet compiled(globs());
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace ecr_version::core
