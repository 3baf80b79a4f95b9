#include "app/action.hpp"

#include "app/labels.hpp"
#include "app/plan_json.hpp"
#include "app/planning.hpp"
#include "app/registry_facts.hpp"
#include "app/release.hpp"
#include "app/report.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "runner/outputs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ecr_version::app {
namespace {

// The app that single outputs tell of: the one selected, else the one affected.
const PlannedApp* single_app(const Plan& plan, const runner::Inputs& inputs) {
  if (inputs.app.size() == 1) return plan.find(inputs.app.front());
  const PlannedApp* only = nullptr;
  for (const PlannedApp& app : plan.apps) {
    if (!app.plan.affected) continue;
    if (only != nullptr) return nullptr;
    only = &app;
  }
  return only;
}

std::string names_of_affected(const Plan& plan) {
  json::Writer out;
  out.begin_array();
  for (const PlannedApp& app : plan.apps) {
    if (app.plan.affected) out.value(app.facts.app.name);
  }
  out.end_array();
  return out.text();
}

void set_single(runner::Outputs& outputs, const Plan& plan,
                const runner::Event& event, const PlannedApp* app) {
  const bool one = app != nullptr;
  outputs.set("version", one ? app->plan.version.value_or("") : "");
  outputs.set("previous-version",
              one ? app->plan.previous_version.value_or("") : "");
  outputs.set("bump", one ? std::string(core::to_string(app->plan.bump)) : "");
  outputs.set("repository", one ? app->facts.app.repository : "");
  outputs.set("image", one ? plan.image(*app) : "");
  outputs.set("labels", one ? labels(plan, event, *app, VersionLabel::with)
                            : std::vector<std::string>{});
}

runner::Outputs outputs_of(const Plan& plan, const runner::Event& event,
                           const runner::Inputs& inputs) {
  std::vector<std::string> tags;
  std::vector<std::string> names;
  bool any_affected = false;
  bool all_released = !plan.apps.empty();
  for (const PlannedApp& app : plan.apps) {
    any_affected = any_affected || app.plan.affected;
    all_released =
        all_released && app.plan.reason == core::Reason::already_released;
    const std::vector<std::string> references = plan.tags(app);
    tags.insert(tags.end(), references.begin(), references.end());
    names.insert(names.end(), app.plan.tag_names.begin(),
                 app.plan.tag_names.end());
  }
  runner::Outputs outputs;
  outputs.set("tags", tags);
  outputs.set("tag-names", names);
  set_single(outputs, plan, event, single_app(plan, inputs));
  outputs.set("registry", plan.registry);
  outputs.set("affected", names_of_affected(plan));
  outputs.set("any-affected", any_affected);
  outputs.set("matrix", matrix_json(plan, event));
  outputs.set("plan", plan_json(plan));
  outputs.set("already-released", all_released);
  return outputs;
}

// `missing-repository: create`, for affected apps, when this run releases.
// False: one that ECR called missing is there, and may hold releases.
bool create_repositories(World& world, aws::Ecr& ecr, const Plan& plan) {
  if (plan.run.preview ||
      plan.policy.missing_repository != core::MissingRepository::create) {
    return true;
  }
  bool all_new = true;
  for (const PlannedApp& app : plan.apps) {
    if (!app.missing || !app.plan.affected) continue;
    const std::string& name = app.facts.app.repository;
    const auto made = ecr.create_repository(new_repository(name));
    world.log.notice(made ? "created the repository " + made->uri
                          : "the repository " + name +
                                " was missing and is there now: planning anew");
    all_new = all_new && made;
  }
  return all_new;
}

}  // namespace

// After `release`: the outputs name the release that HEAD carries, made now or
// before. A superseded HEAD carries none: no tags, and the newest version.
void set_released(runner::Outputs& outputs, const Plan& plan,
                  const Released& released) {
  const PlannedApp& app = plan.apps.front();
  std::vector<std::string> references;
  references.reserve(released.tags.size());
  for (const std::string& tag : released.tags) {
    references.push_back(plan.image(app) + ":" + tag);
  }
  outputs.set("tags", references);
  outputs.set("tag-names", released.tags);
  outputs.set("version", released.version.value_or(""));
  outputs.set("previous-version", released.previous_version.value_or(""));
  if (!released.bump.empty()) outputs.set("bump", released.bump);
}

void set_login(runner::Outputs& outputs, const Plan& plan, aws::Ecr& ecr) {
  if (plan.without_credentials) {
    outputs.set("docker-username", "");
    outputs.set("docker-password", "");
    return;
  }
  const aws::LoginToken token = ecr.login_token();
  outputs.set("docker-username", token.username);
  outputs.set("docker-password", token.password.reveal());
}

// For the log and the summary, one line.
std::string tell(const Released& released) {
  if (released.tags.empty()) {
    return fmt::format("{}: {} is not released ({})", released.app,
                       released.digest, released.reason);
  }
  return fmt::format("{}: {} is released as {}{}", released.app,
                     released.digest, join(released.tags, ", "),
                     released.added.empty() ? " already" : "");
}

int run_action(World& world) {
  const Time begin = world.clock.now();
  for (const std::string& warning : runner::misspelt_inputs(world.env)) {
    world.log.warning(warning);
  }
  runner::Inputs inputs = runner::read_inputs(world.env);
  std::optional<Released> released;
  if (inputs.release) {
    released = release_image(world, inputs, {.image = *inputs.release});
    world.log.info(tell(*released));
    inputs.force = false;  // what was forced is done: the plan tells of it
  }
  Workspace workspace = open_workspace(world, inputs);
  const auto session = open_session(world, inputs, workspace.config);
  aws::Ecr ecr(*session);
  Plan plan;
  runner::Outputs outputs;
  const auto look = [&] {
    plan = make_plan(world, inputs, workspace, *session, ecr);
    log_plan(world.log, plan);
    outputs = outputs_of(plan, workspace.event, inputs);
    if (released) set_released(outputs, plan, *released);
    if (inputs.login) set_login(outputs, plan, ecr);
  };
  look();
  // Everything above only reads.
  if (!create_repositories(world, ecr, plan)) look();
  outputs.write(world.env, world.log);
  runner::Summary summary = summarize(plan, workspace.event);
  if (released) summary.notes.insert(summary.notes.begin(), tell(*released));
  runner::write_summary(summary, world.env, world.log);
  world.log.info(fmt::format("{} requests, {} commits read, {} ms",
                             world.http.traffic().requests, plan.commits_read,
                             (world.clock.now() - begin).count()));
  return 0;
}

}  // namespace ecr_version::app
