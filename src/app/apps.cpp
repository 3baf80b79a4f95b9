#include "app/apps.hpp"

#include "app/build_inputs.hpp"
#include "app/dependencies.hpp"
#include "app/discovery.hpp"
#include "app/tree.hpp"
#include "base/text.hpp"
#include "core/glob.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ecr_version::app {
namespace {

std::string shown(std::string_view directory) {
  return directory.empty() ? "the repository's root"
                           : one_line(std::string(directory), 120);
}

void apply_policy(core::App& app, const AppPolicy& own, const AppPolicy& top) {
  app.tag_prefix = own.tag_prefix.value_or(top.tag_prefix.value_or(""));
  app.initial_version =
      own.initial_version ? own.initial_version : top.initial_version;
  app.version_line = own.version_line ? own.version_line : top.version_line;
}

std::string directory_of(const AppEntry& entry, const std::string& file) {
  if (entry.directory) return entry.directory->value;
  if (entry.dockerfile) return std::string(parent_of(entry.dockerfile->value));
  if (!entry.paths.empty()) {
    std::vector<std::string> patterns;
    for (const auto& pattern : entry.paths) patterns.push_back(pattern.value);
    return core::PathSet(patterns).common_directory();
  }
  throw config_error(
      file, entry.name.mark,
      fmt::format("apps.{}: its directory cannot be told; write `{}: <its "
                  "directory>`, or give `directory`, `dockerfile` or `paths`",
                  entry.name.value, entry.name.value));
}

Candidate make_candidate(std::string name, std::string directory,
                         const AppEntry* entry, const Config& config) {
  Candidate candidate{.entry = entry};
  core::App& app = candidate.app;
  app.name = std::move(name);
  app.directory = std::move(directory);
  app.dockerfile = join_path(app.directory, "Dockerfile");
  app.discovered = entry == nullptr;
  app.inferred = entry == nullptr || entry->paths_auto;
  app.repository = config.repository_prefix + app.name;
  apply_policy(app, entry ? entry->policy : AppPolicy{}, config.app_policy);
  if (entry != nullptr) {
    if (entry->dockerfile) app.dockerfile = entry->dockerfile->value;
    if (entry->target) app.target = entry->target->value;
    if (entry->repository) app.repository = entry->repository->value;
    for (const auto& path : entry->paths) {
      app.written_paths.push_back(path.value);
    }
  }
  if (app.written_paths.empty()) {
    app.written_paths = {below_pattern(app.directory)};
  }
  return candidate;
}

// The directories of each glob entry, less those that another entry names.
std::map<const AppEntry*, std::vector<std::string>> expand_globs(
    const Tree& tree, const Config& config,
    const std::set<std::string>& named) {
  std::vector<const AppEntry*> entries;
  std::vector<std::string> globs;
  for (const AppEntry& entry : *config.apps) {
    if (!entry.is_glob) continue;
    entries.push_back(&entry);
    globs.push_back(entry.name.value);
  }
  const auto found = directories_of_globs(tree, globs, config.ignore);
  std::map<const AppEntry*, std::vector<std::string>> expanded;
  std::map<std::string, const AppEntry*> owners;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const std::string& directory : found[i]) {
      if (named.count(directory) > 0) continue;
      const auto [owner, fresh] = owners.emplace(directory, entries[i]);
      if (!fresh) {
        throw config_error(
            config.file, entries[i]->name.mark,
            fmt::format("apps.{}: {} is matched by apps.{} too; give it an "
                        "entry of its own",
                        entries[i]->name.value, shown(directory),
                        owner->second->name.value));
      }
      expanded[entries[i]].push_back(directory);
    }
  }
  return expanded;
}

std::vector<Candidate> configured(const Tree& tree, const Config& config,
                                  std::vector<Notice>& notices) {
  std::set<std::string> named;
  for (const AppEntry& entry : *config.apps) {
    if (!entry.is_glob) named.insert(directory_of(entry, config.file));
  }
  auto expanded = expand_globs(tree, config, named);
  std::vector<Candidate> candidates;
  for (const AppEntry& entry : *config.apps) {
    if (!entry.is_glob) {
      candidates.push_back(make_candidate(
          entry.name.value, directory_of(entry, config.file), &entry, config));
      continue;
    }
    for (const std::string& directory : expanded[&entry]) {
      candidates.push_back(make_candidate(std::string(name_of(directory)),
                                          directory, &entry, config));
    }
    if (expanded[&entry].empty()) {
      notices.push_back({fmt::format(
          "apps.{}: no directory that it matches holds a Dockerfile",
          entry.name.value)});
    }
  }
  return candidates;
}

std::vector<Candidate> discovered(const Tree& tree, const Config& config,
                                  std::string_view repository_name,
                                  std::vector<Notice>& notices) {
  std::vector<Candidate> candidates;
  for (const std::string& directory : discover(tree, config.ignore)) {
    const std::string_view name =
        directory.empty() ? repository_name : name_of(directory);
    Candidate candidate =
        make_candidate(std::string(name), directory, nullptr, config);
    if (is_repository_name(candidate.app.repository)) {
      candidates.push_back(std::move(candidate));
      continue;
    }
    notices.push_back({fmt::format(
        "{} holds a Dockerfile but is left out: ECR can have no repository "
        "named \"{}\"; name the app under `apps` to have it",
        shown(directory), one_line(candidate.app.repository, 120))});
  }
  if (candidates.empty() && !notices.empty()) {
    throw UsageError("no app is left: " + notices.front().text);
  }
  if (candidates.empty()) {
    throw UsageError(
        "no directory of HEAD holds a Dockerfile, so there is no app; commit "
        "one, or name the apps in .github/ecr-version.yml");
  }
  return candidates;
}

