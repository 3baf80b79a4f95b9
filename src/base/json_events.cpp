// The streaming read of json.hpp: one pass, no tree, and strings that need no
// unescaping are views of the text itself, found sixteen bytes at a time.
//
// RapidJSON's own streaming copies each string byte by byte, and its SSE2 form
// takes control characters for text. What is refused here is given to it for
// the words of the error.
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <bitset>
#include <charconv>
#include <cstring>

namespace ecr_version::json {
namespace {

constexpr std::size_t deepest = 200;  // as json::parse

// Of g++ and clang: sixteen bytes that are compared at once.
using Bytes = unsigned char __attribute__((vector_size(16)));

// Where the next quote, backslash or control character is, or `end`.
const char* plain_end(const char* at, const char* end) {
  constexpr unsigned char quote = '"';
  constexpr unsigned char backslash = '\\';
  constexpr unsigned char space = ' ';
  Bytes bytes;
  while (end - at >= static_cast<std::ptrdiff_t>(sizeof bytes)) {
    std::memcpy(&bytes, at, sizeof bytes);
    const auto special =
        (bytes == quote) | (bytes == backslash) | (bytes < space);
    std::array<std::uint64_t, 2> halves;
    std::memcpy(halves.data(), &special, sizeof special);
    if ((halves[0] | halves[1]) != 0) break;
    at += sizeof bytes;
  }
  const auto is_special = [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < space;
  };
  while (at != end && !is_special(*at)) ++at;
  return at;
}

void append_utf8(std::string& text, std::uint32_t point) {
  const auto add = [&](std::uint32_t byte) {
    text += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    add(0xE0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3F));
  } else {
    add(0xF0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3F));
    add(0x80 | (point >> 6 & 0x3F));
  }
  add(0x80 | (point & 0x3F));
}

class Scanner {
 public:
  Scanner(std::string_view text, Events& events)
      : at_(text.data()), end_(text.data() + text.size()), events_(events) {}

  // False: this is not one JSON value, or it nests too deep.
  bool run() {
    skip_space();
    while (begin_value()) {
      if (in_value_) continue;  // of a container that was opened
      if (!end_value()) return false;
      if (depth_ == 0) return at_ == end_;
    }
    return false;
  }

 private:
  bool at(char c) const { return at_ != end_ && *at_ == c; }
  bool take(char c) { return at(c) && (++at_, true); }
  void skip_space() {
    while (at(' ') || at('\n') || at('\r') || at('\t')) ++at_;
  }

  // Reads a scalar or an empty container whole, else up to its first value.
  bool begin_value() {
    in_value_ = false;
    std::string_view text;
    if (at('{') || at('[')) return open();
    if (at('"')) return string(text) && (events_.on_string(text), true);
    return word();
  }

  bool open() {
    const bool is_object = *at_++ == '{';
    if (depth_ == deepest) return false;
    is_object_[depth_++] = is_object;
    is_object ? events_.on_start_object() : events_.on_start_array();
    skip_space();
    if (at(is_object ? '}' : ']')) return true;  // end_value closes it
    in_value_ = true;
    return !is_object || key();
  }

  // After a value: closes what ends here, and goes to the next one.
  bool end_value() {
    for (;;) {
      skip_space();
      if (depth_ == 0) return true;
      const bool is_object = is_object_[depth_ - 1];
      if (take(',')) {
        skip_space();
        return !is_object || key();
      }
      if (!take(is_object ? '}' : ']')) return false;
      --depth_;
      is_object ? events_.on_end_object() : events_.on_end_array();
    }
  }

  bool key() {
    std::string_view name;
    if (!at('"') || !string(name)) return false;
    skip_space();
    if (!take(':')) return false;
    skip_space();
    events_.on_key(name);
    return true;
  }

  bool string(std::string_view& text) {
    const char* begin = ++at_;
    bool is_copied = false;
    for (;;) {
      at_ = plain_end(at_, end_);
      const std::string_view plain(begin,
                                   static_cast<std::size_t>(at_ - begin));
      if (at('"')) {
        ++at_;
        text = is_copied ? std::string_view(unescaped_.append(plain)) : plain;
        return true;
      }
      if (!is_copied) unescaped_.clear();
      is_copied = true;
      unescaped_.append(plain);
      if (!take('\\') || !escape()) return false;
      begin = at_;
    }
  }

  bool escape() {
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (take('u')) return unicode();
    const auto found = at_ == end_ ? names.npos : names.find(*at_);
    if (found == names.npos) return false;
    ++at_;
    unescaped_ += meant[found];
    return true;
  }

  bool unicode() {
    std::uint32_t point = 0;
    if (!four_digits(point)) return false;
    if (point >= 0xD800 && point <= 0xDBFF) {
      std::uint32_t low = 0;
      if (!take('\\') || !take('u') || !four_digits(low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return false;
      point = ((point - 0xD800) << 10 | (low - 0xDC00)) + 0x10000;
    }
    append_utf8(unescaped_, point);
    return true;
  }

  bool four_digits(std::uint32_t& value) {
    if (end_ - at_ < 4) return false;
    const auto [rest, failure] = std::from_chars(at_, at_ + 4, value, 16);
    if (failure != std::errc{} || rest != at_ + 4) return false;
    at_ = rest;
    return true;
  }

  // true, false, null or a number.
  bool word() {
    const char* const begin = at_;
    while (at_ != end_ && (is_letter(*at_) || is_of_number(*at_))) ++at_;
    const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
    if (text == "null") return events_.on_null(), true;
    if (text == "true" || text == "false")
      return events_.on_bool(text == "true"), true;
    double number = 0;
    return is_number(text, number) && (events_.on_number(number), true);
  }

  static bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_of_number(char c) {
    return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'E';
  }

  // Up to fifteen digits, perhaps with a point among them, make a whole number
  // and a power of ten that a double holds exactly, so that their quotient is
  // the nearest double; all else is read as the tree reads it.
  static bool is_number(std::string_view text, double& number) {
    constexpr std::size_t longest = 16;
    std::int64_t digits = 0;
    double scale = 0;  // 0: no point yet
    bool is_plain = !text.empty() && text.size() <= longest &&
                    text.front() >= '1' && text.front() <= '9' &&
                    is_digit(text.back());
    for (std::size_t i = 0; is_plain && i < text.size(); ++i) {
      if (is_digit(text[i])) {
        digits = digits * 10 + (text[i] - '0');
        scale *= 10;
      } else {
        is_plain = text[i] == '.' && scale == 0;
        scale = 1;
      }
    }
    is_plain = is_plain && (scale != 0 || text.size() < longest);
    if (is_plain) {
      number = static_cast<double>(digits) / (scale == 0 ? 1 : scale);
      return true;
    }
    try {
      number = parse(text, "a number").as_number("a number");
      return true;
    } catch (const Error&) {
      return false;  // the caller says of what
    }
  }

  const char* at_;
  const char* const end_;
  Events& events_;
  std::bitset<deepest> is_object_;
  std::size_t depth_ = 0;
  bool in_value_ = false;  // a container was opened, and its first value begins
  std::string unescaped_;
};

}  // namespace

void read(std::string_view text, std::string_view what, Events& events) {
  if (Scanner(text, events).run()) return;
  parse(text, what);
  throw Error(fmt::format("reading {}: not JSON", what));
}

}  // namespace ecr_version::json
