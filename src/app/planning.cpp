#include "app/planning.hpp"

#include "app/deepen.hpp"
#include "app/event_base.hpp"
#include "app/git_facts.hpp"
#include "app/registry_facts.hpp"
#include "base/text.hpp"
#include "core/glob.hpp"
#include "core/tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ecr_version::app {
namespace {

core::RunOptions run_options(const runner::Inputs& inputs,
                             const Workspace& workspace) {
  core::RunOptions run;
  run.head = git::to_hex(workspace.head);
  run.force = inputs.force;
  run.preview = workspace.event.is_preview();
  run.prerelease = inputs.prerelease.value_or("");
  if (!run.prerelease.empty() && !core::is_valid_label(run.prerelease)) {
    throw UsageError(fmt::format(
        "prerelease: \"{}\" is no label: a letter, then letters, digits and "
        "hyphens, such as beta",
        one_line(run.prerelease)));
  }
  if (inputs.bump != "auto") {
    run.bump = core::parse_bump(inputs.bump);
    if (!run.bump) {
      throw UsageError(
          fmt::format("bump: \"{}\" is none of auto, patch, minor, major",
                      one_line(inputs.bump)));
    }
  }
  return run;
}

void apply_version_line(const runner::Inputs& inputs,
                        std::vector<core::App>& apps) {
  if (!inputs.version_line) return;
  const auto line = core::parse_line(*inputs.version_line);
  if (!line) {
    throw UsageError(fmt::format(
        "version-line: \"{}\" is no version line: a major such as 1, or major "
        "and minor such as 1.4",
        one_line(*inputs.version_line)));
  }
  for (core::App& app : apps) app.version_line = line;
}

// The entry of the configuration that an app came from, or null.
const AppEntry* entry_of(const Config& config, const core::App& app) {
  if (!config.apps) return nullptr;
  const AppEntry* by_glob = nullptr;
  for (const AppEntry& entry : *config.apps) {
    if (!entry.is_glob && entry.name.value == app.name) return &entry;
    if (entry.is_glob && by_glob == nullptr &&
        core::Glob(entry.name.value).matches(app.directory)) {
      by_glob = &entry;
    }
  }
  return by_glob;
}

bool same_definition(const AppEntry* before, const AppEntry* now) {
  const auto text = [](const AppEntry* entry,
                       const std::optional<Written<std::string>> AppEntry::*key)
      -> std::optional<std::string> {
    if (entry == nullptr || !(entry->*key)) return std::nullopt;
    return (entry->*key)->value;
  };
  for (const auto key :
       {&AppEntry::dockerfile, &AppEntry::context, &AppEntry::target}) {
    if (text(before, key) != text(now, key)) return false;
  }
  return true;
}

// Compares with the configuration of the base commit, each read once. One that
// cannot be read there cannot show that nothing was written anew.
std::function<bool(const git::Oid&, const core::App&)> redefinition(
    const Workspace& workspace, const std::string& config_input) {
  if (config_input.find('\n') != std::string::npos) {
    return [](const git::Oid&, const core::App&) { return false; };
  }
  auto known = std::make_shared<std::map<git::Oid, std::optional<Config>>>();
  return [&workspace, config_input, known](const git::Oid& base,
                                           const core::App& app) {
    if (known->find(base) == known->end()) {
      // Remembered only once it is read: a shallow clone may lack the file, and
      // is asked again when it was fetched.
      std::optional<Config> config;
      try {
        const bool there =
            config_input.empty() ||
            workspace.repository.read_file(base, config_path(config_input))
                .has_value();
        config = there ? load_config(workspace.repository, base, config_input)
                       : Config{};
      } catch (const UsageError&) {
        config.reset();
      }
      known->emplace(base, std::move(config));
    }
    const std::optional<Config>& config = known->at(base);
    return !config || !same_definition(entry_of(*config, app),
                                       entry_of(workspace.config, app));
  };
}

// What to do about repositories that are not there. Returns whether the app
// stays.
bool stays(const World& world, const core::AppFacts& facts,
           const core::Policy& policy, bool asked_for_by_name,
           std::vector<std::string>& refused) {
  const core::App& app = facts.app;
  if (!facts.exists) return true;  // deleted: nothing will be pushed there
  if (app.discovered && !asked_for_by_name &&
      policy.missing_repository == core::MissingRepository::fail) {
    world.log.notice(fmt::format(
        "{} is left out: it was discovered by its Dockerfile and ECR has no "
        "repository {}",
        app.name, app.repository));
    return false;
  }
  if (policy.missing_repository == core::MissingRepository::fail) {
    refused.push_back(app.repository);
  }
  return true;
}

// Whose registry it is, for a message that nothing may keep from being told.
std::string account_in_words(aws::Ecr& ecr) {
  try {
    return "account " + ecr.account();
  } catch (const Interrupted&) {
    throw;
  } catch (const Error&) {
    return "the caller's account";
  }
}

Error missing_error(aws::Session& session, aws::Ecr& ecr,
                    const std::vector<std::string>& repositories) {
  return Error(fmt::format(
      "asking ECR for the releases: no repository {} in {}, region {}; "
      "create {} (aws ecr create-repository --repository-name {} "
      "--image-tag-mutability IMMUTABLE_WITH_EXCLUSION "
      "--image-tag-mutability-exclusion-filters "
      "filterType=WILDCARD,filter=latest), correct `repository` or the region, "
      "or set `missing-repository: create`",
      join(repositories, ", "), account_in_words(ecr), session.region(),
      repositories.size() == 1 ? "it" : "them", repositories.front()));
}

void take_releases(const World& world, const runner::Inputs& inputs,
                   aws::Session& session, aws::Ecr& ecr, Plan& plan) {
  std::map<std::string, std::string> prefixes;
  for (const PlannedApp& app : plan.apps) {
    prefixes[app.facts.app.repository] = app.facts.app.tag_prefix;
  }
  auto answers = ask_for_releases(ecr, prefixes);
  std::vector<std::string> refused;
  std::vector<PlannedApp> kept;
  for (PlannedApp& app : plan.apps) {
    RepositoryAnswer& answer = answers.at(app.facts.app.repository);
    app.missing = answer.missing;
    if (answer.missing &&
        !stays(world, app.facts, plan.policy, !inputs.app.empty(), refused)) {
      continue;
    }
    app.facts.releases = std::move(answer.releases);
    kept.push_back(std::move(app));
  }
  if (!refused.empty()) throw missing_error(session, ecr, refused);
  if (kept.empty() && !plan.apps.empty()) {
    std::vector<std::string> repositories;
    for (const auto& [repository, prefix] : prefixes) {
      repositories.push_back(repository);
    }
    throw missing_error(session, ecr, repositories);
  }
  plan.apps = std::move(kept);
}

// Discovery may find one name twice. With credentials it is either left out, as
// ECR has no repository of it, or an error, which no fork has to answer for.
void leave_out_namesakes(const World& world, std::vector<PlannedApp>& apps) {
  std::map<std::string, int> times;
  for (const PlannedApp& app : apps) ++times[app.facts.app.repository];
  std::erase_if(apps, [&](const PlannedApp& one) {
    const core::App& app = one.facts.app;
    if (!app.discovered || times.at(app.repository) == 1) return false;
    world.log.notice(fmt::format(
        "{} is left out: it was discovered in {} and elsewhere, and without "
        "credentials ECR cannot tell whether it has a repository",
        app.name, app.directory));
    return true;
  });
}

// Of the apps that were not selected, those remain that are configured, and
// discovered ones whose repository is that of an app that is there.
void check_remaining(const Plan& plan) {
  std::set<std::string> repositories;
  for (const PlannedApp& app : plan.apps) {
    repositories.insert(app.facts.app.repository);
  }
  std::vector<core::App> remaining;
  for (const core::App& app : plan.all) {
    if (!app.discovered || repositories.contains(app.repository)) {
      remaining.push_back(app);
    }
  }
  check_unique(remaining);
}

// Settings are asked only of repositories whose floating tags they decide.
void take_settings(const World& world, aws::Ecr& ecr,
                   const core::RunOptions& run, Plan& plan) {
  if ((run.preview && run.prerelease.empty()) || !run.prerelease.empty()) {
    return;
  }
  std::vector<std::string> repositories;
  for (PlannedApp& app : plan.apps) {
    if (app.missing && app.plan.affected &&
        plan.policy.missing_repository == core::MissingRepository::create) {
      app.facts.settings = settings_of_new_repository();
      app.plan = core::decide(app.facts, plan.policy, run);
    }
    const bool has_floating = app.plan.tag_names.size() > 2;
    if (has_floating && !app.missing) {
      repositories.push_back(app.facts.app.repository);
    }
  }
  if (repositories.empty()) return;
  const auto settings = ask_for_settings(ecr, repositories);
  if (settings.size() < repositories.size()) {
    world.log.notice(
        "the tag mutability of some repositories could not be read "
        "(ecr:DescribeRepositories): floating tags are given unseen");
  }
  for (PlannedApp& app : plan.apps) {
    const auto found = settings.find(app.facts.app.repository);
    if (found == settings.end()) continue;
    app.facts.settings = found->second;
    app.plan = core::decide(app.facts, plan.policy, run);
  }
}

}  // namespace

