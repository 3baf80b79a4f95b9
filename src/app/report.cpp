#include "app/report.hpp"

#include "base/text.hpp"
#include "core/message.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ecr_version::app {
namespace {

constexpr std::size_t most_shown = 3;

std::string short_sha(const std::string& sha) { return sha.substr(0, 7); }

std::string compared_with(const core::Base& base) {
  switch (base.source) {
    case core::BaseSource::released:
      return fmt::format("since {} ({})", base.tag, short_sha(*base.commit));
    case core::BaseSource::event:
      return fmt::format("since the event's base {}", short_sha(*base.commit));
    case core::BaseSource::input:
      return fmt::format("since {}", short_sha(*base.commit));
    case core::BaseSource::none:
      break;
  }
  return "";
}

std::string first_of(const std::vector<std::string>& paths) {
  std::vector<std::string> shown(
      paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(
                                         std::min(paths.size(), most_shown)));
  std::string text = join(shown, ", ");
  if (paths.size() > most_shown) text += ", …";
  return text;
}

std::string tags_text(const PlannedApp& app) {
  return join(app.plan.tag_names, ", ");
}

std::string bump_text(const core::AppPlan& decided) {
  std::string text = "bump: " + std::string(core::to_string(decided.bump));
  if (decided.bump_commit) {
    text += fmt::format(" by {} {}", short_sha(decided.bump_commit->sha),
                        decided.bump_commit->subject);
  }
  return text;
}

std::string step(const PlannedApp& app) {
  return fmt::format("{} → {}", app.plan.previous_version.value_or("none"),
                     app.plan.version.value_or("unknown"));
}

void log_app(runner::Log& log, const PlannedApp& app) {
  const core::AppPlan& decided = app.plan;
  log.begin_group(decided.affected
                      ? fmt::format("{}: {} ({})", app.facts.app.name,
                                    step(app), core::to_string(decided.reason))
                      : fmt::format("{}: not affected ({})", app.facts.app.name,
                                    core::to_string(decided.reason)));
  const std::string from = since(app);
  log.info(from.empty() ? why(app) : why(app) + ", " + from);
  if (decided.affected) {
    log.info(bump_text(decided));
    if (!decided.tag_names.empty()) log.info("tags: " + tags_text(app));
    // The line above has named the first few.
    if (decided.changed_paths.size() > most_shown) {
      for (const std::string& path : decided.changed_paths) {
        log.info("  " + path);
      }
      if (app.facts.differences.count > decided.changed_paths.size()) {
        log.info("  … and more");
      }
    }
  }
  log.end_group();
  // Outside the group: annotations are seen, folded lines are not.
  for (const std::string& text : decided.warnings) {
    log.warning(app.facts.app.name + ": " + text);
  }
  for (const std::string& text : decided.notices) {
    log.notice(app.facts.app.name + ": " + text);
  }
}

}  // namespace

std::string why(const PlannedApp& app) {
  const core::Differences& differs = app.facts.differences;
  switch (app.plan.reason) {
    case core::Reason::deleted:
      return "no file of it is left in this commit";
    case core::Reason::forced:
      return "forced by the input";
    case core::Reason::already_released:
      return fmt::format("this commit is released as {}",
                         app.plan.version.value_or(""));
    case core::Reason::superseded:
      return fmt::format("a later commit is released as {}",
                         app.facts.superseded_by.value_or(""));
    case core::Reason::never_released:
      return app.missing
                 ? "ECR has no repository " + app.facts.app.repository + " yet"
                 : app.facts.app.repository + " holds no release yet";
    case core::Reason::unknown_base:
      return "there is no commit to compare with";
    case core::Reason::skipped:
      return "all that changed says [skip release]";
    case core::Reason::changed:
      return differs.own.empty()
                 ? "its dockerfile, context or target was written anew"
                 : "changed: " + first_of(differs.own);
    case core::Reason::shared_path:
      return "shared paths changed: " + first_of(differs.shared);
    case core::Reason::dependency:
      return fmt::format("{}, which it depends on, changed: {}",
                         differs.dependency, first_of(differs.dependencies));
    case core::Reason::unchanged:
      break;
  }
  return "nothing of it changed";
}

std::string since(const PlannedApp& app) {
  switch (app.plan.reason) {
    case core::Reason::skipped:
    case core::Reason::changed:
    case core::Reason::shared_path:
    case core::Reason::dependency:
    case core::Reason::unchanged:
      return compared_with(app.facts.base);
    default:
      return "";
  }
}

void log_plan(runner::Log& log, const Plan& plan) {
  for (const PlannedApp& app : plan.apps) log_app(log, app);
  const auto affected =
      std::count_if(plan.apps.begin(), plan.apps.end(),
                    [](const PlannedApp& app) { return app.plan.affected; });
  if (affected == 0) {
    log.info("nothing to release: no app is affected");
    return;
  }
  log.info(
      fmt::format("{} of {} app{} affected{}", affected, plan.apps.size(),
                  plan.apps.size() == 1 ? "" : "s",
                  plan.run.preview ? " (a preview: nothing is released)" : ""));
  for (const PlannedApp& app : plan.apps) {
    if (!app.plan.affected) continue;
    log.info(fmt::format("  {}: {} ({}, {})", app.facts.app.name, step(app),
                         core::to_string(app.plan.bump),
                         core::to_string(app.plan.reason)));
  }
}

runner::Summary summarize(const Plan& plan, const runner::Event& event) {
  runner::Summary summary;
  summary.server_url = event.server_url;
  summary.repository = event.repository;
  summary.head_sha = plan.run.head;
  summary.preview = plan.run.preview;
  for (const PlannedApp& app : plan.apps) {
    runner::SummaryApp row;
    row.app = app.facts.app.name;
    row.affected = app.plan.affected;
    row.from = app.plan.previous_version.value_or("");
    row.to = app.plan.affected ? app.plan.version.value_or("") : "";
    row.bump = core::to_string(app.plan.bump);
    row.reason = core::to_string(app.plan.reason);
    row.why = why(app);
    row.tags = app.plan.tag_names;
    row.base_sha = app.facts.base.commit.value_or("");
    const std::string from = since(app);
    if (!from.empty()) row.details.push_back("changes " + from);
    row.details.push_back(bump_text(app.plan));
    row.commit_count = app.facts.commits.size();
    for (const auto& commit : app.facts.commits) {
      if (row.commits.size() == 10) break;
      const auto& bump = commit->message.bump;
      row.commits.push_back({commit->sha, commit->subject,
                             bump ? std::string(core::to_string(*bump)) : ""});
    }
    row.changed_paths = app.plan.changed_paths;
    row.changed_count = app.facts.differences.count;
    row.depends_on = app.facts.app.depends_on;
    for (const auto* list : {&app.plan.warnings, &app.plan.notices}) {
      for (const std::string& text : *list) {
        summary.notes.push_back(row.app + ": " + text);
      }
    }
    summary.apps.push_back(std::move(row));
  }
  return summary;
}

}  // namespace ecr_version::app
