#include "git/config.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <charconv>
#include <optional>

namespace ecr_version::git {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;  // a byte order mark
  }

  void read(const std::function<void(const std::string&, const std::string&)>&
                visit) {
    std::string section;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_space(c) || c == '\n') {
        take();
      } else if (c == '#' || c == ';') {
        skip_line();
      } else if (c == '[') {
        section = read_section();
      } else {
        const std::string name = read_name();
        if (name.empty() || section.empty()) fail();
        visit(section + "." + name, read_value());
      }
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw Error("line " + std::to_string(line_) +
                " makes no sense as git's configuration");
  }

  char take() {
    const char c = text_[at_++];
    if (c == '\n') ++line_;
    return c;
  }
  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  std::string read_section() {
    take();
    std::string section;
    while (at_ < text_.size() && (is_name(text_[at_]) || text_[at_] == '.')) {
      section += take();
    }
    section = to_lower(section);
    skip_spaces();
    if (next_is('"')) {
      take();
      section += '.';
      while (at_ < text_.size() && !next_is('"') && !next_is('\n')) {
        if (next_is('\\')) take();
        if (at_ < text_.size()) section += take();
      }
      if (!next_is('"')) fail();
      take();
    }
    if (!next_is(']')) fail();
    take();
    return section;
  }

  std::string read_name() {
    std::string name;
    while (at_ < text_.size() && is_name(text_[at_])) name += take();
    return to_lower(name);
  }

  std::string read_value() {
    skip_spaces();
    if (at_ == text_.size() || next_is('\n') || next_is('#') || next_is(';')) {
      skip_line();
      return "true";
    }
    if (take() != '=') fail();
    skip_spaces();
    std::string value;
    std::size_t kept = 0;  // without trailing white space outside of quotes
    bool quoted = false;
    while (at_ < text_.size() && !next_is('\n')) {
      const char c = take();
      if (!quoted && (c == '#' || c == ';')) {
        skip_line();
        break;
      }
      if (c == '"') {
        quoted = !quoted;
        kept = value.size();
        continue;
      }
      if (c == '\\') {
        if (const auto escaped = read_escape()) value += *escaped;
        kept = value.size();
        continue;
      }
      value += c;
      if (quoted || !is_space(c)) kept = value.size();
    }
    if (quoted) fail();
    value.resize(kept);
    return value;
  }

  // nullopt for a line that goes on in the next.
  std::optional<char> read_escape() {
    if (at_ == text_.size()) return std::nullopt;
    if (next_is('\r') && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
      take();
    }
    switch (const char c = take()) {
      case '\n':
        return std::nullopt;
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'b':
        return '\b';
      case '"':
      case '\\':
        return c;
      default:
        fail();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

void read_config(std::string_view text,
                 const std::function<void(const std::string& name,
                                          const std::string& value)>& visit) {
  Reader(text).read(visit);
}

bool is_true(std::string_view value) {
  const std::string word = to_lower(value);
  if (word == "true" || word == "yes" || word == "on") return true;
  long number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number != 0;
}

}  // namespace ecr_version::git
