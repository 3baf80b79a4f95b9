#include "app/tag_writer.hpp"

#include "app/patience.hpp"
#include "app/registry_facts.hpp"
#include "base/error.hpp"
#include "core/tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ecr_version::app {
namespace {

using std::chrono::milliseconds;

// How long a movable tag is left to settle: several times what reading it and
// writing it took us, since others who saw it free take about as long.
constexpr int settle_factor = 5;
constexpr milliseconds least_settling{1000};
constexpr milliseconds most_settling{10000};
constexpr int most_repairs = 5;

// Which versions the floating tag stands for; nullopt: all of them.
std::optional<core::Line> scope_of(const std::string& tag,
                                   const std::string& prefix,
                                   const core::Version& version) {
  if (tag == "latest") return std::nullopt;
  const bool is_major = tag == fmt::format("{}{}", prefix, version.major);
  return is_major ? core::Line{version.major}
                  : core::Line{version.major, version.minor};
}

void erase(std::vector<std::string>& list, const std::string& text) {
  list.erase(std::remove(list.begin(), list.end(), text), list.end());
}

}  // namespace

TagWriter::TagWriter(const World& world, aws::Ecr& ecr, TagTarget target,
                     std::string digest)
    : world_(world),
      ecr_(ecr),
      target_(std::move(target)),
      digest_(std::move(digest)) {}

bool TagWriter::claim(const std::string& tag, const core::Releases& before) {
  if (target_.dry_run) {
    note(tag, put(tag, digest_).status);
    return true;
  }
  manifest(digest_);  // nothing slow between the look and the write
  const Time begin = world_.clock.now();
  // This very image counts too: whoever named it so may be another commit's.
  if (holder(tag)) return false;
  const aws::PutResult::Status status = put(tag, digest_).status;
  if (status != aws::PutResult::Status::written) return false;
  if (core::may_move(target_.settings, tag)) {
    settling_ = std::clamp(settle_factor * (world_.clock.now() - begin),
                           least_settling, most_settling);
    wait_for(world_, settling_);
    if (holder(tag) != digest_) return false;
    if (const auto other = overwritten(tag, before)) {
      world_.log.info(fmt::format("{}: {} was {}'s already and is given back",
                                  target_.app, tag, *other));
      put(tag, *other);
      return false;
    }
  }
  note(tag, status);
  return true;
}

// The image whose finished claim ours has overwritten: its commit tag tells,
// where it was not there when we chose.
std::optional<std::string> TagWriter::overwritten(
    const std::string& tag, const core::Releases& before) {
  const std::string start = tag + "-";
  const core::Releases now = read_releases();
  for (const auto& [name, index] : now.taken) {
    const std::string& digest = now.holders[index].digest;
    if (digest != digest_ && name.starts_with(start) &&
        core::is_commit_suffix(std::string_view(name).substr(start.size())) &&
        before.digest_of(name) == nullptr) {
      return digest;
    }
  }
  return std::nullopt;
}

bool TagWriter::still_holds(const std::string& tag) {
  if (target_.dry_run || !core::may_move(target_.settings, tag)) return true;
  if (holder(tag) == digest_) return true;
  // Who overwrote it sees our commit tag and gives it back.
  wait_for(world_, settling_ + settling_);
  if (holder(tag) == digest_) return true;
  erase(tags_, tag);
  erase(added_, tag);
  return false;
}

void TagWriter::add(const std::string& tag) {
  if (const auto there =
          target_.dry_run && digest_.empty() ? std::nullopt : holder(tag)) {
    if (*there == digest_) {
      return note(tag, aws::PutResult::Status::already_there);
    }
    world_.log.warning(fmt::format("{}: {} is a tag of {}: it is left there",
                                   target_.app, tag, *there));
    return;
  }
  const aws::PutResult result = put(tag, digest_);
  if (result.status == aws::PutResult::Status::taken) {
    world_.log.warning(
        fmt::format("{}: {} is a tag of {} and cannot move: left there",
                    target_.app, tag, result.holder));
    return;
  }
  note(tag, result.status);
}

