#include "support/runner_emulator.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace ecr_version::emulator {
namespace {

const std::set<std::string> registered = {
    "add-mask",       "add-matcher", "add-path",   "debug",   "echo",
    "endgroup",       "error",       "group",      "notice",  "save-state",
    "remove-matcher", "set-env",     "set-output", "warning", "stop-commands"};

void replace_all(std::string& text, std::string_view from,
                 std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// Escapes are undone in this order, the percent sign last.
std::string unescape(std::string text, std::string_view also) {
  const std::array<std::pair<const char*, const char*>, 7> mappings = {{
      {"%3B", ";"},
      {"%0D", "\r"},
      {"%0A", "\n"},
      {"%5D", "]"},
      {"%3A", ":"},
      {"%2C", ","},
      {"%25", "%"},
  }};
  for (const auto& [escaped, token] : mappings) {
    const bool is_common =
        std::string_view("\r\n%").find(*token) != std::string_view::npos;
    if (is_common || also.find(*token) != std::string_view::npos)
      replace_all(text, escaped, token);
  }
  return text;
}

// Length of a character of UTF-8 at `at`, and its code.
std::pair<std::size_t, char32_t> character(std::string_view text,
                                           std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
  };
  const char32_t first = byte(at);
  if (first < 0x80) return {1, first};
  if (first < 0xE0) return {2, ((first & 0x1F) << 6) | (byte(at + 1) & 0x3Fu)};
  if (first < 0xF0)
    return {3, ((first & 0x0F) << 12) | ((byte(at + 1) & 0x3Fu) << 6) |
                   (byte(at + 2) & 0x3Fu)};
  return {4, ((first & 0x07) << 18) | ((byte(at + 1) & 0x3Fu) << 12) |
                 ((byte(at + 2) & 0x3Fu) << 6) | (byte(at + 3) & 0x3Fu)};
}

bool is_white_space(char32_t code) {  // Char.IsWhiteSpace
  return code == ' ' || (code >= 9 && code <= 13) || code == 0x85 ||
         code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
         code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
         code == 0x3000;
}

// Skipped by a comparison under a culture (ICU), as IndexOf(string) makes one.
bool is_ignorable(char32_t code) {
  return code <= 8 || (code >= 0x0E && code <= 0x1F) ||
         (code >= 0x7F && code <= 0x9F && code != 0x85) || code == 0xAD ||
         code == 0x34F || code == 0x61C || (code >= 0x180B && code <= 0x180E) ||
         (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) ||
         (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF;
}

std::u32string codes_of(std::string_view text) {
  std::u32string codes;
  for (std::size_t at = 0; at < text.size();) {
    const auto [size, code] = character(text, at);
    codes += code;
    at += size;
  }
  return codes;
}

std::string text_of(const std::u32string& codes) {
  std::string text;
  const auto add = [&](char32_t byte) { text += static_cast<char>(byte); };
  for (const char32_t code : codes) {
    if (code < 0x80) {
      add(code);
    } else if (code < 0x800) {
      add(0xC0 | (code >> 6));
      add(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      add(0xE0 | (code >> 12));
      add(0x80 | ((code >> 6) & 0x3F));
      add(0x80 | (code & 0x3F));
    } else {
      add(0xF0 | (code >> 18));
      add(0x80 | ((code >> 12) & 0x3F));
      add(0x80 | ((code >> 6) & 0x3F));
      add(0x80 | (code & 0x3F));
    }
  }
  return text;
}

// Where `pattern` may be found from `from` on, with or without a culture: a
// match may begin with characters that the culture skips, so there is more
// than one candidate, and each is tried.
std::vector<std::size_t> find_all(const std::u32string& text,
                                  std::u32string_view pattern,
                                  std::size_t from) {
  std::vector<std::size_t> found;
  for (std::size_t start = from; start < text.size(); ++start) {
    std::size_t at = start;
    std::size_t matched = 0;
    while (at < text.size() && matched < pattern.size()) {
      if (text[at] == pattern[matched])
        ++matched;
      else if (!is_ignorable(text[at]))
        break;
      ++at;
    }
    if (matched == pattern.size()) found.push_back(start);
  }
  return found;
}

std::optional<Command> parse_command(const std::u32string& info,
                                     const std::u32string& data, char separator,
                                     std::string_view also) {
  const std::string text = text_of(info);
  const std::size_t space = text.find(' ');
  Command command;
  command.name = to_lower(text.substr(0, space));
  if (!registered.contains(command.name)) return std::nullopt;
  if (space != std::string::npos) {
    const std::string_view rest = std::string_view(text).substr(space + 1);
    for (const std::string_view part : split(rest, separator)) {
      const std::size_t equals = part.find('=');
      if (equals == std::string_view::npos) continue;
      command.properties[to_lower(trim(part.substr(0, equals)))] =
          unescape(std::string(part.substr(equals + 1)), also);
    }
  }
  command.data = unescape(text_of(data), also == ";]" ? ";]" : "");
  return command;
}

std::optional<Command> parse_v2(std::u32string text) {
  const auto first = std::find_if_not(text.begin(), text.end(), is_white_space);
  text.erase(text.begin(), first);
  const std::vector<std::size_t> starts = find_all(text, U"::", 0);
  if (starts.empty() || starts.front() != 0) return std::nullopt;
  for (const std::size_t end : find_all(text, U"::", 2))
    if (auto command = parse_command(text.substr(2, end - 2),
                                     text.substr(end + 2), ',', ":,"))
      return command;
  return std::nullopt;
}

std::optional<Command> parse_v1(const std::u32string& text) {
  for (const std::size_t start : find_all(text, U"##[", 0)) {
    const std::size_t end = text.find(U']', start);
    if (end == std::u32string::npos || end < start + 3) continue;
    if (auto command = parse_command(text.substr(start + 3, end - start - 3),
                                     text.substr(end + 1), ';', ";]"))
      return command;
  }
  return std::nullopt;
}

// StreamReader.ReadLine: LF, CR, or both end a line.
std::vector<std::string> dotnet_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' && text[i] != '\n') {
      line += text[i];
      continue;
    }
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
    lines.push_back(std::move(line));
    line.clear();
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

// A reader of the runner's own: LF alone ends a line on Linux, and it tells
// whether the line had one.
class LfReader {
 public:
  explicit LfReader(std::string_view text) : text_(text) {}

  std::optional<std::string_view> next() {
    if (at_ >= text_.size()) return std::nullopt;
    const std::size_t begin = at_;
    const std::size_t end = text_.find('\n', begin);
    has_newline_ = end != std::string_view::npos;
    at_ = has_newline_ ? end + 1 : text_.size();
    return text_.substr(begin, (has_newline_ ? end : at_) - begin);
  }
  bool had_newline() const { return has_newline_; }
  std::size_t at() const { return at_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool has_newline_ = false;
};

// bufio.ScanLines: LF ends a line, and one CR before it goes too.
std::vector<std::string> go_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n'))
    lines.emplace_back(line);
  if (lines.back().empty()) lines.pop_back();
  for (std::string& line : lines)
    if (line.ends_with('\r')) line.pop_back();
  return lines;
}

std::string_view without_bom(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

}  // namespace

std::optional<std::string> FileCommand::value(std::string_view name) const {
  std::optional<std::string> last;
  for (const auto& [one, text] : pairs)
    if (equals_ignoring_case(one, name)) last = text;
  return last;
}

FileCommand read_as_runner(std::string_view bytes) {
  const std::string file = to_utf8(without_bom(bytes));
  FileCommand result;
  LfReader reader(file);
  const auto fail = [&](const std::string& error) {
    result.error = error;
    return result;
  };
  while (const auto line = reader.next()) {
    if (line->empty()) continue;
    const std::size_t equals = line->find('=');
    const std::size_t heredoc = line->find("<<");
    if (equals != std::string_view::npos && equals < heredoc) {
      if (equals == 0) return fail("name must not be empty");
      result.pairs.emplace_back(line->substr(0, equals),
                                line->substr(equals + 1));
      continue;
    }
    if (heredoc == std::string_view::npos)
      return fail("Invalid format '" + std::string(*line) + "'");
    const std::string name(line->substr(0, heredoc));
    const std::string delimiter(line->substr(heredoc + 2));
    if (name.empty() || delimiter.empty())
      return fail("Name must not be empty and delimiter must not be empty");
    const std::size_t start = reader.at();
    std::size_t end = start;
    for (;;) {
      const auto inner = reader.next();
      if (!inner)
        return fail("Matching delimiter not found '" + delimiter + "'");
      if (*inner == delimiter) break;
      if (!reader.had_newline()) return fail("EOF marker missing new line.");
      end = reader.at() - 1;
    }
    result.pairs.emplace_back(name, file.substr(start, end - start));
  }
  return result;
}

FileCommand read_as_act(std::string_view file) {
  FileCommand result;
  const std::vector<std::string> lines = go_lines(without_bom(file));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::size_t equals = line.find('=');
    const std::size_t heredoc = line.find("<<");
    if (equals != std::string::npos && equals < heredoc) {
      result.pairs.emplace_back(line.substr(0, equals),
                                line.substr(equals + 1));
      continue;
    }
    if (heredoc == std::string::npos) {
      result.error = "invalid format '" + line + "'";
      return result;
    }
    const std::string delimiter = line.substr(heredoc + 2);
    std::string content;
    for (++i; i < lines.size() && lines[i] != delimiter; ++i) {
      if (!content.empty()) content += "\n";
      content += lines[i];
    }
    if (i == lines.size()) {
      result.error = "invalid format delimiter '" + delimiter +
                     "' not found before end of file";
      return result;
    }
    result.pairs.emplace_back(line.substr(0, heredoc), content);
  }
  return result;
}

LogReading read_log_as_runner(std::string_view output) {
  LogReading reading;
  const std::string text = to_utf8(without_bom(output));
  for (const std::string& line : dotnet_lines(text)) {
    const std::u32string codes = codes_of(line);
    std::optional<Command> command = parse_v2(codes);
    if (!command) command = parse_v1(codes);
    if (!command)
      reading.lines.push_back(line);
    else
      reading.commands.push_back(*command);
  }
  return reading;
}

LogReading read_log_as_act(std::string_view output) {
  LogReading reading;
  while (!output.empty()) {
    const std::size_t end = output.find('\n');
    if (end == std::string_view::npos) break;  // act loses it
    std::string line(output.substr(0, end));
    output.remove_prefix(end + 1);
    while (line.ends_with('\r')) line.pop_back();
    // ^::([^ ]+)( (.+))?::([^\r\n]*)$ with greedy parts; the same for ##[…]
    const bool is_v2 = line.starts_with("::");
    const bool is_v1 = line.starts_with("##[");
    const std::string_view close = is_v2 ? "::" : "]";
    const std::size_t open = is_v2 ? 2 : 3;
    const std::size_t space = line.find(' ', open);
    std::size_t stop = line.rfind(close);
    if (space != std::string::npos &&
        (stop == std::string::npos || stop < space + 2))
      stop = line.rfind(close, space - std::min(space, close.size()));
    if ((!is_v2 && !is_v1) || stop == std::string::npos || stop <= open ||
        line.find('\r') != std::string::npos) {
      reading.lines.push_back(line);
      continue;
    }
    Command command;
    command.name = line.substr(open, std::min(space, stop) - open);
    command.data = line.substr(stop + close.size());
    reading.commands.push_back(command);
  }
  return reading;
}

}  // namespace ecr_version::emulator
