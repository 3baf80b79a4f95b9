// Docker's path patterns as patterns of core/glob.
//
// The translation may match more than Docker does, never less; where it cannot
// promise that, it gives none. Two stars are one in COPY's patterns, which are
// Go's filepath.Match, and a path may hold braces that mean nothing there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::core {

enum class DockerWildcards { no, yes };

// Of a cleaned path: COPY's sources have wildcards, a mount's have not. An
// `any_value` (core/docker_words) is a star in either.
std::optional<std::string> docker_to_glob(std::string_view path,
                                          DockerWildcards wildcards);

// Of a pattern of COPY --parents, which knows `**`; "**" when there is none.
std::string docker_parents_to_glob(std::string_view pattern);

}  // namespace ecr_version::core
