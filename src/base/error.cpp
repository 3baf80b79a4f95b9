#include "base/error.hpp"

namespace ecr_version {

std::string describe(const std::exception& error) {
  std::string text = error.what();
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& cause) {
    text += ": " + describe(cause);
  }
  return text;
}

}  // namespace ecr_version
