// The configuration as it was written: every value with its place, nothing
// resolved against the repository yet (app/apps does that).
//
// It is read from HEAD's tree, never from untracked files, so that CI and
// a laptop cannot disagree. Everything that can be judged without the tree is
// judged here: keys, types, globs, versions, enumerations.
#pragma once

#include "app/yaml.hpp"
#include "core/app.hpp"
#include "git/repository.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

inline constexpr std::string_view default_config_file =
    ".github/ecr-version.yml";

template <typename T>
struct Written {
  T value{};
  yaml::Mark mark;
};

// Policy keys that may stand at the top and under an app.
struct AppPolicy {
  std::optional<std::string> tag_prefix;
  std::optional<core::Version> initial_version;
  std::optional<core::Line> version_line;
};

// One entry of `apps`. Paths are relative to the repository's root, without
// `./` or a trailing slash; "" is the root.
struct AppEntry {
  Written<std::string> name;  // a glob when `is_glob`
  bool is_glob = false;
  std::optional<Written<std::string>> directory;
  bool paths_auto = false;                  // `paths: auto`
  std::vector<Written<std::string>> paths;  // empty: not written, or auto
  std::vector<Written<std::string>> depends_on;
  std::optional<Written<std::string>> repository;
  std::optional<Written<std::string>> dockerfile;
  std::optional<Written<std::string>> context;
  std::optional<Written<std::string>> target;
  AppPolicy policy;
};

struct Config {
  std::string file;  // as errors name it; "" when there is none
  std::string repository_prefix;
  std::optional<std::vector<AppEntry>> apps;  // nullopt: discovery names them
  std::vector<std::string> ignore;            // globs of directories
  AppPolicy app_policy;                       // what an app does not say
  core::Policy policy;
  std::optional<Written<std::string>> registry;  // id, host, host:port, alias
  std::optional<Written<std::string>> region;
};

// Reads YAML. `file` names it in errors. Throws ConfigError.
Config read_config(std::string_view text, const std::string& file);

// The path that the `config` input names, from the repository's root; for an
// empty one the default file.
std::string config_path(std::string_view input);

// The configuration of a commit. `input` is the `config` input: "" for
// .github/ecr-version.yml, which may be absent; a path from the repository's
// root, which must be there; or, when it holds a newline, the YAML itself.
// Throws ConfigError, UsageError, git::MissingObject.
Config load_config(const git::Repository& repository, const git::Oid& commit,
                   std::string_view input);

}  // namespace ecr_version::app