std::vector<core::App> selected_apps(const std::vector<core::App>& all,
                                     const std::vector<std::string>& names) {
  if (names.empty()) return all;
  std::vector<core::App> selected;
  for (const std::string& name : names) {
    const auto found =
        std::find_if(all.begin(), all.end(),
                     [&](const core::App& app) { return app.name == name; });
    if (found == all.end()) {
      std::vector<std::string> known;
      for (const core::App& app : all) known.push_back(app.name);
      const std::string near = nearest(name, known);
      throw UsageError(fmt::format(
          "no app is called \"{}\"{}; the apps are {}", one_line(name),
          near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near),
          join(known, ", ")));
    }
    if (std::none_of(selected.begin(), selected.end(),
                     [&](const core::App& app) { return app.name == name; })) {
      selected.push_back(*found);
    }
  }
  return selected;
}

const PlannedApp* Plan::find(const std::string& app) const {
  for (const PlannedApp& one : apps) {
    if (one.facts.app.name == app) return &one;
  }
  return nullptr;
}

std::string Plan::image(const PlannedApp& app) const {
  return registry.empty() ? "" : registry + "/" + app.facts.app.repository;
}

std::vector<std::string> Plan::tags(const PlannedApp& app) const {
  std::vector<std::string> result;
  for (const std::string& name : app.plan.tag_names) {
    result.push_back(image(app) + ":" + name);
  }
  return result;
}

