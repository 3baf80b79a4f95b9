// Small text helpers over bytes.
//
// Text is UTF-8 where it is shown and plain bytes where it comes from git, so
// nothing here depends on a locale and letter case means ASCII letters only.
// Untrusted text goes through to_utf8 or one_line before anyone sees it.
#pragma once

#include <cstddef>
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
char to_lower(char letter);
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view left, std::string_view right);
bool starts_with_ignoring_case(std::string_view text, std::string_view start);

bool is_lower_hex(std::string_view text);  // [0-9a-f]+, not empty

// The text with every byte sequence that is not UTF-8 replaced by U+FFFD, once
// for each maximal part of a character (Unicode 15, 3.9, "best practice").
std::string to_utf8(std::string_view bytes);

// The characters of UTF-8 text, U+FFFD for each that to_utf8 would replace.
std::u32string to_code_points(std::string_view bytes);

// Untrusted text on one line: UTF-8 repaired; control characters (U+0085 among
// them), U+2028/9 and bidirectional controls become spaces; cut to `limit`
// bytes at a character boundary with "…" appended.
std::string one_line(std::string_view text, std::size_t limit = 200);

// Of `candidates`, the one nearest to `word` by edit distance, when near enough
// to be a slip of the hand (at most a third of its length, letter case counting
// for nothing); else "". The first of equals.
std::string nearest(std::string_view word,
                    const std::vector<std::string>& candidates);

}  // namespace ecr_version
