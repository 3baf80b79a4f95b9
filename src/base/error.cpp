#include "base/error.hpp"

#include <new>

namespace ecr_version {

std::string describe(const std::exception& error) {
  const bool no_memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
  std::string text = no_memory ? "out of memory" : error.what();
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& cause) {
    text += ": " + describe(cause);
  }
  return text;
}

}  // namespace ecr_version
