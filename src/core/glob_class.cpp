#include "core/glob_class.hpp"

#include <array>
#include <utility>

namespace ecr_version::core {
namespace {

ByteSet bytes_of(std::string_view characters) {
  ByteSet bytes;
  for (const char c : characters) bytes.set(static_cast<unsigned char>(c));
  return bytes;
}

// The members of `[:name:]`, as picomatch has them (ASCII).
std::optional<ByteSet> posix_class(std::string_view name) {
  const ByteSet upper = bytes_between('A', 'Z');
  const ByteSet lower = bytes_between('a', 'z');
  const ByteSet digit = bytes_between('0', '9');
  const ByteSet alpha = upper | lower;
  const std::array<std::pair<std::string_view, ByteSet>, 14> classes{{
      {"alnum", alpha | digit},
      {"alpha", alpha},
      {"ascii", bytes_between(0, 0x7f)},
      {"blank", bytes_of(" \t")},
      {"cntrl", bytes_between(0, 0x1f) | bytes_between(0x7f, 0x7f)},
      {"digit", digit},
      {"graph", bytes_between(0x21, 0x7e)},
      {"lower", lower},
      {"print", bytes_between(0x20, 0x7e)},
      {"punct", bytes_of("-!\"#$%&'()*+,./:;<=>?@[]^_`{|}~\\")},
      {"space", bytes_of(" \t\r\n\v\f")},
      {"upper", upper},
      {"word", alpha | digit | bytes_of("_")},
      {"xdigit", digit | bytes_between('A', 'F') | bytes_between('a', 'f')},
  }};
  for (const auto& [known, bytes] : classes) {
    if (known == name) return bytes;
  }
  return std::nullopt;
}

// One character of the expression: a byte of ASCII, or a UTF-8 sequence.
std::string take_character(std::string_view pattern, std::size_t& at) {
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  std::size_t end = at + 1;
  if (static_cast<unsigned char>(pattern[at]) >= 0xc2) {
    while (end < pattern.size() && end - at < 4 &&
           (static_cast<unsigned char>(pattern[end]) & 0xc0) == 0x80) {
      ++end;
    }
  }
  std::string character(pattern.substr(at, end - at));
  at = end;
  return character;
}

bool is_ascii(const std::string& character) {
  return static_cast<unsigned char>(character[0]) < 0x80;
}

}  // namespace

ByteSet bytes_between(unsigned low, unsigned high) {
  ByteSet bytes;
  for (unsigned value = low; value <= high; ++value) bytes.set(value);
  return bytes;
}

ByteSet not_slash() {
  ByteSet bytes;
  bytes.set();
  bytes.reset('/');
  return bytes;
}

std::optional<GlobClass> parse_glob_class(std::string_view pattern,
                                          std::size_t& at) {
  GlobClass result;
  std::size_t i = at + 1;
  if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) {
    result.negated = true;
    ++i;
  }
  const std::size_t begin = i;  // a `]` here is a member
  while (i < pattern.size() && (pattern[i] != ']' || i == begin)) {
    if (pattern[i] == '/') {
      result.problem = "a [...] never matches a slash";
    }
    if (pattern.substr(i, 2) == "[:") {
      const std::size_t end = pattern.find(":]", i + 2);
      if (end != std::string_view::npos) {
        const std::string_view name = pattern.substr(i + 2, end - i - 2);
        if (const auto bytes = posix_class(name)) {
          result.ascii |= *bytes;
        } else {
          result.problem = "there is no class [:" + std::string(name) + ":]";
        }
        i = end + 2;
        continue;
      }
    }
    const std::string low = take_character(pattern, i);
    const bool range =
        i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']';
    if (!range) {
      if (is_ascii(low)) {
        result.ascii.set(static_cast<unsigned char>(low[0]));
      } else {
        result.wide.push_back(low);
      }
      continue;
    }
    ++i;
    const std::string high = take_character(pattern, i);
    if (!is_ascii(low) || !is_ascii(high)) {
      result.problem = "a range in [...] goes between ASCII characters";
    } else if (low[0] > high[0]) {
      result.problem = "the range " + low + "-" + high + " is backwards";
    } else {
      result.ascii |= bytes_between(static_cast<unsigned char>(low[0]),
                                    static_cast<unsigned char>(high[0]));
    }
  }
  if (i >= pattern.size()) return std::nullopt;
  if (result.negated) {
    if (!result.wide.empty()) {
      result.problem = "a negated [...] lists ASCII characters only";
    }
    result.ascii = ~result.ascii & bytes_between(0, 0x7f);
  }
  result.ascii &= not_slash();
  at = i + 1;
  return result;
}

}  // namespace ecr_version::core
