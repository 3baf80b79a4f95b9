#include "app/release.hpp"

#include "app/image_kind.hpp"
#include "app/image_reference.hpp"
#include "app/patience.hpp"
#include "app/registry_facts.hpp"
#include "app/release_judge.hpp"
#include "app/tag_writer.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace ecr_version::app {
namespace {

using std::chrono::milliseconds;

constexpr int most_tries = 60;
constexpr int longest_pause_ms = 1500;  // between two tries

// One deployer: the steps it takes.
class Deployer {
 public:
  Deployer(World& world, const runner::Inputs& inputs,
           const ReleaseOptions& options)
      : world_(world),
        inputs_(inputs),
        options_(options),
        judge_(world, inputs) {}

  Released run() {
    if (options_.prepare) {
      judge_.look();
      judge_.prepare_repository(options_.dry_run);
      return result(nullptr);
    }
    for (int attempt = 1; attempt <= most_tries; ++attempt) {
      judge_.judge();
      if (attempt == 1) find_image();
      std::optional<Released> released = verdict();
      if (!released) released = try_version();
      if (released) {
        finish(*released);
        return *released;
      }
      const int most = std::min(100 * attempt, longest_pause_ms);
      wait_for(world_,
               milliseconds(static_cast<int>(most * world_.clock.random())));
    }
    throw Error(fmt::format(
        "releasing {}: lost the race for a version {} times in a row; start "
        "the step again",
        judge_.name(), most_tries));
  }

 private:
  void find_image() {
    const bool there = judge_.prepare_repository(options_.dry_run);
    if (options_.image.empty()) return;  // a dry run before the push
    const ImageReference reference = parse_image_reference(
        options_.image, judge_.plan().registry, judge_.repository());
    std::optional<aws::ImageDetail> found;
    if (there) {
      found =
          judge_.ecr().describe_image(judge_.repository(), reference.text());
    }
    if (!found) {
      throw Error(fmt::format(
          "releasing {}: {} {}; push the image first, or restore it where it "
          "is "
          "archived",
          judge_.name(),
          there ? "the repository " + judge_.repository() + " holds no image"
                : "there is no repository",
          there ? reference.text() : judge_.repository()));
    }
    refuse_other_kinds(*found);
    digest_ = found->digest;
  }

  void refuse_other_kinds(const aws::ImageDetail& image) {
    std::string kind;
    if (!to_image(image).is_container) {
      kind = image.subject_digest.empty()
                 ? "an artifact (" + image.artifact_media_type + ")"
                 : "a statement about " + image.subject_digest;
    } else if (const auto manifest = judge_.ecr().get_manifest(
                   judge_.repository(), image.digest)) {
      kind = not_an_image(manifest->bytes);
    }
    if (kind.empty()) return;
    throw Error(fmt::format(
        "releasing {}: {} is {}: only a container image is released; "
        "name the image's own digest",
        judge_.name(), image.digest, kind));
  }

  TagWriter writer(const std::string& digest) {
    const core::AppFacts& facts = judge_.app().facts;
    return {world_,
            judge_.ecr(),
            {.app = judge_.name(),
             .repository = judge_.repository(),
             .tag_prefix = facts.app.tag_prefix,
             .settings = facts.settings,
             .dry_run = options_.dry_run},
            digest};
  }

  Released result(const TagWriter* writer) {
    const PlannedApp& app = judge_.app();
    Released released;
    released.app = judge_.name();
    released.repository = judge_.repository();
    released.registry = judge_.plan().registry;
    released.version = app.plan.version;
    released.previous_version = app.plan.previous_version;
    released.digest = digest_;
    released.sha = judge_.plan().run.head;
    released.reason = core::to_string(app.plan.reason);
    if (writer != nullptr) {
      released.tags = writer->tags();
      released.added = writer->added();
    }
    return released;
  }

  // What ends it without a new version.
  std::optional<Released> verdict() {
    const core::Reason reason = judge_.app().plan.reason;
    if (reason == core::Reason::superseded) {
      world_.log.notice(fmt::format(
          "{}: {} was released from a later commit: nothing is tagged",
          judge_.name(), judge_.app().facts.superseded_by.value_or("")));
      Released released = result(nullptr);
      // The newest version, and the one before it.
      if (const core::Release* newest =
              core::newest_in(judge_.app().facts.releases,
                              judge_.app().facts.app.version_line)) {
        released.previous_version = judge_.release_before(newest->version);
      }
      return released;
    }
    if (reason == core::Reason::already_released) {
      const core::Release& release = *judge_.at_head();
      if (!digest_.empty() && release.digest != digest_) {
        world_.log.notice(fmt::format(
            "{}: this commit is released as {} with {}: {} is left untagged "
            "(--force gives it a version of its own)",
            judge_.name(), release.tag, release.digest, digest_));
      }
      return complete(release);
    }
    if (const core::Release* release = judge_.cut_short(digest_)) {
      world_.log.notice(fmt::format("{}: {} was cut short and is finished",
                                    judge_.name(), release->tag));
      return complete(*release);
    }
    return std::nullopt;
  }

