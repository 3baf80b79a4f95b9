// One thing that a Dockerfile reads of its build context, and the patterns of
// ours that cover it. They may cover more than Docker reads, never less.
#pragma once

#include <string>
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
  // Docker takes patterns that ours refuse: "a/\\/b" has a part with nothing
  // in it, a long one can be too large. Such a source counts as unresolved.
  bool is_pattern_of_ours() const;
};

}  // namespace ecr_version::core
