// From inputs to a plan: reads the repository and the registry, and decides.
//
// Nothing is written here, to ECR or anywhere else; `action` and `release` act
// on what this returns.
#pragma once

#include "app/apps.hpp"
#include "app/config.hpp"
#include "app/deepener.hpp"
#include "app/world.hpp"
#include "aws/ecr.hpp"
#include "aws/session.hpp"
#include "core/plan.hpp"
#include "git/repository.hpp"
#include "runner/event.hpp"
#include "runner/inputs.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

struct PlannedApp {
  core::AppFacts facts;  // with the app itself
  core::AppPlan plan;
  bool missing = false;  // no repository in ECR
};

struct Plan {
  core::RunOptions run;           // with HEAD
  std::int64_t committed_at = 0;  // of HEAD, seconds since 1970
  std::string registry;           // host, "" when no answer could tell
  core::Policy policy;
  std::vector<core::App> all;    // every app of the repository
  std::vector<PlannedApp> apps;  // those selected, in the same order
  std::size_t commits_read = 0;
  bool without_credentials = false;  // a preview that git alone answered

  const PlannedApp* find(const std::string& app) const;
  // "host/repository" and "host/repository:tag".
  std::string image(const PlannedApp& app) const;
  std::vector<std::string> tags(const PlannedApp& app) const;
};

// The repository, its configuration and its apps at HEAD: what every command
// but `latest` and `login` begins with.
struct Workspace {
  git::Repository repository;
  git::Oid head;
  runner::Event event;
  Config config;
  std::vector<core::App> apps;
  // Brings what the clone lacks; never null.
  std::unique_ptr<Deepener> deepener;
};

// What the app of a root Dockerfile is named after.
std::string repository_name(const runner::Event& event,
                            const git::Repository& repository);

// Notices (HEAD is not GITHUB_SHA, what discovery left out) go to the log.
Workspace open_workspace(const World& world, const runner::Inputs& inputs);

// The apps of these names in this order, each once; all for none. Throws
// UsageError, with the nearest name, for one that does not exist.
std::vector<core::App> selected_apps(const std::vector<core::App>& all,
                                     const std::vector<std::string>& names);

// A notice where the work tree's configuration is not the one of HEAD, which is
// the one that counts. One that a sparse checkout leaves out is no difference.
void note_work_tree_configuration(const World& world,
                                  const runner::Inputs& inputs,
                                  const Workspace& workspace);

// Throws UsageError for an app that does not exist or an input that is none,
// Error for a repository that is missing where the configuration says `fail`,
// and what git and ECR throw. History that the clone lacks is brought in
// through the workspace's deepener.
Plan make_plan(const World& world, const runner::Inputs& inputs,
               Workspace& workspace, aws::Session& session, aws::Ecr& ecr);

}  // namespace ecr_version::app
