// The keys of the configuration, each with the one function that reads it.
#include "app/config.hpp"
#include "app/config_values.hpp"
#include "app/repository_name.hpp"
#include "aws/registry.hpp"
#include "base/text.hpp"
#include "core/glob.hpp"
#include "core/tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ecr_version::app {
namespace {

template <typename Target>
struct Key {
  std::string name;
  void (*read)(Target&, const ConfigValue&);
};

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

// The starred keys of the contract: at the top, and under an app.
template <typename Target, AppPolicy Target::*policy>
std::vector<Key<Target>> policy_keys() {
  return {
      {"tag-prefix",
       [](Target& target, const ConfigValue& value) {
         read_tag_prefix(target.*policy, value);
       }},
      {"initial-version",
       [](Target& target, const ConfigValue& value) {
         read_initial_version(target.*policy, value);
       }},
      {"version-line",
       [](Target& target, const ConfigValue& value) {
         read_version_line(target.*policy, value);
       }},
  };
}

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

void read_apps(Config& config, const ConfigValue& value);

void read_floating_tags(Config& config, const ConfigValue& value) {
  bool given[] = {false, false, false};
  for (const ConfigValue& item : value.list("floating tags")) {
    given[item.one_of({"latest", "major", "minor"})] = true;
  }
  config.policy.float_latest = given[0];
  config.policy.float_major = given[1];
  config.policy.float_minor = given[2];
}

void read_registry(Config& config, const ConfigValue& value) {
  const Written<std::string> text = value.text_or_number();
  const bool is_number =
      text.value.find_first_not_of("0123456789") == std::string::npos;
  if (text.value.empty() || (is_number && text.value.size() != 12)) {
    value.fail("expected an account id of 12 digits or a registry's host");
  }
  config.registry = text;
}

void read_region(Config& config, const ConfigValue& value) {
  const Written<std::string> region = value.text();
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  if (region.value.empty() ||
      region.value.find_first_not_of(allowed) != std::string::npos) {
    value.fail("expected a region like eu-west-1");
  }
  config.region = region;
}

void read_ignore(Config& config, const ConfigValue& value) {
  for (ConfigValue item : value.list("directories")) {
    auto node = std::make_shared<yaml::Node>(*item.node);
    if (node->text.size() > 1 && node->text.ends_with('/')) {
      node->text.pop_back();
    }
    item.node = node;
    config.ignore.push_back(item.pattern().value);
  }
}

const std::vector<Key<Config>>& top_keys() {
  static const std::vector<Key<Config>> keys = [] {
    std::vector<Key<Config>> all = {
        {"repository-prefix",
         [](Config& config, const ConfigValue& value) {
           config.repository_prefix = value.text().value;
           if (is_repository_name(config.repository_prefix + "aa")) return;
           value.fail(
               "no ECR repository begins so; lower-case letters and digits, "
               "joined by \".\", \"_\", \"-\" or \"/\"");
         }},
        {"shared-paths",
         [](Config& config, const ConfigValue& value) {
           for (auto& pattern : value.patterns()) {
             config.policy.shared_paths.push_back(std::move(pattern.value));
           }
         }},
        {"apps", read_apps},
        {"floating-tags", read_floating_tags},
        {"bump-rules",
         [](Config& config, const ConfigValue& value) {
           constexpr core::BumpRules rules[] = {core::BumpRules::tags,
                                                core::BumpRules::conventional,
                                                core::BumpRules::both};
           config.policy.bump_rules =
               rules[value.one_of({"tags", "conventional", "both"})];
         }},
        {"sha-length",
         [](Config& config, const ConfigValue& value) {
           config.policy.sha_length = value.integer(7, 40);
         }},
        {"missing-repository",
         [](Config& config, const ConfigValue& value) {
           constexpr core::MissingRepository ways[] = {
               core::MissingRepository::fail, core::MissingRepository::create,
               core::MissingRepository::ignore};
           config.policy.missing_repository =
               ways[value.one_of({"fail", "create", "ignore"})];
         }},
        {"on-unknown-base",
         [](Config& config, const ConfigValue& value) {
           constexpr core::OnUnknownBase ways[] = {
               core::OnUnknownBase::affected, core::OnUnknownBase::fail};
           config.policy.on_unknown_base =
               ways[value.one_of({"affected", "fail"})];
         }},
        {"ignore", read_ignore},
        {"registry", read_registry},
        {"region", read_region},
    };
    for (auto& key : policy_keys<Config, &Config::app_policy>()) {
      all.push_back(std::move(key));
    }
    return all;
  }();
  return keys;
}

template <typename Target>
std::vector<std::string> names_of(const std::vector<Key<Target>>& keys) {
  std::vector<std::string> names;
  for (const Key<Target>& key : keys) names.push_back(key.name);
  return names;
}

template <typename Target, typename Other>
void read_keys(Target& target, const ConfigValue& map,
               const std::vector<Key<Target>>& keys,
               const std::vector<Key<Other>>& other_keys,
               const std::string& other_place) {
  const std::vector<yaml::Entry>& entries = map.node->entries;
  const std::vector<ConfigValue> values = map.map("settings");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& name = entries[i].key;
    const auto named = [&name](const auto& key) { return key.name == name; };
    const auto found = std::find_if(keys.begin(), keys.end(), named);
    if (found != keys.end()) {
      found->read(target, values[i]);
      continue;
    }
    std::string remedy;
    const std::string near = nearest(name, names_of(keys));
    if (std::any_of(other_keys.begin(), other_keys.end(), named)) {
      remedy = "it stands " + other_place;
    } else if (!near.empty()) {
      remedy = "did you mean \"" + near + "\"?";
    } else {
      remedy = "known are " + join(names_of(keys), ", ");
    }
    throw config_error(
        map.file, values[i].key_mark,
        fmt::format("{}: unknown key; {}", values[i].name, remedy));
  }
}

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
    throw config_error(value.file, value.key_mark,
                       fmt::format("{}: {}", value.name, error.what()));
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

void check_registry_region(const Config& config) {
  if (!config.registry) return;
  std::string region;
  try {
    region = aws::parse_registry(config.registry->value, true).region;
  } catch (const UsageError& error) {
    throw config_error(config.file, config.registry->mark,
                       fmt::format("registry: {}", error.what()));
  }
  if (config.region && !region.empty() && region != config.region->value) {
    throw config_error(
        config.file, config.region->mark,
        fmt::format("region: {} differs from the registry's {}; leave it out",
                    config.region->value, region));
  }
}

}  // namespace

Config read_config(std::string_view text, const std::string& file) {
  Config config;
  config.file = file;
  const yaml::NodePtr root = yaml::parse(text, file);
  if (root->kind == yaml::Node::Kind::null) return config;
  const ConfigValue value{file, "", root, {}};
  if (root->kind != yaml::Node::Kind::map) {
    throw config_error(file, root->mark,
                       "expected a map of settings (`key: value`)");
  }
  read_keys(config, value, top_keys(), app_keys(), "under an app");
  check_registry_region(config);
  return config;
}

}  // namespace ecr_version::app
