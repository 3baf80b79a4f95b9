// What several apps may be built from, as the package managers' own files tell.
#include "app/build_inputs.hpp"
#include "app/init.hpp"
#include "app/tree.hpp"
#include "app/yaml.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "core/glob.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace ecr_version::app {
namespace {

struct Workspace {
  std::vector<std::string> members;  // patterns of directories
  std::string manifest;              // what each member holds
  std::vector<std::string> binding;  // files at the root that bind them
};

std::string as_pattern(std::string_view text) {
  std::string pattern(trim(text));
  while (pattern.starts_with("./")) pattern.erase(0, 2);
  while (pattern.ends_with('/')) pattern.pop_back();
  return pattern;
}

// npm and yarn: `"workspaces": [...]` or `{"packages": [...]}`.
std::vector<std::string> npm_members(const std::string& text) {
  const json::Value package = json::parse(text, "package.json");
  const json::Value& workspaces = package["workspaces"];
  const json::Value& list =
      workspaces.is_array() ? workspaces : workspaces["packages"];
  std::vector<std::string> members;
  if (!list.is_array()) return members;
  for (const json::Value& item : list.as_array("workspaces")) {
    if (item.is_string()) {
      members.push_back(as_pattern(item.as_string("workspaces")));
    }
  }
  return members;
}

std::vector<std::string> pnpm_members(const std::string& text) {
  std::vector<std::string> members;
  const yaml::NodePtr root = yaml::parse(text, "pnpm-workspace.yaml");
  for (const yaml::Entry& entry : root->entries) {
    if (entry.key != "packages") continue;
    for (const yaml::NodePtr& item : entry.value->items) {
      members.push_back(as_pattern(item->text));
    }
  }
  return members;
}

// go.dev/ref/mod#workspaces: `use ./a` or a block `use ( … )`.
std::vector<std::string> go_members(const std::string& text) {
  std::vector<std::string> members;
  bool in_block = false;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line.substr(0, line.find("//")));
    if (in_block && line == ")") {
      in_block = false;
    } else if (in_block && !line.empty()) {
      members.push_back(literal_pattern(as_pattern(line)));
    } else if (line.starts_with("use") && line.ends_with('(')) {
      in_block = true;
    } else if (line.starts_with("use ")) {
      members.push_back(literal_pattern(as_pattern(line.substr(4))));
    }
  }
  return members;
}

// A manifest that its own tool could not read shares nothing: init gives a
// first proposal, and the user sees the rest.
template <typename Read>
std::vector<std::string> members_of(const std::optional<std::string>& text,
                                    Read&& read) {
  if (!text) return {};
  try {
    return read(*text);
  } catch (const Error&) {
    return {};
  }
}

std::vector<Workspace> workspaces_of(const Tree& tree) {
  return {
      {members_of(tree.read("package.json"), npm_members),
       "package.json",
       {"package.json", "package-lock.json", "yarn.lock"}},
      {members_of(tree.read("pnpm-workspace.yaml"), pnpm_members),
       "package.json",
       {"package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"}},
      {members_of(tree.read("go.work"), go_members),
       "go.mod",
       {"go.work", "go.work.sum"}},
  };
}

std::optional<core::PathSet> compiled(const std::vector<std::string>& globs) {
  try {
    return core::PathSet(globs);
  } catch (const UsageError&) {
    return std::nullopt;  // a pattern of the tool's that ours do not have
  }
}

bool is_in_an_app(std::string_view directory,
                  const std::vector<std::string>& apps) {
  return std::any_of(apps.begin(), apps.end(), [&](const std::string& app) {
    return is_within(directory, app) && !app.empty();
  });
}

}  // namespace

std::vector<std::string> shared_patterns(const git::Repository& repository,
                                         const git::Oid& head,
                                         const std::vector<std::string>& apps) {
  Tree tree(repository, head);
  std::set<std::string> directories;
  std::set<std::string> files;
  for (const Workspace& workspace : workspaces_of(tree)) {
    const auto members = compiled(workspace.members);
    if (!members || members->empty()) continue;
    tree.walk(
        [](std::string_view directory) {
          return name_of(directory) != "node_modules";
        },
        [&](std::string_view path, Tree::Kind) {
          const std::string_view directory = parent_of(path);
          if (name_of(path) == workspace.manifest && !directory.empty() &&
              members->matches(directory) && !is_in_an_app(directory, apps)) {
            directories.emplace(directory);
          }
        });
    for (const std::string& file : workspace.binding) {
      if (tree.is_file(file)) files.insert(file);
    }
  }
  std::vector<std::string> patterns;
  for (const std::string& directory : directories) {
    patterns.push_back(below_pattern(directory));
  }
  for (const std::string& file : files) patterns.push_back(file);
  return patterns;
}

}  // namespace ecr_version::app
