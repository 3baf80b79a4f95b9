#include "app/latest.hpp"

#include "app/config.hpp"
#include "app/registry_facts.hpp"
#include "aws/timestamp.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "core/glob.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {
namespace {

struct Target {
  std::string repository;
  std::string tag_prefix;
  Config config;
  std::string remark;  // why the name is taken for a repository's, or ""
};

// Does the entry name that app? One with a glob names apps after directories.
bool names(const AppEntry& entry, const std::string& app) {
  if (!entry.is_glob) return entry.name.value == app;
  const std::string& pattern = entry.name.value;
  return core::Glob(pattern.substr(pattern.rfind('/') + 1)).matches(app);
}

std::string unknown_app(const Config& config, const std::string& app) {
  std::vector<std::string> known;
  for (const AppEntry& one : *config.apps) known.push_back(one.name.value);
  const std::string near = nearest(app, known);
  return fmt::format(
      "no app of {} is called \"{}\"{}, so that is taken for the name of a "
      "repository",
      config.file, one_line(app),
      near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near));
}

void apply(const Config& config, const LatestOptions& options, Target& target) {
  const AppEntry* entry = nullptr;
  if (config.apps) {
    for (const AppEntry& one : *config.apps) {
      if (names(one, options.app)) entry = &one;
    }
    if (entry == nullptr) {
      target.remark = unknown_app(config, options.app);
      return;
    }
  }
  target.repository = config.repository_prefix + options.app;
  target.tag_prefix = config.app_policy.tag_prefix.value_or("");
  if (entry == nullptr) return;
  if (entry->repository) target.repository = entry->repository->value;
  target.tag_prefix = entry->policy.tag_prefix.value_or(target.tag_prefix);
}

// The newest release; a repository that is missing because of a slip of the
// hand in the app's name is told as that.
std::optional<core::Release> newest_of(aws::Ecr& ecr, const Target& target,
                                       const std::optional<core::Line>& line) {
  try {
    return ask_for_newest(ecr, target.repository, target.tag_prefix, line);
  } catch (const aws::ApiError& error) {
    const bool missing = error.is("RepositoryNotFoundException");
    if (!missing || target.remark.empty()) throw;
    throw Error(target.remark + ": " + error.what());
  }
}

// The app's repository by the configuration where there is one that names it,
// else the name itself. No git repository means no configuration, and is no
// error here, unless an input asked for one.
Target find_target(const World& world, const runner::Inputs& inputs,
                   const LatestOptions& options) {
  Target target;
  target.repository = options.repository_prefix + options.app;
  const std::string input = inputs.config.value_or("");
  if (input.find('\n') != std::string::npos) {
    target.config = read_config(input, "input config");
  } else {
    std::optional<git::Repository> repository;
    std::optional<git::Oid> head;
    try {
      repository.emplace(
          git::Repository::open(world.directory / inputs.working_directory));
      head = repository->head();
    } catch (const Error& error) {
      if (inputs.config) throw;
      world.log.debug("no configuration: " + describe(error));
      return target;
    }
    target.config = load_config(*repository, *head, input);
  }
  if (options.repository_prefix.empty()) {
    apply(target.config, options, target);
  }
  return target;
}

std::string to_json(const std::string& repository,
                    const std::optional<core::Release>& newest) {
  json::Writer out;
  out.begin_object();
  if (!newest) {
    for (const char* key : {"version", "tag", "digest", "pushed-at", "sha"}) {
      out.key(key).null();
    }
    out.member("repository", repository);
    out.member("archived", false);
  } else {
    out.member("version", core::to_string(newest->version));
    out.member("tag", newest->tag);
    out.member("digest", newest->digest);
    out.member("pushed-at",
               aws::iso_time(Time(std::chrono::milliseconds(
                   static_cast<std::int64_t>(newest->pushed_at * 1000)))));
    out.key("sha");
    if (newest->commits.empty()) {
      out.null();
    } else {
      out.value(newest->commits.front());
    }
    out.member("repository", repository);
    out.member("archived", newest->archived);
  }
  out.end_object();
  return out.text();
}

}  // namespace

int run_latest(World& world, const runner::Inputs& inputs,
               const LatestOptions& options) {
  const Target target = find_target(world, inputs, options);
  std::optional<core::Line> line;
  if (inputs.version_line) {
    line = core::parse_line(*inputs.version_line);
    if (!line) {
      throw UsageError("--version-line: \"" + *inputs.version_line +
                       "\" is no version line such as 1 or 1.4");
    }
  }
  const auto session = open_session(world, inputs, target.config);
  aws::Ecr ecr(*session);
  const auto newest = newest_of(ecr, target, line);
  if (options.json) {
    world.print(to_json(target.repository, newest));
  } else {
    world.print(newest ? core::to_string(newest->version) : "none");
  }
  return 0;
}

}  // namespace ecr_version::app