void TagWriter::move_floating(const core::Version& version,
                              const std::vector<std::string>& tags) {
  std::vector<std::string> written;
  for (const std::string& tag : tags) {
    if (!target_.dry_run || !digest_.empty()) {
      if (holder(tag) == digest_) {
        note(tag, aws::PutResult::Status::already_there);
        continue;
      }
      if (is_overtaken(tag, version)) continue;
    }
    const aws::PutResult result = put(tag, digest_);
    if (result.status == aws::PutResult::Status::taken) {
      world_.log.warning(
          fmt::format("{}: {} is a tag of {} and cannot move: left there",
                      target_.app, tag, result.holder));
      continue;
    }
    note(tag, result.status);
    written.push_back(tag);
  }
  if (!target_.dry_run && !written.empty()) keep_forward(version, written);
}

// Between our look and our write a higher version may have been given the tag:
// then we have moved it backwards, and nobody else will notice.
void TagWriter::keep_forward(const core::Version& version,
                             const std::vector<std::string>& tags) {
  for (int repair = 0; repair < most_repairs; ++repair) {
    const core::Releases now = read_releases();
    bool moved = false;
    for (const std::string& tag : tags) {
      const core::Release* newest =
          core::newest_in(now, scope_of(tag, target_.tag_prefix, version));
      if (newest == nullptr || newest->version <= version) continue;
      erase(tags_, tag);
      erase(added_, tag);
      const std::string* on = now.digest_of(tag);
      if (on != nullptr && *on == newest->digest) continue;
      world_.log.info(fmt::format("{}: {} goes to {}, released meanwhile",
                                  target_.app, tag, newest->tag));
      put(tag, newest->digest);
      moved = true;
    }
    if (!moved) return;
  }
}

void TagWriter::take_off(const std::string& tag, const std::string& digest) {
  if (target_.dry_run) {
    world_.log.info(
        fmt::format("would call ecr:BatchDeleteImage {}: the tag {} alone",
                    target_.repository, tag));
    return;
  }
  if (!digest.empty() && holder(tag) != digest) return;
  ecr_.untag(target_.repository, tag);
}

aws::PutResult TagWriter::put(const std::string& tag,
                              const std::string& digest) {
  if (!target_.dry_run) {
    return ecr_.put_image(target_.repository, manifest(digest), tag);
  }
  const std::string image = digest.empty() ? "the pushed image" : digest;
  if (tags_.empty()) {
    world_.log.info(fmt::format("would call ecr:BatchGetImage {}: {}",
                                target_.repository, image));
  }
  world_.log.info(fmt::format("would call ecr:PutImage {}: tag {} on {}",
                              target_.repository, tag, image));
  return {};
}

const aws::Manifest& TagWriter::manifest(const std::string& digest) {
  for (const aws::Manifest& known : manifests_) {
    if (known.digest == digest) return known;
  }
  auto found = ecr_.get_manifest(target_.repository, digest);
  if (!found) {
    throw Error(
        fmt::format("releasing {}: the image {} is gone from the repository {}",
                    target_.app, digest, target_.repository));
  }
  return manifests_.emplace_back(std::move(*found));
}

std::optional<std::string> TagWriter::holder(const std::string& tag) {
  const auto image = ecr_.describe_image(target_.repository, tag);
  if (!image) return std::nullopt;
  return image->digest;
}

// Does the image that has the tag carry a higher version already?
bool TagWriter::is_overtaken(const std::string& tag,
                             const core::Version& version) {
  const auto image = ecr_.describe_image(target_.repository, tag);
  if (!image) return false;
  const auto scope = scope_of(tag, target_.tag_prefix, version);
  return std::any_of(
      image->tags.begin(), image->tags.end(), [&](const std::string& name) {
        const auto parsed = core::parse_tag(name, target_.tag_prefix);
        return parsed && parsed->kind == core::Tag::Kind::release &&
               parsed->version > version &&
               (!scope || scope->contains(parsed->version));
      });
}

void TagWriter::note(const std::string& tag, aws::PutResult::Status status) {
  if (std::find(tags_.begin(), tags_.end(), tag) != tags_.end()) return;
  tags_.push_back(tag);
  if (status == aws::PutResult::Status::written) added_.push_back(tag);
}

core::Releases TagWriter::read_releases() {
  auto answers =
      ask_for_releases(ecr_, {{target_.repository, target_.tag_prefix}});
  return std::move(answers.at(target_.repository).releases);
}

}  // namespace ecr_version::app
