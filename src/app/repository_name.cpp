#include "app/repository_name.hpp"

#include "base/text.hpp"

namespace ecr_version::app {

bool is_repository_name(std::string_view name) {
  // aws/ecr's service model, RepositoryName: parts joined by `/`, each of
  // letters and digits joined by `.`, `_`, `__` or any number of `-`.
  if (name.size() < 2 || name.size() > 256) return false;
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  for (const std::string_view part : split(name, '/')) {
    if (part.empty() || !is_letter(part.front()) || !is_letter(part.back())) {
      return false;
    }
    for (std::size_t i = 0; i < part.size();) {
      const std::size_t start = i;
      while (i < part.size() && !is_letter(part[i])) ++i;
      const std::string_view joint = part.substr(start, i - start);
      const bool allowed = joint.empty() || joint == "." || joint == "_" ||
                           joint == "__" ||
                           joint.find_first_not_of('-') == joint.npos;
      if (!allowed) return false;
      if (joint.empty()) ++i;
    }
  }
  return true;
}

}  // namespace ecr_version::app
