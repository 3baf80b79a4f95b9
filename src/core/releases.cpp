#include "core/releases.hpp"

#include "core/tag.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace ecr_version::core {
namespace {

constexpr std::size_t most_foreign = 5;

struct ReadTag {
  Tag tag;
  const std::string* text;
};

// A release's own tag sorts right before the sha tags that go with it.
bool in_order(const ReadTag& left, const ReadTag& right) {
  const auto key = [](const ReadTag& read) {
    return std::tie(read.tag.version, read.tag.label, read.tag.number,
                    read.tag.commit);
  };
  return key(left) < key(right);
}

bool same_release(const Release& release, const Tag& tag) {
  return release.version == tag.version && release.label == tag.label &&
         release.number == tag.number;
}

// Appends the releases and prereleases of one image. An image may be several:
// 1.2.3 and 1.2.4 on one digest, each with the commits of its own sha tags.
void add_releases(const Image& image, std::string_view prefix,
                  Releases& result) {
  std::vector<ReadTag> tags;
  for (const std::string& text : image.tags) {
    std::optional<Tag> tag = parse_tag(text, prefix);
    if (tag && tag->kind != Tag::Kind::floating)
      tags.push_back({std::move(*tag), &text});
  }
  std::sort(tags.begin(), tags.end(), in_order);

  Release* last = nullptr;
  for (const auto& [tag, text] : tags) {
    const bool goes_with_last = last != nullptr && same_release(*last, tag);
    if (!tag.commit.empty()) {
      const bool is_new =
          goes_with_last &&
          (last->commits.empty() || last->commits.back() != tag.commit);
      if (is_new) last->commits.push_back(tag.commit);
      continue;
    }
    if (goes_with_last) continue;  // the same tag twice
    auto& list =
        tag.kind == Tag::Kind::release ? result.releases : result.prereleases;
    last = &list.emplace_back(Release{.version = tag.version,
                                      .label = tag.label,
                                      .number = tag.number,
                                      .tag = *text,
                                      .digest = image.digest,
                                      .pushed_at = image.pushed_at,
                                      .archived = image.archived});
  }
}

// The version in a tag that is a release under some other prefix ("v3.4.1",
// "api-1.0.0", or "1.2.3" where ours is not empty). A prefix starts with
// a letter and ends in no digit or dot: "1.2.3.4" is not 2.3.4.
std::optional<Version> foreign_version(std::string_view tag) {
  const std::size_t end = tag.find_last_not_of("0123456789.") + 1;
  if (end > 0 && tag.front() <= '9') return std::nullopt;
  return parse_version(tag.substr(end));
}

bool is_higher(const Release& left, const Release& right) {
  const auto key = [](const Release& release) {
    return std::tie(release.version, release.label, release.number,
                    release.digest);
  };
  return key(left) > key(right);
}

}  // namespace

const Releases::Holder* Releases::holder_of(std::string_view tag) const {
  const auto found =
      std::lower_bound(taken.begin(), taken.end(), tag,
                       [](const auto& entry, std::string_view name) {
                         return entry.first < name;
                       });
  if (found == taken.end() || found->first != tag) return nullptr;
  return &holders[found->second];
}

const std::string* Releases::digest_of(std::string_view tag) const {
  const Holder* holder = holder_of(tag);
  return holder == nullptr ? nullptr : &holder->digest;
}

ReleaseReader::ReleaseReader(std::string tag_prefix)
    : prefix_(std::move(tag_prefix)) {}

void ReleaseReader::add(const Image& image) {
  if (image.tags.empty()) return;
  const auto holder = static_cast<std::uint32_t>(result_.holders.size());
  result_.holders.push_back({image.digest, image.is_container});
  for (const std::string& tag : image.tags)
    result_.taken.emplace_back(tag, holder);
  if (!image.is_container) return;
  add_releases(image, prefix_, result_);
  if (result_.releases.empty()) note_foreign(image);
}

void ReleaseReader::note_foreign(const Image& image) {
  for (const std::string& tag : image.tags) {
    const auto version = foreign_version(tag);
    if (!version) continue;
    const std::pair<Version, std::string> found(*version, tag);
    const auto place = std::lower_bound(foreign_.begin(), foreign_.end(), found,
                                        std::greater<>());
    if (place != foreign_.end() && *place == found) continue;
    foreign_.insert(place, found);
    if (foreign_.size() > most_foreign) foreign_.pop_back();
  }
}

Releases ReleaseReader::finish() && {
  std::sort(result_.taken.begin(), result_.taken.end());
  std::sort(result_.releases.begin(), result_.releases.end(), is_higher);
  std::sort(result_.prereleases.begin(), result_.prereleases.end(), is_higher);
  if (result_.releases.empty()) {
    for (auto& [version, tag] : foreign_)
      result_.foreign_releases.push_back(std::move(tag));
  }
  return std::move(result_);
}

NewestReader::NewestReader(std::string tag_prefix, std::optional<Line> line)
    : prefix_(std::move(tag_prefix)), line_(line) {}

void NewestReader::add(const Image& image) {
  if (!image.is_container || !may_be_newest(image)) return;
  Releases found;
  add_releases(image, prefix_, found);
  for (Release& release : found.releases) {
    if (line_ && !line_->contains(release.version)) continue;
    if (!newest_ || is_higher(release, *newest_)) newest_ = std::move(release);
  }
}

// Whether the image is worth a closer look.
bool NewestReader::may_be_newest(const Image& image) const {
  for (const std::string_view tag : image.tags) {
    if (!tag.starts_with(prefix_)) continue;
    const auto version = parse_version(tag.substr(prefix_.size()));
    if (version && (!newest_ || *version >= newest_->version)) return true;
  }
  return false;
}

}  // namespace ecr_version::core
