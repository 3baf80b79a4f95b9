#include "core/docker_context.hpp"

namespace ecr_version::core {

DockerContext::DockerContext(const std::vector<DockerSource>& sources,
                             const std::vector<std::string>& ignored)
    : ignored_(ignored) {
  for (const DockerSource& source : sources) {
    Source& added = sources_.emplace_back();
    if (!source.pattern.empty()) added.named.emplace(source.pattern);
    added.parents = DockerPatterns({source.parents});
    added.excludes = DockerPatterns(source.excludes);
  }
}

bool DockerContext::reads(std::string_view path) const {
  if (ignores(path)) return false;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (source_reads(i, path)) return true;
  }
  return false;
}

// A source names the file itself or a directory above it.
bool DockerContext::source_reads(std::size_t index,
                                 std::string_view path) const {
  const Source& source = sources_[index];
  if (!source.named) return reads_below(source, path);
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = path.find('/', end + 1);
    if (!source.named->matches(path.substr(0, end))) continue;
    const std::string_view rest =
        end == std::string_view::npos ? "" : path.substr(end + 1);
    if (reads_below(source, rest)) return true;
  }
  return false;
}

// `rest` is the path from what was named: "" when it is that itself, to which
// neither kind of pattern applies.
bool DockerContext::reads_below(const Source& source,
                                std::string_view rest) const {
  if (rest.empty()) return true;
  if (!source.parents.empty() && !source.parents.matches(rest)) return false;
  return !source.excludes.matches(rest);
}

}  // namespace ecr_version::core
