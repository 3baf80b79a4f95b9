#include "app/plan_json.hpp"

#include "app/labels.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ecr_version::app {
namespace {

constexpr std::size_t most_matrix_entries = 256;

void write_app(json::Writer& out, const Plan& plan, const PlannedApp& app) {
  const core::App& is = app.facts.app;
  const core::AppPlan& decided = app.plan;
  out.begin_object();
  out.member("app", is.name);
  out.member("directory", is.directory);
  out.member("affected", decided.affected);
  out.member("reason", core::to_string(decided.reason));
  out.key("base").begin_object();
  out.member("commit", app.facts.base.commit);
  out.member("source", core::to_string(app.facts.base.source));
  out.end_object();
  out.member("bump", core::to_string(decided.bump));
  out.key("bump-commit");
  if (decided.bump_commit) {
    out.begin_object();
    out.member("sha", decided.bump_commit->sha);
    out.member("subject", decided.bump_commit->subject);
    out.end_object();
  } else {
    out.null();
  }
  out.member("previous-version", decided.previous_version);
  out.member("version", decided.version);
  out.member("repository", is.repository);
  out.member("registry", plan.registry);
  out.member("tag-names", decided.tag_names);
  out.member("tags", plan.tags(app));
  out.member("already-released",
             decided.reason == core::Reason::already_released);
  out.member("changed-paths", decided.changed_paths);
  out.member("commits", app.facts.commits.size());
  out.end_object();
}

}  // namespace

std::string plan_json(const Plan& plan) {
  json::Writer out;
  out.begin_object();
  out.member("schema", plan_schema);
  out.member("head", plan.run.head);
  out.key("apps").begin_array();
  for (const PlannedApp& app : plan.apps) write_app(out, plan, app);
  out.end_array();
  out.end_object();
  return out.text();
}

std::vector<Staged> by_stage(const Plan& plan) {
  std::map<std::string, const core::App*> all;
  for (const core::App& app : plan.all) all[app.name] = &app;

  const auto affected_below = [&](const std::string& name) {
    std::set<std::string> seen{name};
    std::vector<std::string> open{name};
    std::size_t count = 0;
    while (!open.empty()) {
      const std::string one = open.back();
      open.pop_back();
      for (const std::string& below : all.at(one)->depends_on) {
        if (!seen.insert(below).second) continue;
        open.push_back(below);
        const PlannedApp* planned = plan.find(below);
        if (planned != nullptr && planned->plan.affected) ++count;
      }
    }
    return count;
  };
  std::vector<Staged> result;
  for (const PlannedApp& app : plan.apps) {
    if (app.plan.affected)
      result.push_back({&app, affected_below(app.facts.app.name)});
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Staged& left, const Staged& right) {
                     return left.stage < right.stage;
                   });
  return result;
}

std::string matrix_json(const Plan& plan, const runner::Event& event) {
  const std::vector<Staged> affected = by_stage(plan);
  if (affected.size() > most_matrix_entries) {
    throw Error(fmt::format(
        "writing the output `matrix`: {} apps are affected, and GitHub runs at "
        "most {} jobs of a matrix; split them with the input `app`, one step "
        "for each part",
        affected.size(), most_matrix_entries));
  }
  json::Writer out;
  out.begin_object();
  out.key("include").begin_array();
  for (const auto& [app, stage] : affected) {
    const core::App& is = app->facts.app;
    out.begin_object();
    out.member("app", is.name);
    out.member("version", app->plan.version.value_or(""));
    out.member("previous-version", app->plan.previous_version.value_or(""));
    out.member("bump", core::to_string(app->plan.bump));
    out.member("repository", is.repository);
    out.member("tag-names", join(app->plan.tag_names, "\n"));
    out.member("labels",
               join(labels(plan, event, *app, VersionLabel::with), "\n"));
    out.member("directory", is.directory.empty() ? "." : is.directory);
    out.member("context", is.context.empty() ? "." : is.context);
    out.member("dockerfile", is.dockerfile);
    out.member("target", is.target);
    out.member("sha", plan.run.head);
    out.member("stage", stage);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.text();
}

}  // namespace ecr_version::app
