#include "app/check.hpp"

#include "app/apps.hpp"
#include "app/config.hpp"
#include "app/links.hpp"
#include "app/planning.hpp"
#include "app/registry_facts.hpp"
#include "aws/ecr.hpp"
#include "base/text.hpp"
#include "runner/files.hpp"
#include "runner/log.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <optional>

namespace ecr_version::app {
namespace {

// One line a check: what held, or what is wrong with its remedy.
class Table {
 public:
  explicit Table(World& world) : world_(world) {}

  // Runs `look`; what it throws is the remedy. False when it threw.
  bool row(const std::string& what, const std::function<std::string()>& look) {
    try {
      say("ok", what, look());
      return true;
    } catch (const UsageError& error) {
      say("WRONG", what, describe(error));
      exit_code_ = 2;
    } catch (const Interrupted&) {
      throw;
    } catch (const Error& error) {
      say("WRONG", what, describe(error));
      if (exit_code_ == 0) exit_code_ = 1;
    }
    return false;
  }
  void note(const std::string& what, const std::string& text) {
    say("note", what, text);
  }
  int exit_code() const { return exit_code_; }

 private:
  void say(const char* mark, const std::string& what, const std::string& text) {
    world_.print(runner::harmless_line(
        fmt::format("{:<6}{:<15}{}", mark, what, one_line(text, 2000))));
  }

  World& world_;
  int exit_code_ = 0;
};

// The work tree's file where there is one, else what HEAD holds. Not what a
// link or a pipe in its place leads to: of that, nothing is to be read or
// shown.
Config work_tree_config(const git::Repository& repository, const git::Oid& head,
                        const std::string& input) {
  const std::string name =
      input.empty() ? std::string(default_config_file) : input;
  const std::filesystem::path file = repository.work_directory() / name;
  const bool is_text = input.find('\n') != std::string::npos;
  if (is_text || repository.work_directory().empty() ||
      !std::filesystem::exists(file)) {
    return load_config(repository, head, input);
  }
  if (!link_on_the_way(repository.work_directory(), name).empty() ||
      !std::filesystem::is_regular_file(file)) {
    throw UsageError(name + " is a link, or no file: write the file itself");
  }
  return read_config(runner::read_file(file.string()), name);
}

// What a plan would do about a repository that is not there.
void tell_missing(Table& table, const core::App& app,
                  const core::Policy& policy) {
  const std::string what = "no repository " + app.repository + " in ECR";
  switch (policy.missing_repository) {
    case core::MissingRepository::create:
      table.note(app.name, what + ": the first release creates it");
      return;
    case core::MissingRepository::ignore:
      table.note(app.name, what + ": taken for an app without a release");
      return;
    case core::MissingRepository::fail:
      break;
  }
  if (app.discovered) {
    table.note(app.name, what + ": the app is left out until there is one");
    return;
  }
  table.row(app.name, [&]() -> std::string {
    throw Error(what +
                ": create it, correct `repository`, or set "
                "`missing-repository: create`");
  });
}

void check_repositories(Table& table, aws::Ecr& ecr,
                        const std::vector<core::App>& apps,
                        const core::Policy& policy) {
  std::map<std::string, std::string> prefixes;
  for (const core::App& app : apps) prefixes[app.repository] = app.tag_prefix;
  std::map<std::string, RepositoryAnswer> answers;
  const bool asked = table.row("releases", [&] {
    answers = ask_for_releases(ecr, prefixes);
    return fmt::format("ecr:DescribeImages answers for {} repositor{}",
                       prefixes.size(), prefixes.size() == 1 ? "y" : "ies");
  });
  if (!asked) return;
  std::vector<std::string> there;
  for (const core::App& app : apps) {
    const RepositoryAnswer& answer = answers.at(app.repository);
    if (answer.missing) {
      tell_missing(table, app, policy);
      continue;
    }
    there.push_back(app.repository);
    const core::Release* newest =
        core::newest_in(answer.releases, app.version_line);
    table.note(app.name, newest == nullptr
                             ? app.repository + " holds no release yet"
                             : app.repository + " holds " + newest->tag);
  }
  if (there.empty()) return;
  if (ask_for_settings(ecr, there).size() < there.size()) {
    table.note("settings",
               "ecr:DescribeRepositories is not allowed: whether `latest` may "
               "move is not known");
  } else {
    table.row("settings", [] {
      return std::string("ecr:DescribeRepositories is allowed");
    });
  }
}

// A network may lead to ECR and not to STS; what is wrong with the credentials,
// STS says.
std::string account_of(aws::Session& session) {
  try {
    return "account " + session.caller_account();
  } catch (const aws::ApiError& error) {
    if (error.failure.status != 0) throw;
    return std::string("account not known: ") + error.what();
  }
}

}  // namespace

int run_check(World& world, const runner::Inputs& inputs) {
  Table table(world);
  std::optional<git::Repository> repository;
  std::optional<git::Oid> head;
  if (!table.row("repository", [&] {
        repository.emplace(
            git::Repository::open(world.directory / inputs.working_directory));
        head = repository->head();
        return repository->git_directory().string() + " at " +
               git::to_hex(*head).substr(0, 7);
      })) {
    return table.exit_code();
  }
  if (repository->is_shallow()) {
    table.note("clone",
               "shallow: history that is missing is fetched in a workflow "
               "(input `deepen`); here `git fetch --unshallow "
               "--filter=blob:none` brings it");
  } else {
    table.note("clone", repository->is_partial() ? "partial: as good as full"
                                                 : "complete");
  }

  Config config;
  std::vector<core::App> apps;
  const runner::Event event = runner::read_event(world.env);
  table.row("configuration", [&] {
    config = work_tree_config(*repository, *head, inputs.config.value_or(""));
    FoundApps found = find_apps(*repository, *head, config,
                                repository_name(event, *repository));
    for (const Notice& notice : found.notices) {
      table.note("apps", notice.text);
    }
    apps = std::move(found.apps);
    check_unique(apps);
    std::vector<std::string> names;
    for (const core::App& app : apps) names.push_back(app.name);
    return fmt::format(
        "{}: {}",
        config.file.empty() ? "none, apps by their Dockerfiles" : config.file,
        join(names, ", "));
  });
  std::unique_ptr<aws::Session> session;
  const bool signed_in = table.row("region", [&] {
    session = open_session(world, inputs, config);
    return session->region();
  }) && table.row("credentials", [&] {
    session->credentials();
    return session->credentials_source() + ", " + account_of(*session);
  });
  if (signed_in && !apps.empty()) {
    aws::Ecr ecr(*session);
    check_repositories(table, ecr, apps, config.policy);
    table.row("login", [&] {
      ecr.login_token();
      return std::string("ecr:GetAuthorizationToken is allowed");
    });
    table.note("push",
               "not tried, for it would write: docs/iam.md has the policy");
  }
  return table.exit_code();
}

}  // namespace ecr_version::app
