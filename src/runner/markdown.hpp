// Untrusted text inside GitHub's Markdown.
//
// GitHub reads Markdown in three passes: the structure (tables, emphasis,
// HTML), then cmark-gfm's links over the text that is left (www., https://,
// e-mail), then its own filters over the rendered text (@team, #123, :smile:,
// hashes). Entities hide a character from the first pass only, so what the
// others look for is broken by a zero-width space as well.
#pragma once

#include <string>
#include <string_view>

namespace ecr_version::runner::markdown {

// Text for a paragraph, a list item, a table cell, or between HTML tags: one
// line, shown as it is.
std::string escape(std::string_view text);

// The same in a fixed-width font, where GitHub's filters do not look, so that
// it can be copied: versions, tags, hashes, paths. (As HTML: a backslash
// before a pipe ends a table's cell even in a code span.)
std::string code(std::string_view text);

// `text` is Markdown already. A URL that is not http(s) gives the text alone;
// characters that could end the link are percent-encoded.
std::string link(std::string_view text, std::string_view url);

// Percent-encodes all but letters, digits and `-._~`: for a part of a path.
std::string url_part(std::string_view text);

// The label of a node in a Mermaid graph, with its quotes.
std::string mermaid_label(std::string_view text);

}  // namespace ecr_version::runner::markdown
