// What a Dockerfile reads of its build context, and which images it stands on.
//
// The judge is Docker's own build cache: a file whose change would rebuild
// a COPY, an ADD or a bind mount of the stages in use is read. Where that
// cannot be told from the text (a build argument without a default), the whole
// context counts: an app too many costs a build, a missed one a release.
// Nothing here throws or reads a file; hostile text yields the whole context.
#pragma once

#include "core/docker_source.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

// An image named by FROM or by `--from=` that is no stage of this file. What
// cannot be told of its name is a `*` ("*/base:1.2", "base:*").
struct DockerImage {
  std::string name;
  int line = 0;
};

struct DockerfileFacts {
  std::vector<DockerSource> sources;  // in the order of the file
  std::vector<DockerImage> images;
  // The wanted stage exists; else Docker refuses, and every stage is counted.
  bool has_target = true;
};

// `target` names a stage, or its number; "" is the last one.
DockerfileFacts read_dockerfile(std::string_view text, std::string_view target);

}  // namespace ecr_version::core
