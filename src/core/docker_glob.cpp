#include "core/docker_glob.hpp"

#include "base/text.hpp"
#include "core/docker_words.hpp"

namespace ecr_version::core {
namespace {

constexpr std::size_t npos = std::string_view::npos;

}  // namespace

std::optional<std::string> docker_to_glob(std::string_view path,
                                          DockerWildcards wildcards) {
  const bool has_wildcards = wildcards == DockerWildcards::yes;
  std::string glob;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const char c = path[at];
    const bool is_star = c == any_value || (has_wildcards && c == '*');
    if (is_star) {
      if (!glob.ends_with('*') || glob.ends_with("\\*")) glob += '*';
    } else if (has_wildcards && c == '?') {
      glob += '?';
    } else if (has_wildcards && c == '[') {
      // Any character is more than the set, which need not be worked out.
      const std::size_t start = at + 1;
      const std::size_t end = path.find(']', start);
      if (end == npos || end == start) return std::nullopt;
      if (path.substr(start, end - start).find_first_of("\\/") != npos)
        return std::nullopt;
      at = end;
      glob += '?';
    } else {
      const bool is_escape = has_wildcards && c == '\\' && at + 1 < path.size();
      const char literal = is_escape ? path[++at] : c;
      constexpr std::string_view special = "\\*?[]{}()!+@|,^";
      if (special.find(literal) != npos) glob += '\\';
      glob += literal;
    }
  }
  return glob;
}

std::string docker_parents_to_glob(std::string_view pattern) {
  std::string glob;
  for (const std::string_view part : split(pattern, '/')) {
    if (!glob.empty()) glob += '/';
    if (part == "**") {
      glob += part;
      continue;
    }
    const auto translated = docker_to_glob(part, DockerWildcards::yes);
    if (!translated || part.find("**") != npos) return "**";
    glob += *translated;
  }
  return glob;
}

}  // namespace ecr_version::core
