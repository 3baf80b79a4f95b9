// The texts that `init` writes.
//
// What comes from the repository (names of directories and branches) enters as
// YAML text, quoted where it must be; a branch cannot add a key.
#pragma once

#include <string>
#include <string_view>

namespace ecr_version::app {

// As one plain or double-quoted YAML scalar that is read back as this text.
std::string yaml_text(std::string_view text);

// .github/ecr-version.yml around its `apps` and `shared-paths` blocks.
std::string config_template(std::string_view apps, std::string_view shared);

// The text of examples/affected-apps.yml, put in by the build.
extern const char deploy_workflow[];

// The same for pushes to `branch`.
std::string workflow_template(std::string_view branch);

}  // namespace ecr_version::app
