#include "app/release.hpp"

#include "app/image_reference.hpp"
#include "app/planning.hpp"
#include "app/registry_facts.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "core/tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace ecr_version::app {
namespace {

using std::chrono::milliseconds;

constexpr int most_tries = 60;
constexpr milliseconds settle_time{1000};   // of a mutable tag just written
constexpr milliseconds progress_step{500};  // between looks at a version that
constexpr int progress_looks = 10;          // may be in progress elsewhere

// One deployer: what it knows, and the steps it takes.
class Deployer {
 public:
  Deployer(World& world, const runner::Inputs& inputs,
           const ReleaseOptions& options)
      : world_(world),
        inputs_(inputs),
        options_(options),
        workspace_(open_workspace(world, inputs)),
        session_(open_session(world, inputs, workspace_.config)),
        ecr_(*session_) {}

  Released run() {
    for (int attempt = 1; attempt <= most_tries; ++attempt) {
      judge();
      std::optional<Released> released = settled_verdict();
      if (!released) released = try_version();
      if (released) {
        take_off(*released);
        return *released;
      }
      world_.clock.sleep(milliseconds(
          static_cast<int>(100 * attempt * world_.clock.random())));
    }
    throw Error(fmt::format(
        "releasing {}: lost the race for a version {} times in a row; start "
        "the step again",
        app().facts.app.name, most_tries));
  }

 private:
  PlannedApp& app() { return plan_.apps.front(); }
  const std::string& repository() { return app().facts.app.repository; }

  std::string sha_tag(const std::string& version_tag) {
    return version_tag + "-" +
           plan_.run.head.substr(
               0, static_cast<std::size_t>(plan_.policy.sha_length));
  }

  // Sections 3 to 6, from ECR as it is now. A version whose commit tag is still
  // missing may be one that another deployer is writing: it gets some seconds.
  void judge() {
    for (int look = 0;; ++look) {
      plan_ = make_plan(world_, inputs_, workspace_, *session_, ecr_);
      refuse_preview();
      if (image_.digest.empty()) find_image();
      const core::Release* newest =
          core::newest_in(app().facts.releases, app().facts.app.version_line);
      if (newest == nullptr || !newest->commits.empty() ||
          newest->digest == image_.digest || look == progress_looks) {
        break;
      }
      world_.log.debug(newest->tag + " has no commit tag yet: looking again");
      world_.clock.sleep(progress_step);
    }
    const auto settings = ask_for_settings(ecr_, {repository()});
    const auto found = settings.find(repository());
    if (found != settings.end()) app().facts.settings = found->second;
  }

  void refuse_preview() {
    if (!plan_.run.preview) return;
    throw Error(fmt::format(
        "releasing {}: this run is a preview ({}) and releases nothing; run "
        "the step on push instead",
        app().facts.app.name, workspace_.event.name));
  }

  void find_image() {
    const ImageReference reference =
        parse_image_reference(options_.image, plan_.registry, repository());
    const auto found = ecr_.describe_image(repository(), reference.text());
    if (!found) {
      throw Error(fmt::format(
          "releasing {}: the repository {} holds no image {}; push it first",
          app().facts.app.name, repository(), reference.text()));
    }
    image_ = *found;
    if (!to_image(image_).is_container) {
      throw Error(fmt::format(
          "releasing {}: {} is no container image but {}; name the image's own "
          "digest",
          app().facts.app.name, image_.digest,
          image_.subject_digest.empty() ? image_.artifact_media_type
                                        : "about " + image_.subject_digest));
    }
  }

  Released result(const std::string& digest) {
    Released released;
    released.app = app().facts.app.name;
    released.repository = repository();
    released.registry = plan_.registry;
    released.version = app().plan.version;
    released.previous_version = app().plan.previous_version;
    released.digest = digest;
    released.sha = plan_.run.head;
    released.reason = core::to_string(app().plan.reason);
    return released;
  }

