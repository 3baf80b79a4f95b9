#include "core/plan.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/bump.hpp"
#include "core/tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ecr_version::core {
namespace {

// "1.2.3" or "1.3.0-beta.2": a release's version as outputs have it.
std::string version_text(const Release& release) {
  std::string text = to_string(release.version);
  if (!release.label.empty()) {
    text += fmt::format("-{}.{}", release.label, release.number);
  }
  return text;
}

// The release that HEAD itself carries, newest first.
const Release* carried_by_head(const std::vector<const Release*>& among,
                               const AppFacts& facts, const RunOptions& run) {
  for (const Release* release : among) {
    for (const std::string& prefix : release->commits) {
      if (facts.found.contains(prefix) && facts.found.at(prefix) == run.head) {
        return release;
      }
    }
  }
  return nullptr;
}

Reason difference_reason(const Differences& differences) {
  if (differences.redefined || !differences.own.empty()) return Reason::changed;
  if (!differences.shared.empty()) return Reason::shared_path;
  if (!differences.dependencies.empty()) return Reason::dependency;
  return Reason::unchanged;
}

Reason reason_of(const AppFacts& facts, const RunOptions& run,
                 bool head_is_released, bool has_releases) {
  if (!facts.exists) return Reason::deleted;
  if (run.force) return Reason::forced;
  if (head_is_released) return Reason::already_released;
  if (facts.superseded_by) return Reason::superseded;
  const bool differs = facts.differences.any();
  // Without a base to compare with, everything differs.
  const bool no_base = facts.base.source == BaseSource::none;
  if (facts.releases_known && !has_releases &&
      (!run.preview || differs || no_base)) {
    return Reason::never_released;
  }
  if (no_base) return Reason::unknown_base;
  if (differs && facts.all_skipped) return Reason::skipped;
  return difference_reason(facts.differences);
}

bool is_affected(Reason reason) {
  switch (reason) {
    case Reason::forced:
    case Reason::never_released:
    case Reason::unknown_base:
    case Reason::changed:
    case Reason::shared_path:
    case Reason::dependency:
      return true;
    case Reason::deleted:
    case Reason::already_released:
    case Reason::superseded:
    case Reason::skipped:
    case Reason::unchanged:
      break;
  }
  return false;
}

void explain(const AppFacts& facts, AppPlan& plan) {
  const Base& base = facts.base;
  if (!base.passed_over.empty()) plan.notices.push_back(base.passed_over);
  if (plan.reason == Reason::deleted) {
    plan.warnings.push_back(fmt::format(
        "no file of HEAD matches its paths ({}): its folder is gone, or the "
        "path is misspelt",
        join(facts.app.written_paths, ", ")));
  }
  if (plan.reason == Reason::superseded) {
    plan.notices.push_back(
        fmt::format("{} was released from a later commit than HEAD: an older "
                    "commit gets no higher version",
                    *facts.superseded_by));
  }
  if (plan.reason == Reason::unknown_base && !facts.releases_known) {
    plan.warnings.push_back(
        "neither the event's base nor, without credentials, a release is to be "
        "had: there is nothing to compare with; taken as affected");
  } else if (plan.reason == Reason::unknown_base) {
    plan.warnings.push_back(
        "releases exist, but no commit of theirs is to be found: pushed by "
        "hand, history rewritten, or released from another repository; "
        "taken as affected (on-unknown-base)");
  }
  if (plan.affected && base.source == BaseSource::released &&
      !base.in_history) {
    plan.warnings.push_back(
        fmt::format("HEAD does not descend from the newest release {}: it "
                    "lacks {} commit{} "
                    "of it; on a release branch set `version-line`",
                    base.tag, base.lacking, base.lacking == 1 ? "" : "s"));
  }
}

void take_paths(const Differences& differences, AppPlan& plan) {
  constexpr std::size_t most = 20;
  for (const auto* list :
       {&differences.own, &differences.shared, &differences.dependencies}) {
    for (const std::string& path : *list) {
      if (plan.changed_paths.size() == most) return;
      if (std::find(plan.changed_paths.begin(), plan.changed_paths.end(),
                    path) == plan.changed_paths.end()) {
        plan.changed_paths.push_back(path);
      }
    }
  }
}

void take_bump(const AppFacts& facts, const RunOptions& run, AppPlan& plan) {
  std::vector<BumpCommit> commits;
  commits.reserve(facts.commits.size());
  for (const auto& commit : facts.commits) {
    commits.push_back({commit->sha, &commit->message});
  }
  const BumpDecision decision = decide_bump(commits);
  plan.bump = decision.bump;
  if (decision.commit) {
    const ReadCommit& commit = *facts.commits[*decision.commit];
    plan.bump_commit = DecidingCommit{commit.sha, commit.subject};
  }
  if (run.bump) {
    plan.bump = *run.bump;
    plan.bump_commit.reset();
  }
}

void take_version(const AppFacts& facts, const Policy& policy,
                  const RunOptions& run, AppPlan& plan) {
  const std::string& prefix = facts.app.tag_prefix;
  VersionRequest request;
  request.tag_prefix = prefix;
  request.initial_version = facts.app.initial_version;
  request.line = facts.app.version_line;
  request.prerelease = run.prerelease;
  request.sha = run.head.substr(0, static_cast<std::size_t>(policy.sha_length));
  request.bump = plan.bump;
  const NextVersion next = next_version(facts.releases, request);
  plan.bump = next.bump;
  plan.version = next.text();
  plan.warnings.insert(plan.warnings.end(), next.warnings.begin(),
                       next.warnings.end());
  if (run.preview && run.prerelease.empty()) return;  // a forecast: no tags

  plan.tag_names = {next.tag(prefix), next.tag(prefix) + "-" + request.sha};
  if (!is_valid_tag(plan.tag_names[1])) {
    throw UsageError(fmt::format(
        "{}: ECR can have no tag {}, of {} characters (128 at most): shorten "
        "the `prerelease` label, `tag-prefix` or `sha-length`",
        facts.app.name, plan.tag_names[1], plan.tag_names[1].size()));
  }
  if (!next.label.empty()) return;
  const FloatingTags floating = floating_tags(facts.releases, next.version,
                                              policy, prefix, facts.settings);
  plan.tag_names.insert(plan.tag_names.end(), floating.tags.begin(),
                        floating.tags.end());
  plan.notices.insert(plan.notices.end(), floating.notices.begin(),
                      floating.notices.end());
}

}  // namespace

