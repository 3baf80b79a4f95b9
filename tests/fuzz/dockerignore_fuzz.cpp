// Ignore files: the first line is a path, the rest the file. A walk and a
// single question agree.
#include "core/docker_patterns.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>
#include <string>

using namespace ecr_version;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string path =
      core::clean_path("/" + std::string(text.substr(0, end))).substr(1);
  promise(core::clean_path(path) == (path.empty() ? "." : path));

  const core::DockerPatterns patterns(
      core::read_dockerignore(text.substr(end)));
  const bool is_ignored = patterns.matches(path);
  core::DockerPatterns::Matched parent;
  core::DockerPatterns::Matched matched;
  bool walked = false;
  for (std::size_t at = path.find('/');; at = path.find('/', at + 1)) {
    walked =
        patterns.matches(std::string_view(path).substr(0, at), parent, matched);
    if (at == std::string::npos) break;
    parent.swap(matched);
  }
  promise(walked == is_ignored);
  if (patterns.empty()) promise(!is_ignored);
  return 0;
}
