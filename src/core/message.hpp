// What a commit's message says of its bump (PRODUCT.md 4 of the contract).
//
// Bots and templates quote words like [major]; what is quoted is not said. So
// a message is first reduced to what its author says (core/visible_text), and
// only that is searched. Everything here is linear in the message's size,
// whatever it holds: messages are hostile text.
#pragma once

#include "core/semver.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

enum class BumpRules { tags, conventional, both };

struct MessageFacts {
  std::optional<Bump> bump;  // nullopt: it says nothing, which means patch
  bool skip_release = false;
  // Of a revert: the hashes its body names ("This reverts commit <sha>"), full
  // or abbreviated, lower-case hex.
  std::vector<std::string> reverts;
  // Those were named in a squashed body that lists commits (`* Revert "…"`)
  // under another subject: the commit does more than revert.
  bool does_more = false;
};

// `message` is bytes as git has them: any encoding, NULs, CRLF, megabytes.
MessageFacts read_message(std::string_view message, BumpRules rules);

// The first line that is not blank, as one line of UTF-8, cut to 120 bytes.
std::string subject_of(std::string_view message);

}  // namespace ecr_version::core
