#include "base/env.hpp"

#include "base/text.hpp"

#include <unistd.h>

#include <string_view>
#include <utility>

namespace ecr_version {

Environment::Environment(std::map<std::string, std::string> values)
    : values_(std::move(values)) {}

Environment Environment::of_process() {
  std::map<std::string, std::string> values;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    // The first of duplicates, as getenv finds it.
    values.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return Environment(std::move(values));
}

std::optional<std::string> Environment::get(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

bool Environment::is_true(const std::string& name) const {
  const std::optional<std::string> value = get(name);
  return value && (equals_ignoring_case(*value, "true") || *value == "1");
}

}  // namespace ecr_version
