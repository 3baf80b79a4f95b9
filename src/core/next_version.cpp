#include "core/next_version.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace ecr_version::core {
namespace {

Bump lowered(Bump bump, const std::optional<Line>& line) {
  if (!line) return bump;
  const Bump most = line->minor ? Bump::patch : Bump::minor;
  return std::min(bump, most);
}

// The first version, before anything is passed over.
Version first_version(const VersionRequest& request, Bump bump) {
  if (request.initial_version &&
      (!request.line || request.line->contains(*request.initial_version))) {
    return *request.initial_version;
  }
  if (request.line) return request.line->zero();
  return bumped(Version{}, bump);
}

// What holds a version: the tag found and the digest under it, or nullopt when
// the version is free.
std::optional<std::string> holder(const Releases& releases,
                                  const std::string& tag,
                                  const std::string& sha) {
  for (const std::string& name : {tag, tag + "-" + sha}) {
    if (const std::string* digest = releases.digest_of(name)) {
      return fmt::format("{} is a tag of {}", name, *digest);
    }
  }
  return std::nullopt;
}

std::uint64_t next_number(const Releases& releases, const Version& version,
                          const std::string& label) {
  std::uint64_t highest = 0;
  for (const Release& release : releases.prereleases) {
    if (release.version == version && release.label == label) {
      highest = std::max(highest, release.number);
    }
  }
  return highest + 1;
}

// `*` matches any run of characters; ECR's filters know nothing else.
bool wildcard_matches(std::string_view filter, std::string_view text) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (in < text.size()) {
    if (at < filter.size() && filter[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < filter.size() && filter[at] == text[in]) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  while (at < filter.size() && filter[at] == '*') ++at;
  return at == filter.size();
}

}  // namespace

std::string NextVersion::tag(const std::string& prefix) const {
  std::string result = prefix + to_string(version);
  if (!label.empty()) result += fmt::format("-{}.{}", label, number);
  return result;
}

const Release* newest_in(const Releases& releases,
                         const std::optional<Line>& line) {
  for (const Release& release : releases.releases) {
    if (!line || line->contains(release.version)) return &release;
  }
  return nullptr;
}

NextVersion next_version(const Releases& releases,
                         const VersionRequest& request) {
  if (!releases.foreign_releases.empty() && !request.initial_version) {
    throw Error(fmt::format(
        "no release under tag-prefix \"{}\", but tags that would be releases "
        "under another prefix: {}; set `tag-prefix`, or `initial-version` to "
        "start afresh",
        request.tag_prefix, join(releases.foreign_releases, ", ")));
  }
  NextVersion next;
  next.label = request.prerelease;
  next.bump = lowered(request.bump, request.line);
  if (next.bump != request.bump) {
    next.warnings.push_back(
        fmt::format("a {} bump would leave the version line {}: lowered to {}",
                    to_string(request.bump), to_string(*request.line),
                    to_string(next.bump)));
  }
  if (const Release* newest = newest_in(releases, request.line)) {
    next.version = bumped(newest->version, next.bump);
    if (request.initial_version &&
        (!request.line || request.line->contains(*request.initial_version))) {
      next.version = std::max(next.version, *request.initial_version);
    }
  } else {
    next.version = first_version(request, next.bump);
  }
  if (!next.label.empty()) {
    next.number = next_number(releases, next.version, next.label);
  }
  while (const auto held =
             holder(releases, next.tag(request.tag_prefix), request.sha)) {
    next.warnings.push_back(fmt::format("{} is passed over: {}",
                                        next.tag(request.tag_prefix), *held));
    if (next.label.empty()) {
      next.version = bumped(next.version, Bump::patch);
    } else {
      ++next.number;
    }
  }
  return next;
}

bool may_move(const RepositorySettings& settings, const std::string& tag) {
  const bool excepted = std::any_of(
      settings.filters.begin(), settings.filters.end(),
      [&](const std::string& filter) { return wildcard_matches(filter, tag); });
  switch (settings.mutability) {
    case Mutability::all_immutable:
      return false;
    case Mutability::immutable_except:
      return excepted;
    case Mutability::mutable_except:
      return !excepted;
    case Mutability::unknown:
    case Mutability::all_mutable:
      break;
  }
  return true;
}

FloatingTags floating_tags(const Releases& releases, const Version& version,
                           const Policy& policy, const std::string& tag_prefix,
                           const RepositorySettings& settings) {
  const auto is_highest = [&](const std::optional<Line>& scope) {
    const Release* newest = newest_in(releases, scope);
    return newest == nullptr || newest->version <= version;
  };
  FloatingTags result;
  const auto offer = [&](const std::string& tag,
                         const std::optional<Line>& scope) {
    if (!is_highest(scope)) return;
    if (may_move(settings, tag)) {
      result.tags.push_back(tag);
    } else {
      result.notices.push_back(fmt::format(
          "{} is left out: the repository's tags are immutable and it could "
          "not move again; exclude it from immutability to have it",
          tag));
    }
  };
  if (policy.float_latest) offer("latest", std::nullopt);
  if (policy.float_major) {
    offer(fmt::format("{}{}", tag_prefix, version.major), Line{version.major});
  }
  if (policy.float_minor) {
    offer(fmt::format("{}{}.{}", tag_prefix, version.major, version.minor),
          Line{version.major, version.minor});
  }
  return result;
}

}  // namespace ecr_version::core
