// The grammar of ECR repository names.
//
// Narrower than it looks: letter case, a dot beside a dash, three underscores
// and a name of one letter are all refused by CreateRepository, so a name is
// checked before anyone is asked to create it.
#pragma once

#include <string_view>

namespace ecr_version::app {

// Can ECR have a repository of this name?
bool is_repository_name(std::string_view name);

}  // namespace ecr_version::app
