// Docker turns a pattern into a regular expression of Go's, except for a few
// simple forms that it compares as text; those forms have meanings of their own
// ("**foo" is any path that ends in foo), which is why they are kept apart.
//
// A pattern that Docker refuses, or whose expression means something else than
// was written (`[*]`, `\d`), is `odd`: it never hides a file.
#include "core/docker_patterns.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ecr_version::core {
namespace {

bool is_word(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') ||
         (c >= U'0' && c <= U'9') || c == U'_';
}

// Without the newline.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

std::string clean_path(std::string_view path) {
  const bool is_absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    const bool goes_up = part == "..";
    if (goes_up && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (!goes_up || !is_absolute)
      parts.push_back(part);
  }
  std::string clean = is_absolute ? "/" : "";
  for (const std::string_view part : parts) {
    if (!clean.empty() && clean != "/") clean += '/';
    clean += part;
  }
  return clean.empty() ? "." : clean;
}

DockerPatterns::DockerPatterns(const std::vector<std::string>& patterns) {
  for (const std::string& line : patterns) {
    const std::string_view text = trim(line);
    if (text.empty()) continue;
    Pattern pattern = compile(clean_path(text));
    has_exceptions_ = has_exceptions_ || pattern.is_exception;
    patterns_.push_back(std::move(pattern));
  }
}

DockerPatterns::Pattern DockerPatterns::compile(std::string text) {
  Pattern pattern;
  pattern.is_exception = text.starts_with('!');
  if (pattern.is_exception) text.erase(0, 1);
  pattern.text = text;
  const auto odd = [&] {
    pattern.kind = Pattern::Kind::odd;
    return pattern;
  };
  if (text.empty()) return odd();

  // The turns are Docker's own, down to the order in which forms are told.
  using Kind = Token::Kind;
  auto& tokens = pattern.tokens;
  const std::u32string letters = to_code_points(text);
  for (std::size_t at = 0, turn = 0; at < letters.size(); ++turn) {
    const char32_t letter = letters[at++];
    const char32_t next = letters[at];  // 0 behind the last
    if (letter == U'*' && next == U'*') {
      ++at;
      if (letters[at] == U'/') ++at;
      if (at == letters.size() && pattern.kind == Pattern::Kind::exact) {
        tokens.push_back({.kind = Kind::rest});
        pattern.kind = Pattern::Kind::prefix;
      } else if (at == letters.size()) {
        tokens.push_back({.kind = Kind::rest});
        pattern.kind = Pattern::Kind::tokens;
      } else {
        tokens.push_back({.kind = Kind::directories});
        tokens.push_back({.kind = Kind::inside});
        pattern.kind = Pattern::Kind::tokens;
      }
      if (turn == 0) pattern.kind = Pattern::Kind::suffix;
    } else if (letter == U'*' || letter == U'?') {
      tokens.push_back({.kind = letter == U'*' ? Kind::stars : Kind::any});
      pattern.kind = Pattern::Kind::tokens;
    } else if (letter == U'\\' && next != 0) {
      if (is_word(next) || next > 0x7F) return odd();  // \d, \b, …
      ++at;
      tokens.push_back({.kind = Kind::character, .code = next});
      pattern.kind = Pattern::Kind::tokens;
    } else if (letter == U'[') {
      Token set;
      if (!compile_set(letters, at, set)) return odd();
      tokens.push_back(std::move(set));
      pattern.kind = Pattern::Kind::tokens;
    } else {
      tokens.push_back({.kind = Kind::character, .code = letter});
      if (letter == U']') pattern.kind = Pattern::Kind::tokens;
    }
  }
  // `^` anchors wherever an expression is made.
  const bool has_anchor = text.find('^') != std::string::npos;
  const bool is_set = text.find('[') != std::string::npos;
  if (pattern.kind == Pattern::Kind::tokens && has_anchor && !is_set)
    return odd();
  return pattern;
}

// Reads `a-z0-9]` or `^a]` behind a `[`.
bool DockerPatterns::compile_set(const std::u32string& text, std::size_t& at,
                                 Token& token) {
  const std::size_t end = text.find(U']', at);
  if (end == std::u32string::npos) return false;
  std::u32string inner = text.substr(at, end - at);
  at = end + 1;
  token.kind = Token::Kind::set;
  if (inner.starts_with(U'^')) {
    token.kind = Token::Kind::other;
    inner.erase(0, 1);
  }
  // Docker translates within brackets as it does outside of them.
  if (inner.empty() || inner.find_first_of(U"*?[\\^") != std::u32string::npos)
    return false;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const char32_t low = inner[i];
    const bool is_range = inner[i + 1] == U'-';  // to 0 if that is the last
    const char32_t high = is_range ? inner[i + 2] : low;
    if (low == U'-' || high == U'-' || high < low) return false;
    token.ranges.emplace_back(low, high);
    if (is_range) i += 2;
  }
  return true;
}

