// Which of an app's commits decides its bump (PRODUCT.md 4 of the contract).
//
// The strongest wins, the newest among equals. A commit and the revert that
// names it, both among the app's commits, count as patch each; a revert that
// is itself reverted does nothing, so what it undid counts again, in chains of
// any length. A revert whose target was released earlier, or never touched the
// app, counts by its own message.
#pragma once

#include "core/message.hpp"
#include "core/semver.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace ecr_version::core {

// Points into the caller's history, so that fifty apps share one reading of
// ten thousand messages.
struct BumpCommit {
  std::string_view sha;  // full, lower-case hex
  const MessageFacts* facts = nullptr;
};

struct BumpDecision {
  Bump bump = Bump::patch;
  std::optional<std::size_t>
      commit;  // the deciding one's index; none: no commit
};

// `commits` in order: children before parents, as a walk from HEAD gives them.
BumpDecision decide_bump(const std::vector<BumpCommit>& commits);

}  // namespace ecr_version::core
