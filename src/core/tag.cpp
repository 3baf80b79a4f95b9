#include "core/tag.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ecr_version::core {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "beta.2" or "beta.2-a1b2c3d".
std::optional<Tag> parse_prerelease(const Version& version,
                                    std::string_view suffix) {
  const std::size_t dot = suffix.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view label = suffix.substr(0, dot);
  const std::string_view rest = suffix.substr(dot + 1);
  const std::size_t dash = rest.find('-');
  const auto number = parse_number(rest.substr(0, dash));
  if (!is_valid_label(label) || !number) return std::nullopt;

  Tag tag{.kind = Tag::Kind::prerelease, .version = version};
  tag.label = label;
  tag.number = *number;
  if (dash == std::string_view::npos) return tag;
  tag.commit = rest.substr(dash + 1);
  if (!is_commit_suffix(tag.commit)) return std::nullopt;
  return tag;
}

}  // namespace

std::optional<Tag> parse_tag(std::string_view text, std::string_view prefix) {
  if (text == "latest") return Tag{.kind = Tag::Kind::floating};
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());

  const std::size_t dash = text.find('-');
  const auto version = parse_version(text.substr(0, dash));
  if (!version) {
    if (!parse_line(text)) return std::nullopt;
    return Tag{.kind = Tag::Kind::floating};
  }
  Tag tag{.kind = Tag::Kind::release, .version = *version};
  if (dash == std::string_view::npos) return tag;
  const std::string_view suffix = text.substr(dash + 1);
  if (!is_commit_suffix(suffix)) return parse_prerelease(*version, suffix);
  tag.commit = suffix;
  return tag;
}

bool is_commit_suffix(std::string_view text) {
  return text.size() >= 7 && text.size() <= 40 && is_lower_hex(text);
}

bool is_valid_label(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '-';
         });
}

bool is_valid_tag(std::string_view text) {
  if (text.empty() || text.size() > 128) return false;
  if (text.front() == '.' || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
  });
}

}  // namespace ecr_version::core
