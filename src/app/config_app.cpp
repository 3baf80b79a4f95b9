// What stands under `apps`.
#include "app/config_keys.hpp"
#include "app/repository_name.hpp"
#include "core/glob.hpp"
#include "core/tag.hpp"

#include <utility>

namespace ecr_version::app {
namespace {

void check_app_name(const std::string& name, const ConfigValue& value) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
  const bool odd_end = name.starts_with('/') || name.ends_with('/') ||
                       name.starts_with('-') || name.starts_with('.');
  if (odd_end || name.size() > 200 ||
      name.find_first_not_of(letters) != std::string::npos) {
    throw config_error(
        value.file, value.key_mark,
        fmt::format("{}: not a name for an app; letters, digits, \".\", \"_\","
                    " \"-\" and \"/\" are allowed",
                    value.name));
  }
}

// A glob stands for many apps: what names one thing cannot stand under it.
void check_glob_entry(const AppEntry& app, const ConfigValue& value) {
  try {
    const core::Glob compiled(app.name.value);
  } catch (const UsageError& error) {
    throw config_error(
        value.file, value.key_mark,
        fmt::format("{}: {}", value.name, one_line(error.what(), 300)));
  }
  for (const yaml::Entry& entry : value.node->entries) {
    const bool one = entry.key == "directory" || entry.key == "dockerfile" ||
                     entry.key == "repository" ||
                     (entry.key == "paths" && !app.paths_auto);
    if (!one) continue;
    throw config_error(
        value.file, entry.mark,
        fmt::format("{}.{}: all apps of a name with a glob would have the same;"
                    " give the app an entry of its own",
                    value.name, entry.key));
  }
}

AppEntry read_app(const std::string& name, const ConfigValue& value) {
  AppEntry app;
  app.name = {name, value.key_mark};
  app.is_glob = name.find_first_of("*?[{") != std::string::npos;
  if (!app.is_glob || name.starts_with('!')) check_app_name(name, value);
  if (value.node->kind == yaml::Node::Kind::text) {
    if (app.is_glob) value.fail_kind("a map of settings, or {}");
    app.directory = value.path();
    return app;
  }
  if (value.node->kind != yaml::Node::Kind::map) {
    value.fail_kind("a directory (text) or a map of settings");
  }
  read_keys(app, value, app_keys(), top_keys(), "at the top, not under an app");
  if (app.is_glob) check_glob_entry(app, value);
  return app;
}

}  // namespace

const std::vector<Key<AppEntry>>& app_keys() {
  static const std::vector<Key<AppEntry>> keys = [] {
    std::vector<Key<AppEntry>> all = {
        {"directory",
         [](AppEntry& app, const ConfigValue& value) {
           app.directory = value.path();
         }},
        {"paths",
         [](AppEntry& app, const ConfigValue& value) {
           app.paths_auto = value.node->kind == yaml::Node::Kind::text &&
                            value.node->text == "auto";
           if (app.paths_auto) return;
           if (value.node->kind == yaml::Node::Kind::text) {
             value.fail(fmt::format(
                 "expected `auto` or a list of patterns, found \"{0}\"; write "
                 "[\"{0}\"]",
                 one_line(value.node->text, 60)));
           }
           app.paths = value.patterns();
           if (app.paths.empty()) value.fail("an empty list matches nothing");
         }},
        {"depends-on",
         [](AppEntry& app, const ConfigValue& value) {
           for (const ConfigValue& item : value.list("names of apps")) {
             app.depends_on.push_back(item.text());
           }
         }},
        {"repository",
         [](AppEntry& app, const ConfigValue& value) {
           app.repository = value.text();
           if (is_repository_name(app.repository->value)) return;
           value.fail(
               "ECR can have no repository of this name; lower-case letters "
               "and digits, joined by \".\", \"_\", \"-\" or \"/\", 2 to 256");
         }},
        {"dockerfile",
         [](AppEntry& app, const ConfigValue& value) {
           app.dockerfile = value.path();
           if (app.dockerfile->value.empty()) value.fail("not a file");
         }},
        {"context",
         [](AppEntry& app, const ConfigValue& value) {
           app.context = value.path();
         }},
        {"target",
         [](AppEntry& app, const ConfigValue& value) {
           app.target = value.text();
           if (app.target->value.empty()) value.fail("empty");
         }},
    };
    for (auto& key : policy_keys<AppEntry, &AppEntry::policy>()) {
      all.push_back(std::move(key));
    }
    return all;
  }();
  return keys;
}

void read_apps(Config& config, const ConfigValue& value) {
  config.apps.emplace();
  const std::vector<ConfigValue> values = value.map("apps");
  if (values.empty()) {
    value.fail("names no app; without `apps`, discovery names them");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    config.apps->push_back(read_app(value.node->entries[i].key, values[i]));
  }
}

void read_tag_prefix(AppPolicy& policy, const ConfigValue& value) {
  const std::string prefix = value.text().value;
  if (prefix.size() > 32 || !core::is_valid_tag(prefix + "1.2.3")) {
    value.fail(
        "a tag cannot begin so; letters, digits, \"_\", \".\" and \"-\""
        " are allowed, the first neither \".\" nor \"-\", 32 at most");
  }
  policy.tag_prefix = prefix;
}

void read_initial_version(AppPolicy& policy, const ConfigValue& value) {
  policy.initial_version = core::parse_version(value.text_or_number().value);
  if (!policy.initial_version) value.fail_kind("a version X.Y.Z");
}

void read_version_line(AppPolicy& policy, const ConfigValue& value) {
  policy.version_line = core::parse_line(value.text_or_number().value);
  if (!policy.version_line) value.fail_kind("a version line like 1 or 1.4");
}

}  // namespace ecr_version::app
