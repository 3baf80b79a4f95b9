// The keys of the configuration's two levels, each with the function that reads
// it, and the one loop over a map that refuses the others.
//
// A key of the other level is told where it stands, before the nearest name is
// looked for: that is the likelier mistake.
#pragma once

#include "app/config.hpp"
#include "app/config_values.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ecr_version::app {

template <typename Target>
struct Key {
  std::string name;
  void (*read)(Target&, const ConfigValue&);
};

const std::vector<Key<Config>>& top_keys();
const std::vector<Key<AppEntry>>& app_keys();

void read_apps(Config& config, const ConfigValue& value);

void read_tag_prefix(AppPolicy& policy, const ConfigValue& value);
void read_initial_version(AppPolicy& policy, const ConfigValue& value);
void read_version_line(AppPolicy& policy, const ConfigValue& value);

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

}  // namespace ecr_version::app
