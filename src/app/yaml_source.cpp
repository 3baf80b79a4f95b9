#include "app/yaml_source.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ecr_version::app::yaml {
namespace {

constexpr std::size_t max_bytes = 1 << 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_control(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return (value < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') ||
         value == 0x7F;
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

bool all_in(std::string_view text, std::string_view set) {
  return !text.empty() && text.find_first_not_of(set) == text.npos;
}

bool is_integer(std::string_view text) {
  if (text.starts_with("0o")) return all_in(text.substr(2), "01234567");
  if (text.starts_with("0x")) {
    return all_in(text.substr(2), "0123456789abcdefABCDEF");
  }
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    text.remove_prefix(1);
  }
  return all_in(text, "0123456789");
}

bool is_float(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    text.remove_prefix(1);
  }
  if (text == ".inf" || text == ".Inf" || text == ".INF") return true;
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != text.npos) {
    const std::string_view power = text.substr(exponent + 1);
    if (!is_integer(power) || power.find_first_of("ox") != power.npos) {
      return false;
    }
    text = text.substr(0, exponent);
  }
  const std::size_t dot = text.find('.');
  if (dot == text.npos) return all_in(text, "0123456789");
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = text.substr(dot + 1);
  return (!whole.empty() || !part.empty()) &&
         (whole.empty() || all_in(whole, "0123456789")) &&
         (part.empty() || all_in(part, "0123456789"));
}

}  // namespace

Source::Source(std::string_view text, const std::string& file)
    : text_(text), file_(file), line_starts_{0} {
  if (text_.starts_with(byte_order_mark)) {
    text_.remove_prefix(byte_order_mark.size());
  }
  if (text_.size() > max_bytes) fail({1, 1}, "larger than a mebibyte");
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
    if (is_control(text_[i])) {
      const auto line = static_cast<int>(line_starts_.size()) - 1;
      fail(place(line, static_cast<int>(i - line_starts_.back())),
           "a control character; the configuration is UTF-8 text");
    }
  }
  const std::string repaired = to_utf8(text_);
  if (repaired == text_) return;
  const auto wrong = std::mismatch(text_.begin(), text_.end(), repaired.begin(),
                                   repaired.end());
  const auto offset =
      static_cast<std::size_t>(std::distance(text_.begin(), wrong.first));
  const auto line = std::distance(
      line_starts_.begin(),
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset));
  fail({static_cast<int>(line), 0}, "not UTF-8; save the file as UTF-8");
}

std::string_view Source::line_text(int line) const {
  if (line < 0 || static_cast<std::size_t>(line) >= line_starts_.size()) {
    return {};
  }
  const std::string_view rest =
      text_.substr(line_starts_[static_cast<std::size_t>(line)]);
  return rest.substr(0, rest.find('\n'));
}

Mark Source::place(int line, int column) const {
  const std::string_view text = line_text(line);
  const auto end =
      std::min(static_cast<std::size_t>(std::max(column, 0)), text.size());
  // Marks come in order; a line of a mebibyte is not counted anew for each.
  if (line != counted_.line || end < counted_.bytes) counted_ = {line, 0, 0};
  const std::string_view fresh =
      text.substr(counted_.bytes, end - counted_.bytes);
  counted_.inside += std::count_if(fresh.begin(), fresh.end(), is_continuation);
  counted_.bytes = end;
  return {line + 1, column + 1 - static_cast<int>(counted_.inside)};
}

void Source::check_quotes_close(int line_number, int column) const {
  const std::string_view line = line_text(line_number);
  auto start = static_cast<std::size_t>(std::max(column, 0));
  while (start < line.size() && (line[start] == '&' || line[start] == '!')) {
    start = std::min(line.find_first_of(" \t", start), line.size());
    start = std::min(line.find_first_not_of(" \t", start), line.size());
  }
  if (start >= line.size()) return;
  const char quote = line[start];
  if (quote != '"' && quote != '\'') return;
  std::size_t i =
      line_starts_[static_cast<std::size_t>(line_number)] + start + 1;
  for (; i < text_.size(); ++i) {
    const bool doubled = quote == '\'' && text_.substr(i, 2) == "''";
    if (text_[i] == quote && !doubled) break;
    if (doubled || text_[i] == '\\') ++i;
  }
  if (i >= text_.size())
    fail(place(line_number, column), "a quote that is never closed");
}

void Source::fail(const Mark& mark, const std::string& message) const {
  throw config_error(file_, mark, message);
}

void Source::fail_syntax(int line, int column,
                         const std::string& message) const {
  std::string hint;
  const std::string_view text = line_text(line);
  const std::string_view indent =
      text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
  if (indent.find('\t') != indent.npos) {
    hint = "; indent with spaces, this line begins with a tab";
  } else if (message.find("anchor is not defined") != message.npos) {
    hint = "; quote a value that begins with \"*\"";
  }
  fail(place(line, column), "not YAML: " + message + hint);
}

Node::Kind kind_of_plain(std::string_view text) {
  for (const std::string_view word : {"", "~", "null", "Null", "NULL"}) {
    if (text == word) return Node::Kind::null;
  }
  for (const std::string_view word :
       {"true", "True", "TRUE", "false", "False", "FALSE"}) {
    if (text == word) return Node::Kind::boolean;
  }
  return is_integer(text) || is_float(text) ? Node::Kind::number
                                            : Node::Kind::text;
}

}  // namespace ecr_version::app::yaml

namespace ecr_version::app {

ConfigError config_error(const std::string& file, const yaml::Mark& mark,
                         const std::string& message) {
  return {fmt::format("{}:{}:{}: {}", file, mark.line, mark.column, message),
          file, mark.line, mark.column};
}

}  // namespace ecr_version::app
