#include "support/source_dir.hpp"

namespace ecr_version::tests {

std::filesystem::path source_dir() { return ECR_VERSION_SOURCE_DIR; }

}  // namespace ecr_version::tests
