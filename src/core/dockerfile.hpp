// What a Dockerfile reads of its build context, and which images it stands on.
//
// The judge is Docker's own build cache: a file whose change would rebuild
// a COPY, an ADD or a bind mount of the stages in use is read. Where that
// cannot be told from the text (a build argument without a default), the whole
// context counts: an app too many costs a build, a missed one a release.
// Nothing here throws or reads a file; hostile text yields the whole context.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

// One source of a COPY or ADD, or one bind mount, in a stage that is in use.
struct DockerSource {
  int line = 0;         // of its instruction, from 1
  std::string written;  // as the Dockerfile has it

  // Nothing more is known: the whole context counts. Then `pattern` is "" and
  // there are no excludes.
  bool is_unresolved = false;
  // What it names, from the context's root, as a pattern of core/glob; a match
  // is read with all below it. "" is the context's root.
  std::string pattern;
  // Of COPY --parents: what is read below `pattern`, by Docker's own patterns
  // (core/docker_patterns). Empty: everything.
  std::string parents;
  // --exclude: Docker's own patterns, from each match of `pattern`.
  std::vector<std::string> excludes;

  // Patterns of core/glob that cover all it reads (and perhaps more: excludes
  // are not counted), from the context's root.
  std::vector<std::string> globs() const;
};

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