void check_repository_names(const std::vector<Candidate>& candidates,
                            const Config& config) {
  for (const Candidate& candidate : candidates) {
    const AppEntry* entry = candidate.entry;
    if (entry == nullptr || is_repository_name(candidate.app.repository)) {
      continue;
    }
    throw config_error(
        config.file,
        entry->repository ? entry->repository->mark : entry->name.mark,
        fmt::format("apps.{}: ECR can have no repository named \"{}\" (lower-"
                    "case letters and digits, joined by \".\", \"_\", \"-\" or "
                    "\"/\", 2 to 256); give `repository`",
                    candidate.app.name,
                    one_line(candidate.app.repository, 120)));
  }
}

// A pattern that names a directory matches no file in it: the commonest slip.
void note_directories(Tree& tree, const std::vector<std::string>& patterns,
                      const std::string& where, std::vector<Notice>& notices) {
  for (const std::string& pattern : patterns) {
    if (pattern.find_first_of("*?[{!\\") != std::string::npos) continue;
    if (!tree.is_directory(pattern)) continue;
    notices.push_back({fmt::format(
        "{}: \"{}\" is a directory, and the pattern matches no file in it; "
        "write \"{}/**\"",
        where, pattern, pattern)});
  }
}

void require_blobs(const git::Repository& repository, Tree& tree,
                   const std::vector<Candidate>& candidates) {
  std::vector<git::Oid> absent;
  for (const Candidate& candidate : candidates) {
    for (const std::string& path : files_to_read(tree, candidate.app)) {
      const auto entry = tree.find(path);
      if (entry && !repository.has(entry->id)) absent.push_back(entry->id);
    }
  }
  std::sort(absent.begin(), absent.end());
  absent.erase(std::unique(absent.begin(), absent.end()), absent.end());
  if (!absent.empty()) throw MissingBlobs(absent);
}

}  // namespace

MissingBlobs::MissingBlobs(std::vector<git::Oid> which)
    : MissingObject(
          fmt::format("the clone lacks {} Dockerfiles and ignore files of HEAD"
                      ", the first of them {}",
                      which.size(), git::to_hex(which.front())),
          which.front()),
      ids(std::move(which)) {}

FoundApps find_apps(const git::Repository& repository, const git::Oid& head,
                    const Config& config, std::string_view repository_name) {
  FoundApps found;
  Tree tree(repository, head);
  std::vector<Candidate> candidates =
      config.apps ? configured(tree, config, found.notices)
                  : discovered(tree, config, repository_name, found.notices);
  check_repository_names(candidates, config);

  note_directories(tree, config.policy.shared_paths, "shared-paths",
                   found.notices);
  require_blobs(repository, tree, candidates);
  for (Candidate& candidate : candidates) {
    const AppEntry* entry = candidate.entry;
    note_directories(tree, candidate.app.written_paths,
                     "apps." + candidate.app.name + ".paths", found.notices);
    candidate.images = settle_build(tree,
                                    entry && entry->context
                                        ? std::optional(entry->context->value)
                                        : std::nullopt,
                                    candidate.app, found.notices);
  }
  link_dependencies(candidates, config);
  for (Candidate& candidate : candidates) {
    found.apps.push_back(std::move(candidate.app));
  }
  return found;
}

void check_unique(const std::vector<core::App>& apps) {
  std::map<std::string_view, const core::App*> by_name;
  std::map<std::string_view, const core::App*> by_repository;
  for (const core::App& app : apps) {
    const auto [named, fresh_name] = by_name.emplace(app.name, &app);
    if (!fresh_name) {
      throw UsageError(fmt::format(
          "two apps are named {}: the one in {} and the one in {}; name them "
          "apart under `apps`",
          app.name, shown(named->second->directory), shown(app.directory)));
    }
    const auto [owner, fresh] = by_repository.emplace(app.repository, &app);
    if (!fresh) {
      throw UsageError(fmt::format(
          "the apps {} and {} have one ECR repository, {}; give one of them "
          "another `repository`",
          owner->second->name, app.name, app.repository));
    }
  }
}

bool has_own_files(const git::Repository& repository, const git::Oid& head,
                   const core::App& app) {
  const core::PathSet own(app.written_paths);
  bool any = false;
  repository.each_file(
      head,
      [&](std::string_view directory) {
        return !any && (directory.empty() || own.may_match_below(directory));
      },
      [&](const git::TreeFile& file) {
        any = any || (file.kind == git::EntryKind::submodule
                          ? own.matches_submodule(file.path)
                          : own.matches(file.path));
      });
  return any;
}

bool belongs(const core::App& app, std::string_view path) {
  if (core::PathSet(app.always).matches(path)) return true;
  return core::PathSet(app.paths).matches(path) &&
         !(app.left_out && app.left_out(path));
}

}  // namespace ecr_version::app