Plan make_plan(const World& world, const runner::Inputs& inputs,
               Workspace& workspace, aws::Session& session, aws::Ecr& ecr) {
  const core::RunOptions run = run_options(inputs, workspace);
  git::Repository& repository = workspace.repository;
  Deepener& deepener = *workspace.deepener;

  Plan plan;
  plan.run = run;
  plan.committed_at = repository.commit(workspace.head).committed_at;
  plan.policy = workspace.config.policy;
  plan.all = workspace.apps;
  std::vector<core::App> selected = selected_apps(plan.all, inputs.app);
  apply_version_line(inputs, selected);
  for (core::App& app : selected) {
    PlannedApp planned;
    planned.facts.exists = with_objects(deepener, repository, [&] {
      return has_own_files(repository, workspace.head, app);
    });
    planned.facts.app = std::move(app);
    plan.apps.push_back(std::move(planned));
  }

  // A pull request from a fork has no credentials: git alone answers.
  std::string why_not;
  if (run.preview && !session.has_credentials(why_not)) {
    world.log.notice(
        "no AWS credentials in this preview: what is affected comes from git "
        "alone, without versions (" +
        why_not + ")");
    plan.without_credentials = true;
    for (PlannedApp& app : plan.apps) app.facts.releases_known = false;
    if (inputs.app.empty()) leave_out_namesakes(world, plan.apps);
  } else {
    take_releases(world, inputs, session, ecr, plan);
  }
  check_remaining(plan);

  std::vector<core::AppFacts> facts;
  for (PlannedApp& app : plan.apps) facts.push_back(std::move(app.facts));
  const Need need =
      history_need(deepener, repository, workspace.head, workspace.event,
                   inputs.base, run.prerelease, facts);
  deepener.bring_history(repository, need);
  const FoundBase base = with_objects(deepener, repository, [&] {
    return find_base(repository, workspace.head, workspace.event, inputs.base,
                     need.refs);
  });
  if (!base.notice.empty()) world.log.notice(base.notice);
  GitQuestion question;
  question.head = workspace.head;
  question.base = base.named;
  question.event_base = base.event_base;
  question.prerelease = run.prerelease;
  question.redefined = redefinition(workspace, inputs.config.value_or(""));
  question.progress = [&log = world.log](std::size_t directories) {
    log.progress(
        fmt::format("reading history: {} directories compared", directories));
  };
  plan.commits_read = with_objects(deepener, repository, [&] {
    return gather_git_facts(repository, plan.all, plan.policy, question, facts);
  });

  for (std::size_t i = 0; i < plan.apps.size(); ++i) {
    plan.apps[i].facts = std::move(facts[i]);
    plan.apps[i].plan = core::decide(plan.apps[i].facts, plan.policy, run);
    if (plan.apps[i].plan.reason == core::Reason::unknown_base &&
        !plan.without_credentials &&
        plan.policy.on_unknown_base == core::OnUnknownBase::fail) {
      throw Error(fmt::format(
          "planning {}: it has releases, but no commit of theirs is to be "
          "found in this repository (on-unknown-base: fail); name the base "
          "with the input `base`",
          plan.apps[i].facts.app.name));
    }
  }
  take_settings(world, ecr, run, plan);
  // Last, since the settings' answers may have named it.
  if (!plan.without_credentials) plan.registry = ecr.host();
  return plan;
}

}  // namespace ecr_version::app
