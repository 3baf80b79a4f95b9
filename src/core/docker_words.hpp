// Words of a Dockerfile with their variables replaced (BuildKit's shell
// lexer): `$x`, `${x}`, `${x:-y}`, `${x-y}`, `${x:+y}`, `${x+y}`, quotes and
// escapes.
//
// What a build argument holds is known only where it has a default; what is
// not known is never taken for nothing, which would name another file.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::core {

// Stands in a text for a part of which nothing is known.
constexpr char any_value = '\x1A';

struct DockerWord {
  std::string text;
  // Whether every `any_value` in it holds no slash (TARGETARCH); without any,
  // the text is what Docker sees.
  bool is_known = true;
};

// Variables by name. nullopt: declared, but its value is the builder's to give.
using DockerVariables = std::map<std::string, std::optional<DockerWord>>;

DockerWord expand_docker_word(std::string_view word,
                              const DockerVariables& variables, char escape);

// What Docker gives every build: nothing when `name` is no platform argument.
std::optional<DockerWord> platform_argument(std::string_view name);
// All of them, as FROM sees them without declaring any.
DockerVariables platform_arguments();

}  // namespace ecr_version::core
