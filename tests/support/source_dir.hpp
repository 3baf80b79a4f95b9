// Where the project's sources lie: test data, schemas, and beside them the
// published vectors.
#pragma once

#include <filesystem>

namespace ecr_version::tests {

std::filesystem::path source_dir();

}  // namespace ecr_version::tests
