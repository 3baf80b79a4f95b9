// A pattern, a newline, a path: the shortcuts that a walk takes through a tree
// never leave out a path that matches, nor promise one that does not.
#include "base/error.hpp"
#include "core/glob.hpp"
#include "fuzz/fuzz.hpp"

#include <string>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::size_t newline = text.find('\n');
  if (newline == std::string_view::npos) return 0;
  const std::string_view path = text.substr(newline + 1);
  const std::size_t slash = path.rfind('/');
  if (path.empty() || path.front() == '/' || path.back() == '/' ||
      path.find("//") != std::string_view::npos)
    return 0;
  try {
    const ecr_version::core::Glob glob(text.substr(0, newline));
    const bool matches = glob.matches(path);
    if (slash != std::string_view::npos) {
      const std::string_view parent = path.substr(0, slash);
      if (matches) promise(glob.may_match_below(parent));
      if (glob.matches_all_below(parent)) promise(matches);
    }
    glob.matches_submodule(path);
  } catch (const ecr_version::UsageError&) {
  }
  return 0;
}
