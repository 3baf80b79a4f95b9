#include "runner/contract.hpp"

#include <algorithm>

namespace ecr_version::runner {
namespace {

template <typename Definitions>
auto find_named(const Definitions& definitions, std::string_view name) {
  const auto found =
      std::find_if(definitions.begin(), definitions.end(),
                   [&](const auto& one) { return one.name == name; });
  return found == definitions.end() ? nullptr : &*found;
}

}  // namespace

const InputDefinition* find_input(std::string_view name) {
  return find_named(input_definitions, name);
}

const OutputDefinition* find_output(std::string_view name) {
  return find_named(output_definitions, name);
}

}  // namespace ecr_version::runner
