#include "app/build_fields.hpp"

#include "app/apps.hpp"
#include "app/labels.hpp"
#include "app/shell_words.hpp"
#include "base/text.hpp"
#include "core/glob.hpp"

namespace ecr_version::app {
namespace {

constexpr std::size_t most_dirty = 20;

const char* yes_or_no(bool value) { return value ? "true" : "false"; }

std::string or_root(const std::string& path) {
  return path.empty() ? "." : path;
}

bool is_below(std::string_view path, const std::string& directory) {
  return directory.empty() || path.starts_with(directory + "/");
}

// The paths of the status. "R  to\0from\0" is the one entry with two of them.
std::vector<std::string> paths_of(std::string_view status) {
  constexpr std::size_t header = 3;  // "XY "
  std::vector<std::string> paths;
  bool is_origin = false;
  for (const std::string_view entry : split(status, '\0')) {
    if (is_origin) {
      paths.emplace_back(entry);
      is_origin = false;
    } else if (entry.size() > header) {
      const std::string_view states = entry.substr(0, 2);
      paths.emplace_back(entry.substr(header));
      is_origin = states.find_first_of("RC") != std::string_view::npos;
    }
  }
  return paths;
}

}  // namespace

std::vector<std::string> dirty_paths(std::string_view status,
                                     const core::App& app,
                                     const core::Policy& policy) {
  const core::PathSet own(app.paths);
  const core::PathSet always(app.always);
  const core::PathSet shared(policy.shared_paths);
  std::vector<std::string> dirty;
  for (std::string& path : paths_of(status)) {
    // git shows a new submodule or an unreadable folder as "folder/".
    const std::string bare =
        path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
    const bool is_built_from = is_below(bare, app.context) || own.matches(bare);
    const bool is_left_out = app.left_out && app.left_out(bare);
    if (always.matches(bare) || shared.matches(bare) ||
        (is_built_from && !is_left_out)) {
      dirty.push_back(std::move(path));
    }
  }
  return dirty;
}

std::string shell_fields(const Plan& plan, const runner::Event& event,
                         const PlannedApp& app,
                         const std::vector<std::string>& dirty) {
  const core::App& is = app.facts.app;
  const core::AppPlan& decided = app.plan;
  std::vector<std::string> shown;
  for (const std::string& path : dirty) {
    if (shown.size() < most_dirty) shown.push_back(one_line(path, 1000));
  }
  std::string text;
  const auto set = [&](std::string_view name, std::string_view value) {
    text += shell_assignment(name, value);
  };
  set("ecr_app", is.name);
  set("ecr_affected", yes_or_no(decided.affected));
  set("ecr_reason", core::to_string(decided.reason));
  set("ecr_version", decided.version.value_or(""));
  set("ecr_previous_version", decided.previous_version.value_or(""));
  set("ecr_release_tag", decided.reason == core::Reason::already_released
                             ? is.tag_prefix + decided.version.value_or("")
                             : "");
  set("ecr_bump", core::to_string(decided.bump));
  set("ecr_preview",
      yes_or_no(plan.run.preview && plan.run.prerelease.empty()));
  set("ecr_head", plan.run.head);
  set("ecr_repository", is.repository);
  set("ecr_registry", plan.registry);
  set("ecr_image", plan.image(app));
  set("ecr_missing", yes_or_no(app.missing));
  set("ecr_directory", or_root(is.directory));
  set("ecr_context", or_root(is.context));
  set("ecr_dockerfile", is.dockerfile);
  set("ecr_target", is.target);
  set("ecr_labels",
      join(labels(plan, event, app, VersionLabel::without), "\n"));
  set("ecr_tag_names", join(decided.tag_names, "\n"));
  set("ecr_dirty", join(shown, "\n"));
  return text;
}

const char* const shell_fields_help =
    R"help(--shell prints, of the one app named, assignments for a shell's eval, each
value quoted: ecr_app ecr_affected ecr_reason ecr_version ecr_previous_version
ecr_release_tag (of the release that HEAD carries) ecr_bump ecr_preview
(nothing can be released) ecr_head ecr_repository ecr_registry ecr_image
ecr_missing (has no repository yet) ecr_directory ecr_context ecr_dockerfile
ecr_target ecr_labels (one a line, without the version) ecr_tag_names (one a
line) ecr_dirty (of --status: the first 20 paths that the app is built from).
  eval "$(ecr-version plan --app api --shell)" && docker build "$ecr_context")help";

}  // namespace ecr_version::app
