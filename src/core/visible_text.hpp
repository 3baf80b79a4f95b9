// A commit message without what its author only quotes.
//
// Messages are read as GitHub shows them, as Markdown, but only as far as
// needed to tell what is quoted; where that is in doubt, text counts. One rule
// differs from Markdown: text that is merely indented is counted.
#pragma once

#include <string>
#include <string_view>

namespace ecr_version::core {

// Stands where text was left out, so that what surrounds it does not join.
constexpr char left_out = '\x1A';

// `message` without inline code, fenced blocks, `>` quotes, HTML comments,
// <details> and <blockquote>, unticked task items, and the quoted subject of
// `Revert "…"` and `Reapply "…"`. What is not closed is left out to its end.
// Lines stay where they were, and each part that is left out leaves `left_out`
// on every line it stood on. Linear in the message's size.
std::string visible_text(std::string_view message);

}  // namespace ecr_version::core
