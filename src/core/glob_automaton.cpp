// A recursive descent over the pattern that builds Glushkov's automaton on the
// way: each part of the pattern becomes a fragment that knows by which
// positions it may begin and end, and joining two fragments adds followers.
#include "core/glob_automaton.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/glob_class.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace ecr_version::core {
namespace {

struct Fragment {
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> last;
  bool nullable = true;
};

void append(std::vector<std::uint32_t>& to,
            const std::vector<std::uint32_t>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

class Compiler {
 public:
  explicit Compiler(std::string_view pattern) : pattern_(pattern) {}

  GlobAutomaton compile() {
    check_parts();
    const Fragment whole = sequence(0);
    for (const std::uint32_t position : whole.last) {
      automaton_.positions[position].last = true;
    }
    automaton_.first = whole.first;
    finish();
    return std::move(automaton_);
  }

 private:
  // Nesting and size that no pattern written by a person reaches.
  static constexpr int deepest_nesting = 100;
  static constexpr std::size_t most_positions = 20'000;
  static constexpr std::size_t most_followers = 2'000'000;
  static constexpr unsigned long long most_in_range = 1'000;

  [[noreturn]] void fail(std::size_t offset, std::string_view what) const {
    throw UsageError(fmt::format("the pattern \"{}\" is wrong at column {}: {}",
                                 pattern_, offset + 1, what));
  }

  [[noreturn]] void too_large() const { fail(0, "it is too large"); }

  bool at_end() const { return at_ == pattern_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0';
  }

  // What no path from the repository's root can match is a slip: say so.
  void check_parts() const {
    if (pattern_.empty()) fail(0, "it is empty");
    if (pattern_.front() == '/') {
      fail(0,
           "leave out the leading /; patterns begin at the repository's "
           "root");
    }
    if (pattern_.back() == '/') {
      fail(pattern_.size() - 1,
           "a directory as a whole is written with /** at its end");
    }
    for (const std::string_view part : split(pattern_, '/')) {
      const auto begin =
          static_cast<std::size_t>(part.data() - pattern_.data());
      if (part.empty()) fail(begin, "there is nothing between two slashes");
      if (part == "." || part == "..") {
        fail(begin, fmt::format("a path has no part \"{}\"; patterns begin at "
                                "the repository's root",
                                part));
      }
    }
  }

  Fragment position(const ByteSet& bytes) {
    if (automaton_.positions.size() >= most_positions) too_large();
    const auto index = static_cast<std::uint32_t>(automaton_.positions.size());
    automaton_.positions.push_back({.bytes = bytes});
    return {{index}, {index}, false};
  }

  Fragment join(Fragment left, const Fragment& right) {
    for (const std::uint32_t end : left.last) {
      append(automaton_.positions[end].follow, right.first);
      followers_ += right.first.size();
    }
    if (followers_ > most_followers) too_large();
    if (left.nullable) append(left.first, right.first);
    if (right.nullable) {
      append(left.last, right.last);
    } else {
      left.last = right.last;
    }
    left.nullable = left.nullable && right.nullable;
    return left;
  }

  static Fragment either(Fragment left, const Fragment& right) {
    append(left.first, right.first);
    append(left.last, right.last);
    left.nullable = left.nullable || right.nullable;
    return left;
  }

  // Any number of bytes of `bytes`, none included.
  Fragment repeated(const ByteSet& bytes) {
    Fragment loop = position(bytes);
    automaton_.positions[loop.first[0]].follow.push_back(loop.first[0]);
    loop.nullable = true;
    return loop;
  }

  Fragment byte(char value) {
    ByteSet bytes;
    bytes.set(static_cast<unsigned char>(value));
    return position(bytes);
  }

  Fragment text(std::string_view bytes) {
    Fragment all;
    for (const char value : bytes) all = join(std::move(all), byte(value));
    return all;
  }

  // One character of `ascii`; or, where `wide`, any that is not ASCII: a UTF-8
  // sequence, or one byte of whatever else a name holds.
  Fragment character(const ByteSet& ascii, bool wide) {
    if (!wide) return position(ascii);
    static constexpr std::pair<unsigned, unsigned> leads[] = {
        {0xc2, 0xdf}, {0xe0, 0xef}, {0xf0, 0xf4}};
    Fragment any = position(ascii | bytes_between(0x80, 0xff));
    std::size_t more = 0;
    for (const auto& [lowest, highest] : leads) {
      ++more;
      Fragment one_character = position(bytes_between(lowest, highest));
      for (std::size_t i = 0; i < more; ++i) {
        one_character =
            join(std::move(one_character), position(bytes_between(0x80, 0xbf)));
      }
      any = either(std::move(any), one_character);
    }
    return any;
  }

  // Up to the end, or in braces up to `,` or `}`.
  Fragment sequence(int depth) {
    Fragment all;
    bool begins_part = true;
    bool after_star = false;
    while (!at_end()) {
      const char c = peek();
      if (depth > 0 && (c == ',' || c == '}')) break;
      if (!after_star && is_at_last_globstar()) {
        // `a/**` is also `a`; `a*/**` is not `a*`. (picomatch)
        at_ = pattern_.size();
        Fragment below = join(byte('/'), globstar());
        below.nullable = true;
        return join(std::move(all), below);
      }
      if (c == '*') {
        all = join(std::move(all), stars(begins_part, depth));
        after_star = true;
        continue;  // no star follows, unless behind the slash of `**/`
      }
      all = join(std::move(all), one(depth));
      after_star = false;
      begins_part = c == '/';
    }
    return all;
  }

  Fragment stars(bool begins_part, int depth) {
    const std::size_t count =
        std::min(pattern_.find_first_not_of('*', at_), pattern_.size()) - at_;
    const char next = peek(count);
    if (next == '(') fail_extended();
    at_ += count;
    const bool is_globstar = begins_part && count == 2;
    if (is_globstar && next == '/') {
      // `**/`: any directories, or none
      at_ += 1;
      Fragment directories = join(globstar(), byte('/'));
      directories.nullable = true;
      return directories;
    }
    if (is_globstar &&
        (at_end() || (depth > 0 && (next == ',' || next == '}')))) {
      return globstar();
    }
    return repeated(not_slash());
  }

  // At `/**`, behind which nothing comes, or only the same again.
  bool is_at_last_globstar() const {
    std::string_view rest = pattern_.substr(at_);
    while (rest.starts_with("/**")) rest.remove_prefix(3);
    return rest.empty();
  }

  Fragment globstar() {
    ByteSet bytes;
    bytes.set();
    Fragment loop = repeated(bytes);
    automaton_.positions[loop.first[0]].globstar = true;
    return loop;
  }

  [[noreturn]] void fail_extended() const {
    fail(at_,
         "extended globs such as @(a|b) are not known here; write {a,b}, "
         "or \\( for a parenthesis");
  }

  Fragment one(int depth) {
    const char c = peek();
    if ((c == '?' || c == '@' || c == '+' || c == '!') && peek(1) == '(') {
      fail_extended();
    }
    if (c == '\\') {
      if (at_ + 1 == pattern_.size()) {
        fail(at_, "a backslash needs a character after it");
      }
      at_ += 2;
      return byte(pattern_[at_ - 1]);
    }
    if (c == '[') return bracket();
    if (c == '{') return braces(depth);
    at_ += 1;
    if (c == '?') return character(not_slash(), true);
    return byte(c);
  }

  Fragment bracket() {
    const std::size_t start = at_;
    const std::optional<GlobClass> parsed = parse_glob_class(pattern_, at_);
    if (!parsed) fail(start, "the [ is not closed");
    if (!parsed->problem.empty()) fail(start, parsed->problem);
    Fragment any = character(parsed->ascii, parsed->negated);
    for (const std::string& wide : parsed->wide) {
      any = either(std::move(any), text(wide));
    }
    return any;
  }

  Fragment braces(int depth) {
    const std::size_t start = at_;
    if (depth >= deepest_nesting) fail(at_, "braces are nested too deep");
    if (std::optional<Fragment> range = brace_range()) return *range;
    at_ += 1;
    Fragment any = sequence(depth + 1);
    std::size_t alternatives = 1;
    while (peek() == ',') {
      at_ += 1;
      any = either(std::move(any), sequence(depth + 1));
      ++alternatives;
    }
    if (at_end()) fail(start, "the { is not closed");
    at_ += 1;
    // `{a}` has nothing to choose from: its braces are plain characters.
    if (alternatives == 1) return join(join(byte('{'), any), byte('}'));
    return any;
  }

  // `{1..12}` or `{a..f}`.
  std::optional<Fragment> brace_range() {
    const std::size_t close = pattern_.find('}', at_);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view inside = pattern_.substr(at_ + 1, close - at_ - 1);
    const std::size_t dots = inside.find("..");
    if (dots == std::string_view::npos) return std::nullopt;
    const std::string_view low = inside.substr(0, dots);
    const std::string_view high = inside.substr(dots + 2);
    const auto number = [](std::string_view digits, long long& value) {
      const auto [end, error] =
          std::from_chars(digits.begin(), digits.end(), value);
      return error == std::errc() && end == digits.end();
    };
    const auto is_letter = [](std::string_view word) {
      return word.size() == 1 && ((word[0] >= 'a' && word[0] <= 'z') ||
                                  (word[0] >= 'A' && word[0] <= 'Z'));
    };
    long long from = 0;
    long long to = 0;
    if (number(low, from) && number(high, to)) {
      auto [value, last] = std::minmax({from, to});
      // As unsigned, their distance is right however far they are apart.
      if (static_cast<unsigned long long>(last) -
              static_cast<unsigned long long>(value) >=
          most_in_range) {
        fail(at_, "the range has more than 1000 numbers");
      }
      Fragment any = text(fmt::to_string(value));
      while (value != last) {
        any = either(std::move(any), text(fmt::to_string(++value)));
      }
      at_ = close + 1;
      return any;
    }
    if (!is_letter(low) || !is_letter(high)) return std::nullopt;
    at_ = close + 1;
    const auto a = static_cast<unsigned char>(low[0]);
    const auto b = static_cast<unsigned char>(high[0]);
    return position(bytes_between(std::min(a, b), std::max(a, b)));
  }

  void finish() {
    for (GlobPosition& position : automaton_.positions) {
      position.universal = position.globstar && position.last;
    }
    const std::size_t special = pattern_.find_first_of("*?[{\\");
    if (special == std::string_view::npos) {
      automaton_.literal_prefix = pattern_;
    } else {
      const std::size_t slash = pattern_.substr(0, special).rfind('/');
      if (slash != std::string_view::npos) {
        automaton_.literal_prefix = pattern_.substr(0, slash);
      }
    }
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::size_t followers_ = 0;
  GlobAutomaton automaton_;
};

}  // namespace

GlobAutomaton compile_glob(std::string_view pattern) {
  return Compiler(pattern).compile();
}

}  // namespace ecr_version::core
