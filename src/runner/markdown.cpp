#include "runner/markdown.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace ecr_version::runner::markdown {
namespace {

constexpr std::size_t longest = 1000;
constexpr std::string_view no_width = "\u200B";

// Trimmed last: a control character becomes a space, and spaces in front would
// make a code block.
std::string on_one_line(std::string_view text, std::size_t limit = longest) {
  return std::string(trim(one_line(text, limit)));
}

bool is_letter_or_digit(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z');
}

bool is_hex(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
         (letter >= 'A' && letter <= 'F');
}

// What Markdown or HTML could take for structure, wherever it stands. The
// entity is numeric, so that it means the same between HTML tags.
bool is_structure(char letter) {
  return std::string_view("&<>\"'\\`*_~[]()!|#{}$^@").find(letter) !=
         std::string_view::npos;
}

// What begins a list, a heading's underline or a table only in front.
bool is_structure_in_front(char letter) {
  return std::string_view("-+=:.").find(letter) != std::string_view::npos;
}

void append_character(std::string& markdown, char letter) {
  if (is_structure(letter))
    markdown += fmt::format("&#{};", static_cast<int>(letter));
  else
    markdown += letter;
}

// Whether a short name between colons stands at `at`: GitHub's emoji.
bool is_emoji(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() &&
         (is_letter_or_digit(text[end]) ||
          std::string_view("_+-").find(text[end]) != std::string_view::npos))
    ++end;
  return end > at + 1 && end < text.size() && text[end] == ':';
}

// Whether a zero-width space after `at` is needed, to keep text from what is
// read once the structure is known: @team, a@b.com, #123, GH-123, :smile:,
// https://…, www.….
bool needs_break_after(std::string_view text, std::size_t at) {
  const auto ends_with = [&](std::string_view word) {
    return at + 1 >= word.size() &&
           equals_ignoring_case(text.substr(at + 1 - word.size(), word.size()),
                                word);
  };
  switch (text[at]) {
    case '@':
    case '#':
    case '$':
      return true;
    case ':':
      return text.substr(at).starts_with("://") || is_emoji(text, at);
    case 'w':
    case 'W':
      return ends_with("www") && text.substr(at + 1).starts_with('.');
    case '-':
      return ends_with("gh-");
    default:
      return false;
  }
}

// Length of the word of hex digits at `at`: GitHub links those of 7 to 40 to
// commits.
std::size_t hash_length(std::string_view text, std::size_t at) {
  if (at > 0 && is_letter_or_digit(text[at - 1])) return 0;
  std::size_t end = at;
  while (end < text.size() && is_hex(text[end])) ++end;
  if (end < text.size() && is_letter_or_digit(text[end])) return 0;
  return end - at;
}

}  // namespace

std::string escape(std::string_view text) {
  const std::string line = on_one_line(text);
  std::string markdown;
  bool is_in_front = true;
  std::size_t hash_end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (const std::size_t length = hash_length(line, at); length >= 7)
      hash_end = at + length;
    if (at < hash_end && (hash_end - at) % 6 == 0) markdown += no_width;
    if (is_in_front && is_structure_in_front(line[at]))
      markdown += fmt::format("&#{};", static_cast<int>(line[at]));
    else
      append_character(markdown, line[at]);
    is_in_front = is_in_front && line[at] >= '0' && line[at] <= '9';
    if (needs_break_after(line, at)) markdown += no_width;
  }
  return markdown;
}

std::string code(std::string_view text) {
  const std::string line = on_one_line(text);
  if (line.empty()) return "";
  std::string markdown = "<code>";
  for (std::size_t at = 0; at < line.size(); ++at) {
    append_character(markdown, line[at]);
    // cmark-gfm makes links in here too; GitHub's filters stay out.
    const bool is_filter_only =
        std::string_view("#-$").find(line[at]) != std::string_view::npos;
    if (!is_filter_only && needs_break_after(line, at)) markdown += no_width;
  }
  return markdown + "</code>";
}

std::string link(std::string_view text, std::string_view url) {
  if (!url.starts_with("https://") && !url.starts_with("http://"))
    return std::string(text);
  std::string safe;
  for (const char letter : to_utf8(url)) {
    const bool is_plain = is_letter_or_digit(letter) ||
                          std::string_view("-._~/:?#@=&%+,").find(letter) !=
                              std::string_view::npos;
    if (letter == '&')
      safe += "&amp;";
    else if (is_plain)
      safe += letter;
    else
      safe += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  return fmt::format("[{}]({})", text, safe);
}

std::string url_part(std::string_view text) {
  std::string part;
  for (const char letter : text) {
    const bool is_plain =
        is_letter_or_digit(letter) ||
        std::string_view("-._~").find(letter) != std::string_view::npos;
    if (is_plain)
      part += letter;
    else
      part += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  return part;
}

std::string mermaid_label(std::string_view text) {
  std::string label = "\"";
  for (const char letter : on_one_line(text, 100)) {
    const bool is_plain =
        is_letter_or_digit(letter) ||
        static_cast<unsigned char>(letter) >= 0x80 ||
        std::string_view(" -._/,").find(letter) != std::string_view::npos;
    if (is_plain)
      label += letter;
    else
      label += fmt::format("#{};", static_cast<int>(letter));
  }
  if (label.size() == 1) label += "–";  // Mermaid refuses an empty one
  return label + "\"";
}

}  // namespace ecr_version::runner::markdown
