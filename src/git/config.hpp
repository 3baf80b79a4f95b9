// One file of git's configuration, read for what says how a repository is
// stored (git-config(1), "Syntax").
//
// Includes are not followed and no other file is looked at: git itself does not
// let an included file change a repository's format, and nothing else in it
// concerns this program.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ecr_version::git {

// Calls `visit` with each name ("core.bare", "remote.Origin.url": a part in
// quotes keeps its case) and its value, in the file's order; a name without "="
// has the value "true". Throws Error with the number of a line that makes no
// sense.
void read_config(std::string_view text,
                 const std::function<void(const std::string& name,
                                          const std::string& value)>& visit);

// As git reads a boolean: true, yes, on, or a number that is not 0.
bool is_true(std::string_view value);

}  // namespace ecr_version::git
