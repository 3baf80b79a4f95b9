// The apps of a commit: the configuration's entries, name globs and discovery
// brought together with what HEAD's tree holds.
//
// The tree is listed only when discovery or a name glob asks for it, and then
// once: explicit apps are answered by looking up single paths, so that a push
// to a repository of a million files costs what the apps cost.
#pragma once

#include "app/config.hpp"
#include "app/repository_name.hpp"
#include "core/app.hpp"
#include "git/repository.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

// Something the user should know that stops nothing: `::notice::` in a log.
struct Notice {
  std::string text;
};

struct FoundApps {
  std::vector<core::App> apps;  // in the file's order; discovered: by directory
  std::vector<Notice> notices;
};

// Blobs that find_apps must read and the clone lacks, all of them, so that they
// can be fetched in one request.
struct MissingBlobs : git::MissingObject {
  explicit MissingBlobs(std::vector<git::Oid> which);  // not empty
  std::vector<git::Oid> ids;
};

// `repository_name` names the app of a root Dockerfile that discovery finds.
// Throws ConfigError (unknown or circular depends-on, an impossible ECR name, a
// directory that cannot be told), UsageError when discovery finds nothing,
// MissingBlobs (Dockerfiles, ignore files) or another git::MissingObject for
// what the clone lacks.
FoundApps find_apps(const git::Repository& repository, const git::Oid& head,
                    const Config& config, std::string_view repository_name);

// Throws UsageError naming both when two apps have one name or one ECR
// repository. For the final list: discovered apps without a repository in ECR
// are left out before.
void check_unique(const std::vector<core::App>& apps);

// Does any file of the commit match the app's own written paths? When not, the
// app counts as deleted. Stops at the first match.
bool has_own_files(const git::Repository& repository, const git::Oid& head,
                   const core::App& app);

// Does this path of any commit belong to the app itself (its paths, less what
// its .dockerignore leaves out, and what always counts)? Patterns compile per
// call: a walk asks core's path index and app.left_out instead.
bool belongs(const core::App& app, std::string_view path);

}  // namespace ecr_version::app
