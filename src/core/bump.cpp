#include "core/bump.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace ecr_version::core {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

// Finds commits by full or abbreviated hash.
class Finder {
 public:
  explicit Finder(const std::vector<BumpCommit>& commits) {
    by_sha_.reserve(commits.size());
    for (std::size_t i = 0; i < commits.size(); ++i)
      by_sha_.emplace_back(commits[i].sha, i);
    std::sort(by_sha_.begin(), by_sha_.end());
  }

  // The one commit older than `reverter` whose hash begins so. None when
  // several do: which one is meant cannot be told, and it is not guessed.
  std::size_t find(std::string_view hash, std::size_t reverter) const {
    std::size_t found = none;
    for (auto entry = std::lower_bound(by_sha_.begin(), by_sha_.end(),
                                       std::pair(hash, std::size_t{0}));
         entry != by_sha_.end() && entry->first.starts_with(hash); ++entry) {
      if (entry->second <= reverter) continue;
      if (found != none) return none;
      found = entry->second;
    }
    return found;
  }

 private:
  std::vector<std::pair<std::string_view, std::size_t>> by_sha_;
};

// Which commits count as patch whatever they say. Children come first, so
// whether a revert is itself undone is known before it is asked what it undoes.
std::vector<bool> find_undone(const std::vector<BumpCommit>& commits) {
  std::vector<bool> undone(commits.size());
  std::vector<bool> counts_as_patch(commits.size());
  const bool has_reverts = std::any_of(
      commits.begin(), commits.end(),
      [](const auto& commit) { return !commit.facts->reverts.empty(); });
  if (!has_reverts) return undone;

  const Finder finder(commits);
  for (std::size_t i = 0; i < commits.size(); ++i) {
    if (undone[i]) {
      counts_as_patch[i] = true;
      continue;  // what it reverted is back
    }
    for (const std::string& hash : commits[i].facts->reverts) {
      const std::size_t target = finder.find(hash, i);
      if (target == none) continue;
      undone[target] = true;
      if (!commits[i].facts->does_more) counts_as_patch[i] = true;
    }
  }
  return counts_as_patch;
}

}  // namespace

BumpDecision decide_bump(const std::vector<BumpCommit>& commits) {
  const std::vector<bool> counts_as_patch = find_undone(commits);
  BumpDecision decision;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    Bump bump = commits[i].facts->bump.value_or(Bump::patch);
    if (counts_as_patch[i]) bump = Bump::patch;
    if (!decision.commit || bump > decision.bump) decision = {bump, i};
  }
  return decision;
}

}  // namespace ecr_version::core
