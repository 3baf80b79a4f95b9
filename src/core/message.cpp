#include "core/message.hpp"

#include "base/text.hpp"
#include "core/visible_text.hpp"

#include <algorithm>

namespace ecr_version::core {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// git's own subject skips blank lines; so does this.
std::string_view first_line(std::string_view message) {
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    const std::string_view line = trim(message.substr(0, end));
    if (!line.empty()) return line;
    message.remove_prefix(std::min(end + 1, message.size()));
  }
  return {};
}

// Whether any line is as asked. The question gets the line, trimmed, and the
// text after it.
template <typename Question>
bool any_line(std::string_view text, Question question) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view rest = text.substr(std::min(end + 1, text.size()));
    if (question(trim(text.substr(at, end - at)), rest)) return true;
    at = end + 1;
  }
  return false;
}

// [major], [minor], [patch] in any letter case; the strongest.
std::optional<Bump> read_tokens(std::string_view visible) {
  std::optional<Bump> strongest;
  for (std::size_t at = 0; (at = visible.find('[', at)) != npos; ++at) {
    for (const Bump bump : {Bump::patch, Bump::minor, Bump::major}) {
      const std::string_view word = to_string(bump);
      const std::string_view rest = visible.substr(at + 1);
      const bool is_token = starts_with_ignoring_case(rest, word) &&
                            rest.substr(word.size()).starts_with(']');
      if (is_token) strongest = std::max(strongest, std::optional(bump));
    }
  }
  return strongest;
}

constexpr std::string_view skip_token = "[skip release]";

bool says_skip(std::string_view visible) {
  const std::string_view subject = first_line(visible);
  for (std::size_t at = 0; (at = subject.find('[', at)) != npos; ++at) {
    if (starts_with_ignoring_case(subject.substr(at), skip_token)) return true;
  }
  return any_line(visible, [](std::string_view line, std::string_view) {
    return equals_ignoring_case(line, skip_token);
  });
}

// "type(scope)!: description" (conventionalcommits.org, 1.0.0).
std::optional<Bump> read_conventional_subject(std::string_view subject) {
  std::size_t at = 0;
  while (at < subject.size() && (is_word(subject[at]) || subject[at] == '-'))
    ++at;
  const std::string_view type = subject.substr(0, at);
  if (type.empty()) return std::nullopt;
  if (subject.substr(at).starts_with('(')) {
    const std::size_t close = subject.find_first_of("()", at + 1);
    if (close == npos || subject[close] != ')') return std::nullopt;
    at = close + 1;
  }
  const bool is_breaking = subject.substr(at).starts_with('!');
  if (is_breaking) ++at;
  if (!subject.substr(at).starts_with(": ")) return std::nullopt;
  if (is_breaking) return Bump::major;
  if (equals_ignoring_case(type, "feat")) return Bump::minor;
  return Bump::patch;
}

// "BREAKING CHANGE: what breaks", upper-case, at a line's start. Without any
// text, there or on the next line, it is a template that was left alone.
bool has_breaking_footer(std::string_view visible) {
  return any_line(visible, [](std::string_view line, std::string_view rest) {
    const bool is_footer = line.starts_with("BREAKING CHANGE:") ||
                           line.starts_with("BREAKING-CHANGE:");
    if (!is_footer) return false;
    return line.size() > 16 || !trim(rest.substr(0, rest.find('\n'))).empty();
  });
}

std::optional<Bump> read_conventional(std::string_view visible) {
  if (has_breaking_footer(visible)) return Bump::major;
  return read_conventional_subject(first_line(visible));
}

// Lower-case, every run of white space one blank: git wraps the sentence.
std::string folded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c))
      result += to_lower(c);
    else if (!result.ends_with(' '))
      result += ' ';
  }
  return result;
}

// The hash at `at`, moving past it; "" when there is none.
std::string_view take_hash(std::string_view text, std::size_t& at) {
  const std::size_t end =
      std::min(text.find_first_not_of("0123456789abcdef", at), text.size());
  const std::size_t size = end - at;
  if (size < 7 || size > 40) return {};
  if (end < text.size() && is_word(text[end])) return {};
  at = end;
  return text.substr(end - size, size);
}

// "This reverts commit <a>.", "This reverts commits <a>, <b> and <c>." Of
// "commit <merge>, reversing changes made to <parent>" the merge alone.
std::vector<std::string> read_reverts(std::string_view visible) {
  std::vector<std::string> hashes;
  const std::string text = folded(visible);
  constexpr std::string_view sentence = "this reverts commit";
  for (std::size_t at = 0; (at = text.find(sentence, at)) != npos;) {
    const bool begins_word = at == 0 || !is_word(text[at - 1]);
    at += sentence.size();
    if (!begins_word) continue;
    if (std::string_view(text).substr(at).starts_with('s')) ++at;
    if (!std::string_view(text).substr(at).starts_with(' ')) continue;
    ++at;
    for (bool is_more = true; is_more;) {
      const std::string_view hash = take_hash(text, at);
      if (hash.empty()) break;
      hashes.emplace_back(hash);
      is_more = false;
      for (const std::string_view next : {", and ", ", ", " and ", " & "}) {
        if (!std::string_view(text).substr(at).starts_with(next)) continue;
        at += next.size();
        is_more = true;
        break;
      }
    }
  }
  return hashes;
}

bool is_revert_subject(std::string_view text) {
  return starts_with_ignoring_case(text, "revert \"") ||
         starts_with_ignoring_case(text, "reapply \"");
}

// A squash-merge body lists the subjects of what it joins: `* Revert "…"`.
bool lists_a_revert(std::string_view visible) {
  return any_line(visible, [](std::string_view line, std::string_view) {
    const bool is_item = line.starts_with("* ") || line.starts_with("- ");
    return is_item && is_revert_subject(trim(line.substr(2)));
  });
}

}  // namespace

MessageFacts read_message(std::string_view message, BumpRules rules) {
  const std::string visible = visible_text(message);
  MessageFacts facts;
  if (rules != BumpRules::conventional) facts.bump = read_tokens(visible);
  if (rules != BumpRules::tags)
    facts.bump = std::max(facts.bump, read_conventional(visible));
  facts.skip_release = says_skip(visible);
  facts.reverts = read_reverts(visible);
  facts.does_more = !facts.reverts.empty() && lists_a_revert(visible) &&
                    !is_revert_subject(first_line(visible));
  return facts;
}

std::string subject_of(std::string_view message) {
  return one_line(first_line(message), 120);
}

}  // namespace ecr_version::core
