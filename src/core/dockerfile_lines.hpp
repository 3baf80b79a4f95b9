// A Dockerfile's text as a list of instructions.
//
// Comments, continuations and heredocs are dealt with here, as BuildKit's
// parser does; what an instruction means is core/dockerfile's. A comment or an
// empty line within a continued instruction is dropped, not its end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

struct DockerInstruction {
  int line = 0;                    // where it starts, from 1
  std::string command;             // lower-case: "copy"
  std::vector<std::string> flags;  // "--from=build", quotes removed
  std::string arguments;           // all the rest, continuations joined
};

struct DockerLines {
  std::vector<DockerInstruction> instructions;
  char escape = '\\';  // or '`', by the directive
  std::string syntax;  // of the directive: "docker/dockerfile:1"
  // A heredoc that never ends, a text too long: Docker refuses it or so should
  // we, and nothing can be told.
  bool is_broken = false;
};

DockerLines read_docker_lines(std::string_view text);

// "COPY --link a b" as an instruction; that of ONBUILD, too.
DockerInstruction read_docker_instruction(std::string_view text, int line);

// Words separated by blanks outside of quotes, quotes and escapes kept.
std::vector<std::string> split_docker_words(std::string_view text, char escape);

// "EOF" of "<<EOF", "<<-'EOF'" or "3<<EOF".
struct DockerHeredoc {
  std::string name;
  bool strips_tabs = false;
};
std::optional<DockerHeredoc> parse_docker_heredoc(std::string_view word);

}  // namespace ecr_version::core
