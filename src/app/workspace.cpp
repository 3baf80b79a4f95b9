#include "app/deepen.hpp"
#include "app/planning.hpp"
#include "base/text.hpp"
#include "runner/files.hpp"

#include <fmt/format.h>

namespace ecr_version::app {

// What an app of a root Dockerfile is named after: the job's repository, else
// the clone's folder.
std::string repository_name(const runner::Event& event,
                            const git::Repository& repository) {
  if (!event.repository.empty()) {
    return event.repository.substr(event.repository.rfind('/') + 1);
  }
  const std::filesystem::path work = repository.work_directory();
  const std::filesystem::path named =
      work.empty() ? repository.git_directory() : work;
  return named.has_filename() ? named.filename().string()
                              : named.parent_path().filename().string();
}

Workspace open_workspace(const World& world, const runner::Inputs& inputs) {
  runner::Event event = runner::read_event(world.env);
  for (const std::string& warning : event.warnings) world.log.warning(warning);

  git::Repository repository =
      git::Repository::open(world.directory / inputs.working_directory);
  const git::Oid head = repository.head();
  if (!event.sha.empty() && event.sha != git::to_hex(head)) {
    world.log.notice(fmt::format(
        "the commit checked out is {}, not GITHUB_SHA {}: the checked out one "
        "is judged",
        git::to_hex(head), event.sha));
  }

  std::unique_ptr<Deepener> deepener = make_deepener(world, inputs, event);
  Config config = with_objects(*deepener, repository, [&] {
    return load_config(repository, head, inputs.config.value_or(""));
  });
  FoundApps found = with_objects(*deepener, repository, [&] {
    return find_apps(repository, head, config,
                     repository_name(event, repository));
  });
  for (const Notice& notice : found.notices) world.log.notice(notice.text);
  return {std::move(repository), head,
          std::move(event),      std::move(config),
          std::move(found.apps), std::move(deepener)};
}

void note_work_tree_configuration(const World& world,
                                  const runner::Inputs& inputs,
                                  const Workspace& workspace) {
  const std::string input = inputs.config.value_or("");
  const std::filesystem::path work = workspace.repository.work_directory();
  if (work.empty() || input.find('\n') != std::string::npos) return;
  const std::string file = config_path(input);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(work / file, ignored)) return;
  const auto committed = workspace.repository.read_file(workspace.head, file);
  if (committed && *committed == runner::read_file((work / file).string())) {
    return;
  }
  world.log.notice(
      committed ? fmt::format("{} differs from HEAD's, which is the one that "
                              "counts: commit it to have it judged",
                              file)
                : fmt::format("{} is not committed: HEAD has no configuration, "
                              "and what is not in HEAD does not count",
                              file));
}

}  // namespace ecr_version::app
