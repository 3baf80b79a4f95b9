#include "base/text.hpp"

#include <algorithm>
#include <cstdint>

namespace ecr_version {
namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";

// One character of UTF-8, or what stands where one should.
struct Character {
  std::size_t size = 1;      // bytes taken
  char32_t code = 0xFFFD;    // U+FFFD where they are no character
  bool is_repaired = false;  // those bytes are no UTF-8
};

// The bounds of a second byte differ by the first, which is what forbids
// overlong forms, surrogates and code points past U+10FFFF (Unicode, table
// 3-7).
Character read_character(std::string_view text) {
  const auto byte = [&](std::size_t index) {
    return static_cast<unsigned char>(text[index]);
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return {1, first, false};

  std::size_t size = 0;
  char32_t code = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2;
    code = first & 0x1Fu;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3;
    code = first & 0x0Fu;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4;
    code = first & 0x07u;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return {1, 0xFFFD, true};
  }
  for (std::size_t i = 1; i < size; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high)
      return {i, 0xFFFD, true};
    code = (code << 6) | (byte(i) & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  return {size, code, false};
}

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool breaks_a_line_or_its_order(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C ||
         code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

// Edits (insert, delete, replace, swap of neighbours) from one to the other.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before(right.size() + 1);
  std::vector<std::size_t> last(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced =
          last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool is_swap = i > 1 && j > 1 && left[i - 1] == right[j - 2] &&
                           left[i - 2] == right[j - 1];
      if (is_swap) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[right.size()];
}

}  // namespace

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  const std::size_t last = text.find_last_not_of(white_space);
  return text.substr(first, last - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string_view line : split(text, '\n')) {
    for (const std::string_view part : split(line, ',')) {
      const std::string_view item = trim(part);
      if (!item.empty()) items.emplace_back(item);
    }
  }
  return items;
}

std::string join(const std::vector<std::string>& parts,
                 std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += separator;
    text += part;
  }
  return text;
}

char to_lower(char letter) {
  const bool is_upper = letter >= 'A' && letter <= 'Z';
  return is_upper ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) letter = to_lower(letter);
  return lower;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(
      left.begin(), left.end(), right.begin(), right.end(),
      [](char one, char other) { return to_lower(one) == to_lower(other); });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return equals_ignoring_case(text.substr(0, start.size()), start);
}

bool is_lower_hex(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string to_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character character = read_character(bytes);
    text +=
        character.is_repaired ? replacement : bytes.substr(0, character.size);
    bytes.remove_prefix(character.size);
  }
  return text;
}

std::u32string to_code_points(std::string_view bytes) {
  std::u32string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character character = read_character(bytes);
    text += character.code;
    bytes.remove_prefix(character.size);
  }
  return text;
}

std::string one_line(std::string_view text, std::size_t limit) {
  std::string line;
  while (!text.empty()) {
    const Character character = read_character(text);
    std::string_view shown = text.substr(0, character.size);
    if (character.is_repaired) shown = replacement;
    if (breaks_a_line_or_its_order(character.code)) shown = " ";
    if (line.size() + shown.size() > limit) return line + "…";
    line += shown;
    text.remove_prefix(character.size);
  }
  return line;
}

std::string nearest(std::string_view word,
                    const std::vector<std::string>& candidates) {
  const std::string lower = to_lower(word.substr(0, 200));  // no one means more
  std::size_t best_distance = lower.size() / 3 + 1;
  std::string best;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(lower, to_lower(candidate));
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

}  // namespace ecr_version
