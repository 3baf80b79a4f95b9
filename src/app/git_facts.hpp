// What git says of each app: release commits found, base, differences, commits.
//
// All apps are answered together: bases that several apps share are compared
// once, and history is walked once. Nothing here decides; core/plan does.
#pragma once

#include "core/plan.hpp"
#include "git/changes.hpp"
#include "git/repository.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

// The base that the event or an input names, the same for all apps.
struct NamedBase {
  core::BaseSource source = core::BaseSource::none;  // none: use `released`
  std::optional<git::Oid> commit;
};

struct GitQuestion {
  git::Oid head;
  NamedBase base;
  // The commit before a push, or a pull request's base: bounds the commits of
  // an app none of whose release commits is known.
  std::optional<git::Oid> event_base;
  std::string prerelease;
  // Was the app's dockerfile, context or target written otherwise in the
  // configuration of that commit?
  std::function<bool(const git::Oid& base, const core::App& app)> redefined;
  // Told now and then how many directories were compared; may be empty.
  std::function<void(std::size_t)> progress;
};

// `all` are the apps of the repository (dependencies are looked up there);
// `facts` those asked for, with app, exists, releases_known and releases
// filled in; the rest is filled here. Returns the number of commits read.
// Throws git::MissingObject where the clone lacks history, and Error for a
// release tag whose hash fits several commits.
std::size_t gather_git_facts(const git::Repository& repository,
                             const std::vector<core::App>& all,
                             const core::Policy& policy,
                             const GitQuestion& question,
                             std::vector<core::AppFacts>& facts);

}  // namespace ecr_version::app