std::string_view to_string(Reason reason) {
  constexpr std::array<std::string_view, 11> names{
      "deleted",        "forced",       "already-released", "superseded",
      "never-released", "unknown-base", "skipped",          "changed",
      "shared-path",    "dependency",   "unchanged"};
  return names.at(static_cast<std::size_t>(reason));
}

std::string_view to_string(BaseSource source) {
  constexpr std::array<std::string_view, 4> names{"none", "released", "event",
                                                  "input"};
  return names.at(static_cast<std::size_t>(source));
}

std::optional<std::string> commit_of(const Release& release,
                                     const FoundCommits& found) {
  for (const std::string& prefix : release.commits) {
    const auto it = found.find(prefix);
    if (it != found.end()) return it->second;
  }
  return std::nullopt;
}

std::vector<const Release*> candidates(const Releases& releases,
                                       const std::optional<Line>& line,
                                       const std::string& prerelease) {
  std::vector<const Release*> result;
  for (const Release& release : releases.releases) {
    if (!line || line->contains(release.version)) result.push_back(&release);
  }
  if (prerelease.empty()) return result;

  for (const Release& release : releases.prereleases) {
    if (release.label == prerelease &&
        (!line || line->contains(release.version))) {
      result.push_back(&release);
    }
  }
  // Each list has its newest first; of one version the release stays in front.
  std::stable_sort(result.begin(), result.end(),
                   [](const Release* left, const Release* right) {
                     return left->version > right->version;
                   });
  return result;
}

AppPlan decide(const AppFacts& facts, const Policy& policy,
               const RunOptions& run) {
  AppPlan plan;
  plan.app = facts.app.name;
  const std::optional<Line>& line = facts.app.version_line;
  const std::vector<const Release*> eligible =
      candidates(facts.releases, line, run.prerelease);
  const Release* const at_head = carried_by_head(eligible, facts, run);
  if (const Release* newest = newest_in(facts.releases, line)) {
    plan.previous_version = version_text(*newest);
  }

  plan.reason = reason_of(facts, run, at_head != nullptr, !eligible.empty());
  plan.affected = is_affected(plan.reason);
  take_paths(facts.differences, plan);
  take_bump(facts, run, plan);
  explain(facts, plan);

  // Of an app that is not affected, the version it has.
  plan.version = plan.previous_version;
  if (plan.reason == Reason::already_released) {
    plan.version = version_text(*at_head);
  } else if (plan.affected && facts.releases_known) {
    take_version(facts, policy, run, plan);
  }
  return plan;
}

}  // namespace ecr_version::core
