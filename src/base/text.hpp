// Small text helpers. Text is UTF-8 where it is shown and bytes where it comes
// from git; nothing here depends on a locale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ecr_version {

// Without leading and trailing ASCII white space (space, \t, \r, \n, \v, \f).
std::string_view trim(std::string_view text);

// The parts between separators, empty ones included; "" gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

// Non-empty, trimmed items of a list input: separated by newlines or commas.
std::vector<std::string> split_list(std::string_view text);

std::string join(const std::vector<std::string>& parts,
                 std::string_view separator);

// ASCII letters only; other bytes are untouched.
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view left, std::string_view right);

bool is_lower_hex(std::string_view text);  // [0-9a-f]+, not empty

// The text with every byte sequence that is not UTF-8 replaced by U+FFFD.
std::string to_utf8(std::string_view bytes);

// Untrusted text on one line: UTF-8 repaired; control characters, U+2028/9,
// U+0085 and bidirectional controls become spaces; cut to `limit` bytes at a
// character boundary with "…" appended.
std::string one_line(std::string_view text, std::size_t limit = 200);

// Of `candidates`, the one nearest to `word` by edit distance, when near enough
// to be a slip of the hand (at most a third of its length); else "".
std::string nearest(std::string_view word,
                    const std::vector<std::string>& candidates);

}  // namespace ecr_version