  const core::Release* release_at_head() {
    for (const auto* list :
         {&app().facts.releases.releases, &app().facts.releases.prereleases}) {
      for (const core::Release& release : *list) {
        const auto commit = core::commit_of(release, app().facts.found);
        if (commit && *commit == plan_.run.head) return &release;
      }
    }
    return nullptr;
  }

  // The verdicts that end it without a new version.
  std::optional<Released> settled_verdict() {
    if (app().plan.reason == core::Reason::superseded) {
      world_.log.notice(fmt::format(
          "{}: {} was released from a later commit: nothing is tagged",
          app().facts.app.name, app().facts.superseded_by.value_or("")));
      return result(image_.digest);
    }
    if (app().plan.reason != core::Reason::already_released) {
      return std::nullopt;
    }
    const core::Release& release = *release_at_head();
    if (release.digest != image_.digest) {
      world_.log.notice(fmt::format(
          "{}: this commit is released as {} with {}: {} is left untagged",
          app().facts.app.name, release.tag, release.digest, image_.digest));
    }
    return complete(release.version, release.tag, release.label.empty(),
                    release.digest);
  }

  // Adds what is missing of a release that is there. Never a second version.
  Released complete(const core::Version& version,
                    const std::string& version_tag, bool with_floating,
                    const std::string& digest) {
    Released released = result(digest);
    released.version = core::to_string(version);
    if (!with_floating) {
      released.version = version_tag.substr(app().facts.app.tag_prefix.size());
    }
    std::vector<std::string> wanted{version_tag};
    if (options_.commit_tag) wanted.push_back(sha_tag(version_tag));
    if (with_floating) {
      const core::FloatingTags floating =
          core::floating_tags(app().facts.releases, version, plan_.policy,
                              app().facts.app.tag_prefix, app().facts.settings);
      wanted.insert(wanted.end(), floating.tags.begin(), floating.tags.end());
    }
    write_tags(wanted, digest, released);
    return released;
  }

  // One attempt at a version; nullopt when the race was lost.
  std::optional<Released> try_version() {
    if (const core::Release* cut_short = unfinished()) {
      return complete(cut_short->version, cut_short->tag, true, image_.digest);
    }
    refuse_image_of_another_commit();

    // Asked for by name, the app is released whether affected or not.
    core::RunOptions run = plan_.run;
    run.force = true;
    core::AppFacts facts = app().facts;
    facts.exists = true;
    const core::Reason reason = app().plan.reason;
    app().plan = core::decide(facts, plan_.policy, run);
    app().plan.reason = reason;
    for (const std::string& text : app().plan.warnings) {
      world_.log.warning(app().facts.app.name + ": " + text);
    }
    Released released = result(image_.digest);
    std::vector<std::string> tags = app().plan.tag_names;
    if (!options_.commit_tag) tags.erase(tags.begin() + 1);
    const std::string version_tag = tags.front();
    if (!claim(version_tag, released)) return std::nullopt;
    write_tags({tags.begin() + 1, tags.end()}, image_.digest, released);
    return released;
  }

  // A release cut short: this image has a version tag and no commit tag.
  const core::Release* unfinished() {
    for (const core::Release& release : app().facts.releases.releases) {
      if (release.digest == image_.digest && release.commits.empty()) {
        return &release;
      }
    }
    return nullptr;
  }

  void refuse_image_of_another_commit() {
    if (inputs_.force) return;
    for (const core::Release& release : app().facts.releases.releases) {
      if (release.digest == image_.digest && !release.commits.empty()) {
        throw Error(fmt::format(
            "releasing {}: the image {} is released as {} of commit {} "
            "already; build with the `labels` output, which makes each "
            "commit's image its own, or use --force",
            app().facts.app.name, image_.digest, release.tag,
            release.commits.front()));
      }
    }
  }

