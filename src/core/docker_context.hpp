// The files of a build context that a Dockerfile's build can see.
//
// Symbolic links are the caller's: Docker follows one that a source names, so
// what it points to is read as well, which no pattern here can know.
#pragma once

#include "core/docker_patterns.hpp"
#include "core/dockerfile.hpp"
#include "core/glob.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace ecr_version::core {

class DockerContext {
 public:
  // `ignored` holds the lines of the .dockerignore in force.
  DockerContext(const std::vector<DockerSource>& sources,
                const std::vector<std::string>& ignored);

  // Would a change of this file, whose path is from the context's root, rebuild
  // a layer?
  bool reads(std::string_view path) const;
  // The same of one source, by its index, whatever is ignored: whether the
  // source exists in a tree is whether it reads any of its files.
  bool source_reads(std::size_t source, std::string_view path) const;
  // Hidden from the build by every engine.
  bool ignores(std::string_view path) const {
    return ignored_.matches(path) && ignored_.matched_before(path);
  }

 private:
  struct Source {
    std::optional<Glob> named;  // none: the context's root
    DockerPatterns parents;
    DockerPatterns excludes;
  };
  bool reads_below(const Source& source, std::string_view rest) const;

  std::vector<Source> sources_;
  DockerPatterns ignored_;
};

}  // namespace ecr_version::core