bool DockerPatterns::matches_one(const Pattern& pattern,
                                 std::string_view path) {
  const std::string_view text = pattern.text;
  switch (pattern.kind) {
    case Pattern::Kind::exact:
      return path == text;
    case Pattern::Kind::prefix:
      return path.starts_with(text.substr(0, text.size() - 2));
    case Pattern::Kind::suffix: {
      const std::string_view suffix = text.substr(2);
      return path.ends_with(suffix) ||
             (suffix.starts_with('/') && path == suffix.substr(1));
    }
    case Pattern::Kind::tokens:
      return run(pattern.tokens, path);
    default:  // odd
      return pattern.is_exception;
  }
}

// All ways of matching at once: `live` are the tokens that may come next.
bool DockerPatterns::run(const std::vector<Token>& tokens,
                         std::string_view path) {
  using Kind = Token::Kind;
  const auto passes = [](const Token& token, char32_t letter) {
    const auto holds = [letter](const auto& range) {
      return letter >= range.first && letter <= range.second;
    };
    const auto in_ranges = [&] {
      return std::any_of(token.ranges.begin(), token.ranges.end(), holds);
    };
    switch (token.kind) {
      case Kind::character:
        return letter == token.code;
      case Kind::any:
        return letter != U'/';
      case Kind::inside:
        return letter == U'/';
      case Kind::set:
        return in_ranges();
      case Kind::other:
        return !in_ranges();
      default:  // what stays where it is, and `directories`, whose `inside`
        return false;  // is live as well
    }
  };
  std::vector<char> live(tokens.size() + 1);
  std::vector<char> next(tokens.size() + 1);
  // Puts a token, and those behind what may stand for nothing.
  const auto put = [&](std::vector<char>& set, std::size_t token) {
    for (; set[token] == 0; ++token) {
      set[token] = true;
      if (token == tokens.size()) return;
      const Kind kind = tokens[token].kind;
      if (kind == Kind::directories) {
        set[token + 1] = true;  // `inside`, which alone cannot be passed over
        ++token;
      } else if (kind != Kind::stars && kind != Kind::rest) {
        return;
      }
    }
  };
  put(live, 0);
  for (const char32_t letter : to_code_points(path)) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (live[i] == 0) continue;
      const Token& token = tokens[i];
      if (passes(token, letter)) put(next, i + 1);
      const bool stays = token.kind == Kind::rest ||
                         token.kind == Kind::inside ||
                         (token.kind == Kind::stars && letter != U'/');
      if (stays) put(next, i);
    }
    live.swap(next);
  }
  return live[tokens.size()] != 0;
}

bool DockerPatterns::matches(std::string_view path, const Matched& parent,
                             Matched& matched) const {
  bool result = false;
  matched.assign(patterns_.size(), false);
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    bool is_match = !parent.empty() && parent[i];
    if (!is_match) {
      // Not asked where it could change nothing: Docker does not remember such
      // a pattern for what is below, either.
      if (patterns_[i].is_exception != result) continue;
      is_match = matches_one(patterns_[i], path);
    }
    matched[i] = is_match;
    if (is_match) result = !patterns_[i].is_exception;
  }
  return result;
}

bool DockerPatterns::matches(std::string_view path) const {
  Matched parent;
  Matched matched;
  for (std::size_t end = path.find('/'); end != std::string_view::npos;
       end = path.find('/', end + 1)) {
    matches(path.substr(0, end), parent, matched);
    parent.swap(matched);
  }
  return matches(path, parent, matched);
}

bool DockerPatterns::matched_before(std::string_view path) const {
  // moby 20.10, pkg/fileutils: always the expression, and of the directories
  // above only the one that is as deep as the pattern.
  std::vector<std::string_view> above;
  for (std::size_t end = path.find('/'); end != std::string_view::npos;
       end = path.find('/', end + 1)) {
    above.push_back(path.substr(0, end));
  }
  bool result = false;
  for (const Pattern& pattern : patterns_) {
    const auto is_match = [&](std::string_view one) {
      return pattern.kind == Pattern::Kind::odd ? pattern.is_exception
                                                : run(pattern.tokens, one);
    };
    const auto depth = static_cast<std::size_t>(
        std::count(pattern.text.begin(), pattern.text.end(), '/'));
    if (is_match(path) || (depth < above.size() && is_match(above[depth])))
      result = !pattern.is_exception;
  }
  return result;
}

std::vector<std::string> read_dockerignore(std::string_view text) {
  std::vector<std::string> patterns;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.starts_with('#')) continue;  // only at the very start of a line
    line = trim(line);
    if (line.empty()) continue;
    const bool is_exception = line.starts_with('!');
    if (is_exception) line = trim(line.substr(1));
    std::string pattern = line.empty() ? "" : clean_path(line);
    if (pattern.size() > 1 && pattern.starts_with('/')) pattern.erase(0, 1);
    patterns.push_back((is_exception ? "!" : "") + pattern);
  }
  return patterns;
}

std::vector<std::string> dockerignore_candidates(const std::string& dockerfile,
                                                 const std::string& context) {
  const std::string directory = context.empty() ? "" : context + "/";
  return {dockerfile + ".dockerignore", directory + ".dockerignore"};
}

}  // namespace ecr_version::core