  const aws::Manifest& manifest(const std::string& digest) {
    if (!manifest_ || manifest_->digest != digest) {
      manifest_ = ecr_.get_manifest(repository(), digest);
      if (!manifest_) {
        throw Error(fmt::format("releasing {}: the image {} is gone from {}",
                                app().facts.app.name, digest, repository()));
      }
    }
    return *manifest_;
  }

  // Writes the version tag, which decides the race. False: another has it.
  bool claim(const std::string& tag, Released& released) {
    if (options_.dry_run) {
      announce(tag, image_.digest, released);
      return true;
    }
    if (const auto holder = ecr_.describe_image(repository(), tag)) {
      if (holder->digest != image_.digest) return false;
    }
    const aws::PutResult put =
        ecr_.put_image(repository(), manifest(image_.digest), tag);
    if (put.status == aws::PutResult::Status::taken) return false;
    if (core::may_move(app().facts.settings, tag)) {
      // Nothing stops another from moving it: read again once it has settled.
      world_.clock.sleep(settle_time);
      const auto holder = ecr_.describe_image(repository(), tag);
      if (!holder || holder->digest != image_.digest) return false;
    }
    released.tags.push_back(tag);
    if (put.status == aws::PutResult::Status::written) {
      released.added.push_back(tag);
    }
    return true;
  }

  // The tags after the version: each is read again before it is written.
  void write_tags(const std::vector<std::string>& tags,
                  const std::string& digest, Released& released) {
    for (const std::string& tag : tags) {
      const auto holder = ecr_.describe_image(repository(), tag);
      if (holder && holder->digest == digest) {
        released.tags.push_back(tag);
        continue;
      }
      if (holder && is_floating(tag) && is_overtaken(*holder, released)) {
        continue;
      }
      if (options_.dry_run) {
        announce(tag, digest, released);
        continue;
      }
      const aws::PutResult put =
          ecr_.put_image(repository(), manifest(digest), tag);
      if (put.status == aws::PutResult::Status::taken) {
        world_.log.warning(
            fmt::format("{}: {} is a tag of {} and cannot move: left there",
                        app().facts.app.name, tag, put.holder));
        continue;
      }
      released.tags.push_back(tag);
      released.added.push_back(tag);
    }
  }

  bool is_floating(const std::string& tag) {
    const auto parsed = core::parse_tag(tag, app().facts.app.tag_prefix);
    return parsed && parsed->kind == core::Tag::Kind::floating;
  }

  // Does the floating tag's image carry a higher version already?
  bool is_overtaken(const aws::ImageDetail& holder, const Released& released) {
    const auto own = core::parse_version(released.version.value_or(""));
    for (const std::string& tag : holder.tags) {
      const auto parsed = core::parse_tag(tag, app().facts.app.tag_prefix);
      if (own && parsed && parsed->kind == core::Tag::Kind::release &&
          parsed->version > *own) {
        return true;
      }
    }
    return false;
  }

  void announce(const std::string& tag, const std::string& digest,
                Released& released) {
    world_.log.info(
        fmt::format("would put {}:{} on {}", repository(), tag, digest));
    released.tags.push_back(tag);
    released.added.push_back(tag);
  }

  void take_off(const Released& released) {
    if (options_.untag.empty() ||
        std::find(released.tags.begin(), released.tags.end(), options_.untag) !=
            released.tags.end()) {
      return;
    }
    if (options_.dry_run) {
      world_.log.info("would take off the tag " + options_.untag);
    } else {
      ecr_.untag(repository(), options_.untag);
    }
  }

  World& world_;
  const runner::Inputs& inputs_;
  const ReleaseOptions& options_;
  Workspace workspace_;
  std::unique_ptr<aws::Session> session_;
  aws::Ecr ecr_;
  Plan plan_;
  aws::ImageDetail image_;
  std::optional<aws::Manifest> manifest_;
};

}  // namespace

Released release_image(World& world, const runner::Inputs& inputs,
                       const ReleaseOptions& options) {
  if (inputs.app.size() != 1) {
    throw UsageError(
        "release: name the one app that the image is of (input `app`)");
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