  // Adds what is missing of a release that is there. Never a second version.
  Released complete(const core::Release& release) {
    const core::AppFacts& facts = judge_.app().facts;
    TagWriter tags = writer(release.digest);
    tags.add(release.tag);
    if (judge_.is_heads(release)) {
      for (const std::string& commit : release.commits) {
        if (judge_.plan().run.head.starts_with(commit)) {
          tags.add(release.tag + "-" + commit);
        }
      }
    } else if (options_.commit_tag) {
      tags.add(judge_.commit_tag(release.tag));
    }
    if (release.label.empty()) {
      tags.move_floating(
          release.version,
          core::floating_tags(facts.releases, release.version,
                              judge_.plan().policy, facts.app.tag_prefix,
                              facts.settings)
              .tags);
    }
    Released released = result(&tags);
    released.version = release.tag.substr(facts.app.tag_prefix.size());
    released.previous_version = judge_.release_before(release.version);
    released.digest = release.digest;
    return released;
  }

  // One attempt at a new version; nullopt when the race was lost.
  std::optional<Released> try_version() {
    refuse_image_of_another_commit();
    const core::AppPlan next = judge_.next();
    const core::AppFacts& facts = judge_.app().facts;
    TagWriter tags = writer(digest_);
    const std::string version_tag = next.tag_names.front();
    const std::string commit_tag = next.tag_names.at(1);
    if (!tags.claim(version_tag, facts.releases)) return lost(version_tag);
    if (options_.commit_tag) {
      tags.add(commit_tag);
      if (!tags.still_holds(version_tag)) {
        stray_.push_back(commit_tag);
        return lost(version_tag);
      }
    }
    if (judge_.plan().run.prerelease.empty()) {
      tags.move_floating(core::parse_version(*next.version).value(),
                         {next.tag_names.begin() + 2, next.tag_names.end()});
    }
    tell(next);
    Released released = result(&tags);
    released.version = next.version;
    released.bump = core::to_string(next.bump);
    return released;
  }

  std::nullopt_t lost(const std::string& tag) {
    world_.log.info(fmt::format("{}: {} went to another deployer: once more",
                                judge_.name(), tag));
    return std::nullopt;
  }

  void tell(const core::AppPlan& next) {
    for (const std::string& text : next.warnings) {
      world_.log.warning(judge_.name() + ": " + text);
    }
    for (const std::string& text : next.notices) {
      world_.log.notice(judge_.name() + ": " + text);
    }
  }

  void refuse_image_of_another_commit() {
    if (inputs_.force) return;
    if (const core::Release* release = judge_.of_another_commit(digest_)) {
      throw Error(fmt::format(
          "releasing {}: the image {} is released as {} of commit {} already; "
          "build with the `labels` output, which makes each commit's image its "
          "own, or use --force",
          judge_.name(), digest_, release->tag, release->commits.front()));
    }
  }

  // The tags that were only for the way here.
  void finish(const Released& released) {
    for (const std::string& tag : stray_) take_off(tag, digest_);
    const std::vector<std::string>& kept = released.tags;
    if (std::find(kept.begin(), kept.end(), options_.untag) == kept.end()) {
      take_off(options_.untag, "");
    }
  }

  void take_off(const std::string& tag, const std::string& digest) {
    if (!tag.empty()) writer(digest_).take_off(tag, digest);
  }

  World& world_;
  const runner::Inputs& inputs_;
  const ReleaseOptions& options_;
  ReleaseJudge judge_;
  std::string digest_;              // "" in a dry run without an image
  std::vector<std::string> stray_;  // commit tags of versions that were lost
};

// After a try that failed: the tag that it pushed under, and nothing else.
Released untag_alone(World& world, const runner::Inputs& inputs,
                     const std::string& tag) {
  const Workspace workspace = open_workspace(world, inputs);
  const auto session = open_session(world, inputs, workspace.config);
  const core::App app =
      selected_apps(workspace.apps, {inputs.app.front()}).front();
  aws::Ecr(*session).untag(app.repository, tag);
  Released released;
  released.app = app.name;
  released.repository = app.repository;
  released.sha = git::to_hex(workspace.head);
  return released;
}

}  // namespace

Released release_image(World& world, const runner::Inputs& inputs,
                       const ReleaseOptions& options) {
  if (inputs.app.size() != 1) {
    throw UsageError(
        "release: name the one app that the image is of (input `app`)");
  }
  if (options.image.empty() && !options.prepare && !options.dry_run) {
    if (!options.untag.empty()) {
      return untag_alone(world, inputs, options.untag);
    }
    throw UsageError(
        "release: name the image that was pushed (--image DIGEST, a tag of it, "
        "or its full reference)");
  }
  return Deployer(world, inputs, options).run();
}

std::string to_json(const Released& released) {
  json::Writer out;
  out.begin_object();
  out.member("schema", 1);
  out.member("app", released.app);
  out.member("version", released.version);
  out.member("previous-version", released.previous_version);
  out.member("digest", released.digest);
  out.member("sha", released.sha);
  out.member("reason", released.reason);
  out.member("tags", released.tags);
  out.member("added", released.added);
  out.end_object();
  return out.text();
}

}  // namespace ecr_version::app
