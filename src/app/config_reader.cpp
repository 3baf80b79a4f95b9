// What stands at the top of the configuration.
#include "app/config_keys.hpp"
#include "app/repository_name.hpp"
#include "aws/registry.hpp"

#include <utility>

namespace ecr_version::app {
namespace {

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
