#include "app/release_judge.hpp"

#include "app/patience.hpp"
#include "app/registry_facts.hpp"
#include "base/text.hpp"
#include "core/tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace ecr_version::app {
namespace {

using std::chrono::milliseconds;

// How long a version is waited for whose commit tag is missing. Most images are
// released right after they were pushed; of an older one a deployer at work is
// less likely than a tag made by hand.
constexpr milliseconds patience_for_recent{10000};
constexpr milliseconds patience_for_old{3000};
constexpr milliseconds recent{15 * 60 * 1000};
constexpr milliseconds step{400};

}  // namespace

ReleaseJudge::ReleaseJudge(World& world, const runner::Inputs& inputs)
    : world_(world),
      inputs_(inputs),
      workspace_(open_workspace(world, inputs)),
      session_(open_session(world, inputs, workspace_.config)),
      ecr_(*session_) {}

void ReleaseJudge::judge() {
  look();
  while (const core::Release* release = in_progress()) {
    if (!finishes(*release)) given_up_ = release->tag;
    look();
  }
  take_settings();
}

// One look; told once, since most looks say what the one before said.
void ReleaseJudge::look() {
  runner::Log silent({}, [](std::string_view) {});
  const World quiet{world_.env,       world_.clock,      world_.http,
                    silent,           world_.print,      world_.directory,
                    world_.in_action, world_.interrupted};
  plan_ = make_plan(has_looked_ ? quiet : world_, inputs_, workspace_,
                    *session_, ecr_);
  has_looked_ = true;
  if (plan_.run.preview && plan_.run.prerelease.empty()) {
    throw Error(fmt::format(
        "releasing {}: this run is a preview ({}) and releases nothing; run "
        "the step on push, or give it a `prerelease` label",
        name(), one_line(workspace_.event.name)));
  }
}

const core::Release* ReleaseJudge::in_progress() const {
  const auto newest = candidates();
  if (newest.empty() || !newest.front()->commits.empty() ||
      newest.front()->tag == given_up_) {
    return nullptr;
  }
  return newest.front();
}

// Watches the version until it has its commit tag, or is not what it was.
bool ReleaseJudge::finishes(const core::Release& release) const {
  const Time begin = world_.clock.now();
  const auto age =
      begin -
      Time(milliseconds(static_cast<std::int64_t>(release.pushed_at * 1000)));
  const milliseconds most =
      age < recent ? patience_for_recent : patience_for_old;
  world_.log.info(fmt::format(
      "{}: {} has no commit tag yet: waiting up to {} s for who may be writing "
      "it",
      name(), release.tag, most.count() / 1000));
  while (world_.clock.now() - begin < most) {
    wait_for(world_, step);
    const auto holder = ecr_.describe_image(repository(), release.tag);
    if (!holder || holder->digest != release.digest) return true;
    const std::string start = release.tag + "-";
    if (std::any_of(holder->tags.begin(), holder->tags.end(),
                    [&](const std::string& tag) {
                      return tag.starts_with(start) &&
                             core::is_commit_suffix(tag.substr(start.size()));
                    })) {
      return true;
    }
  }
  return false;
}

void ReleaseJudge::take_settings() {
  PlannedApp& planned = plan_.apps.front();
  if (planned.missing) return;
  const auto answers = ask_for_settings(ecr_, {repository()});
  const auto found = answers.find(repository());
  if (found != answers.end()) planned.facts.settings = found->second;
}

bool ReleaseJudge::prepare_repository(bool dry_run) {
  PlannedApp& planned = plan_.apps.front();
  if (!planned.missing) return true;
  if (plan_.policy.missing_repository != core::MissingRepository::create) {
    return false;
  }
  if (dry_run) {
    world_.log.info(fmt::format(
        "would call ecr:CreateRepository {} (immutable tags but for latest and "
        "sha256-*)",
        repository()));
    return false;
  }
  const auto made = ecr_.create_repository(new_repository(repository()));
  if (!made) {
    // Another has made it meanwhile, or ECR was wrong: it may hold releases.
    judge();
    return !plan_.apps.front().missing;
  }
  world_.log.notice("created the repository " +
                    (made->uri.empty() ? repository() : made->uri));
  planned.missing = false;
  take_settings();
  return true;
}

std::string ReleaseJudge::commit_tag(const std::string& version_tag) const {
  const auto size = static_cast<std::size_t>(plan_.policy.sha_length);
  return version_tag + "-" + plan_.run.head.substr(0, size);
}

std::vector<const core::Release*> ReleaseJudge::candidates() const {
  return core::candidates(app().facts.releases, app().facts.app.version_line,
                          plan_.run.prerelease);
}

bool ReleaseJudge::is_heads(const core::Release& release) const {
  const core::FoundCommits& found = app().facts.found;
  return std::any_of(release.commits.begin(), release.commits.end(),
                     [&](const std::string& prefix) {
                       const auto commit = found.find(prefix);
                       return commit != found.end() &&
                              commit->second == plan_.run.head;
                     });
}

const core::Release* ReleaseJudge::at_head() const {
  for (const core::Release* release : candidates()) {
    if (is_heads(*release)) return release;
  }
  return nullptr;
}

const core::Release* ReleaseJudge::cut_short(const std::string& digest) const {
  for (const core::Release* release : candidates()) {
    if (release->digest == digest && release->commits.empty()) return release;
  }
  return nullptr;
}

const core::Release* ReleaseJudge::of_another_commit(
    const std::string& digest) const {
  // Of every version line: an image is one commit's.
  for (const core::Release* release : core::candidates(
           app().facts.releases, std::nullopt, plan_.run.prerelease)) {
    if (release->digest == digest && !release->commits.empty() &&
        !is_heads(*release)) {
      return release;
    }
  }
  return nullptr;
}

core::AppPlan ReleaseJudge::next() const {
  core::RunOptions run = plan_.run;
  run.force = true;
  core::AppFacts facts = app().facts;
  facts.exists = true;
  return core::decide(facts, plan_.policy, run);
}

std::optional<std::string> ReleaseJudge::release_before(
    const core::Version& version) const {
  for (const core::Release& release : app().facts.releases.releases) {
    const auto& line = app().facts.app.version_line;
    if (release.version < version &&
        (!line || line->contains(release.version))) {
      return core::to_string(release.version);
    }
  }
  return std::nullopt;
}

}  // namespace ecr_version::app
