#include "app/discovery.hpp"

#include "core/glob.hpp"

#include <algorithm>

namespace ecr_version::app {
namespace {

constexpr std::string_view dockerfile_name = "Dockerfile";

bool is_dockerfile(std::string_view path, Tree::Kind kind) {
  return name_of(path) == dockerfile_name && kind != Tree::Kind::submodule;
}

// The `ignore` list: a pattern ignores the directory it matches, with all
// below, and `fixtures/**` ignores fixtures too.
class Ignored {
 public:
  explicit Ignored(const std::vector<std::string>& patterns)
      : patterns_(patterns) {}

  bool contains(std::string_view directory) const {
    if (patterns_.empty()) return false;
    return (patterns_.positive().empty() ||
            any_matches(patterns_.positive(), directory)) &&
           !any_matches(patterns_.negative(), directory);
  }

  // Whether nothing below can be an app: a `!` pattern could bring it back.
  bool closes(std::string_view directory) const {
    return patterns_.negative().empty() && patterns_.matches(directory);
  }

 private:
  static bool any_matches(const std::vector<core::Glob>& globs,
                          std::string_view directory) {
    const std::string file = join_path(directory, dockerfile_name);
    return std::any_of(globs.begin(), globs.end(), [&](const auto& glob) {
      if (glob.matches(file)) return true;
      for (std::string_view at = directory; !at.empty(); at = parent_of(at)) {
        if (glob.matches(at)) return true;
      }
      return false;
    });
  }

  core::PathSet patterns_;
};

}  // namespace

std::vector<std::string> discover(const Tree& tree,
                                  const std::vector<std::string>& ignore) {
  const Ignored ignored(ignore);
  std::vector<std::string> found;
  tree.walk(
      [&](std::string_view directory) {
        return directory.empty() || (!name_of(directory).starts_with('.') &&
                                     !ignored.closes(directory));
      },
      [&](std::string_view path, Tree::Kind kind) {
        if (!is_dockerfile(path, kind)) return;
        const std::string_view directory = parent_of(path);
        if (!ignored.contains(directory)) found.emplace_back(directory);
      });
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::vector<std::string>> directories_of_globs(
    const Tree& tree, const std::vector<std::string>& globs,
    const std::vector<std::string>& ignore) {
  const Ignored ignored(ignore);
  std::vector<core::Glob> compiled;
  for (const std::string& glob : globs) compiled.emplace_back(glob);
  std::vector<std::vector<std::string>> found(globs.size());
  if (globs.empty()) return found;

  tree.walk(
      [&](std::string_view directory) {
        return directory.empty() ||
               (!ignored.closes(directory) &&
                std::any_of(compiled.begin(), compiled.end(),
                            [&](const core::Glob& glob) {
                              return glob.matches(directory) ||
                                     glob.may_match_below(directory);
                            }));
      },
      [&](std::string_view path, Tree::Kind kind) {
        if (!is_dockerfile(path, kind)) return;
        const std::string_view directory = parent_of(path);
        if (directory.empty() || ignored.contains(directory)) return;
        for (std::size_t i = 0; i < compiled.size(); ++i) {
          if (compiled[i].matches(directory)) found[i].emplace_back(directory);
        }
      });
  for (std::vector<std::string>& one : found) std::sort(one.begin(), one.end());
  return found;
}

}  // namespace ecr_version::app
