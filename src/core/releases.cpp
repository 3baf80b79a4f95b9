#include "core/releases.hpp"

#include "core/tag.hpp"

#include <algorithm>
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
std::optional<Version> foreign_version(std::string_view tag,
                                       std::string_view our_prefix) {
  const std::size_t end = tag.find_last_not_of("0123456789.") + 1;
  const auto version = parse_version(tag.substr(end));
  if (!version || tag.substr(0, end) == our_prefix) return std::nullopt;
  const char first = tag.front();
  const bool is_prefix = end == 0 || !(first >= '0' && first <= '9');
  return is_prefix ? version : std::nullopt;
}

std::vector<std::string> find_foreign(const std::vector<Image>& images,
                                      std::string_view our_prefix) {
  std::vector<std::pair<Version, std::string_view>> found;
  for (const Image& image : images) {
    if (!image.is_container) continue;
    for (const std::string& tag : image.tags) {
      if (const auto version = foreign_version(tag, our_prefix))
        found.emplace_back(*version, tag);
    }
  }
  std::sort(found.rbegin(), found.rend());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<std::string> tags;
  for (const auto& [version, tag] : found) {
    if (tags.size() < most_foreign) tags.emplace_back(tag);
  }
  return tags;
}

void sort_highest_first(std::vector<Release>& releases) {
  std::sort(releases.begin(), releases.end(),
            [](const Release& left, const Release& right) {
              const auto key = [](const Release& release) {
                return std::tie(release.version, release.label, release.number,
                                release.digest);
              };
              return key(left) > key(right);
            });
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

Releases read_releases(const std::vector<Image>& images,
                       std::string_view tag_prefix) {
  Releases result;
  for (const Image& image : images) {
    if (image.tags.empty()) continue;
    const auto holder = static_cast<std::uint32_t>(result.holders.size());
    result.holders.push_back({image.digest, image.is_container});
    for (const std::string& tag : image.tags)
      result.taken.emplace_back(tag, holder);
    if (image.is_container) add_releases(image, tag_prefix, result);
  }
  std::sort(result.taken.begin(), result.taken.end());
  sort_highest_first(result.releases);
  sort_highest_first(result.prereleases);
  if (result.releases.empty())
    result.foreign_releases = find_foreign(images, tag_prefix);
  return result;
}

}  // namespace ecr_version::core
