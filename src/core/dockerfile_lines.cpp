#include "core/dockerfile_lines.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ecr_version::core {
namespace {

// Past what anyone writes; a bound on what hostile text can cost.
constexpr std::size_t most_bytes = std::size_t{256} * 1024;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

std::string_view trim_left(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    result_.is_broken = text.size() > most_bytes;
  }

  DockerLines read() {
    while (!result_.is_broken && !rest_.empty()) {
      const std::string_view line = trim_left(take_line());
      const int start = line_;
      if (may_be_directive_ && read_directive(line)) continue;
      if (line.empty() || line.starts_with('#')) continue;
      instruction(line, start);
    }
    return std::move(result_);
  }

 private:
  std::string_view take_line() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++line_;
    return line;
  }

  // "# escape=`", before anything else, be it a comment or an empty line.
  bool read_directive(std::string_view line) {
    may_be_directive_ = false;
    const std::size_t equals = line.find('=');
    if (!line.starts_with('#') || equals == std::string_view::npos)
      return false;
    const std::string key = to_lower(trim(line.substr(1, equals - 1)));
    const std::string_view value = trim(line.substr(equals + 1));
    if (key != "escape" && key != "syntax" && key != "check") return false;
    if (key == "escape") result_.escape = value == "`" ? '`' : '\\';
    if (key == "syntax") result_.syntax = value;
    may_be_directive_ = true;
    return true;
  }

  // Takes the escape character off the end of a line that goes on; it is not
  // blank.
  bool take_continuation(std::string_view& line) const {
    const std::size_t last = line.find_last_not_of(" \t");
    if (line[last] != result_.escape) return false;
    if (last > 0 && line[last - 1] == result_.escape) return false;  // escaped
    line = line.substr(0, last);
    return true;
  }

  void instruction(std::string_view line, int start) {
    bool goes_on = take_continuation(line);
    std::string text(line);
    while (goes_on && !rest_.empty()) {
      std::string_view next = take_line();
      const std::string_view content = trim_left(next);
      if (content.empty() || content.starts_with('#')) continue;
      goes_on = take_continuation(next);
      text += next;
    }
    if (trim(text).empty()) return;
    result_.instructions.push_back(read_docker_instruction(text, start));
    skip_heredocs(result_.instructions.back());
  }

  // The lines of heredocs are data. JSON forms have none: their words begin
  // with a quote.
  void skip_heredocs(const DockerInstruction& outer) {
    DockerInstruction inner = outer;
    if (outer.command == "onbuild")
      inner = read_docker_instruction(outer.arguments, outer.line);
    const bool may_have = inner.command == "run" || inner.command == "copy" ||
                          inner.command == "add";
    if (!may_have) return;
    for (const std::string& word :
         split_docker_words(inner.arguments, result_.escape)) {
      const auto heredoc = parse_docker_heredoc(word);
      if (heredoc && !skip_heredoc(*heredoc)) result_.is_broken = true;
    }
  }

  bool skip_heredoc(const DockerHeredoc& heredoc) {
    while (!rest_.empty()) {
      std::string_view line = take_line();
      while (heredoc.strips_tabs && line.starts_with('\t'))
        line.remove_prefix(1);
      if (line == heredoc.name) return true;
    }
    return false;
  }

  std::string_view rest_;
  int line_ = 0;
  bool may_be_directive_ = true;
  DockerLines result_;
};

// Takes the flags that begin the text: "--link --chown='a b' …".
std::vector<std::string> take_flags(std::string_view& text) {
  std::vector<std::string> flags;
  for (;;) {
    text = trim_left(text);
    if (!text.starts_with("--")) return flags;
    std::string flag;
    char quote = 0;
    std::size_t at = 0;
    for (; at < text.size() && (quote != 0 || !is_space(text[at])); ++at) {
      const char c = text[at];
      if (c == '\\' && at + 1 < text.size())
        flag += text[++at];
      else if (quote == 0 && (c == '"' || c == '\''))
        quote = c;
      else if (c == quote)
        quote = 0;
      else
        flag += c;
    }
    text.remove_prefix(at);
    if (flag == "--") return flags;
    flags.push_back(std::move(flag));
  }
}

}  // namespace

DockerLines read_docker_lines(std::string_view text) {
  return Reader(text).read();
}

DockerInstruction read_docker_instruction(std::string_view text, int line) {
  text = trim(text);
  std::size_t end = 0;
  while (end < text.size() && !is_space(text[end])) ++end;
  DockerInstruction instruction{.line = line};
  instruction.command = to_lower(text.substr(0, end));
  text.remove_prefix(end);
  instruction.flags = take_flags(text);
  instruction.arguments = trim(text);
  return instruction;
}

std::vector<std::string> split_docker_words(std::string_view text,
                                            char escape) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote == 0 && is_space(c)) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
      continue;
    }
    word += c;
    if (c == escape && quote != '\'' && at + 1 < text.size())
      word += text[++at];
    else if (quote == 0 && (c == '"' || c == '\''))
      quote = c;
    else if (c == quote)
      quote = 0;
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::optional<DockerHeredoc> parse_docker_heredoc(std::string_view word) {
  while (!word.empty() && word.front() >= '0' && word.front() <= '9')
    word.remove_prefix(1);  // a file descriptor
  if (!word.starts_with("<<")) return std::nullopt;
  word.remove_prefix(2);
  DockerHeredoc heredoc;
  heredoc.strips_tabs = word.starts_with('-');
  if (heredoc.strips_tabs) word.remove_prefix(1);
  for (const char c : word) {
    if (c == '<') return std::nullopt;  // a here-string
    if (c != '"' && c != '\'') heredoc.name += c;
  }
  const bool names =
      std::any_of(heredoc.name.begin(), heredoc.name.end(), is_alphanumeric);
  return names ? std::optional(heredoc) : std::nullopt;
}

}  // namespace ecr_version::core
