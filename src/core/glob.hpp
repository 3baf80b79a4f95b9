// Path patterns: `*` `**` `?` `[a-z]` `[!a-z]` `[[:alpha:]]` `{a,b}` `{1..3}`
// and `\` before a character that stands for itself; dot files included,
// anchored at the repository's root, over bytes. Equal to picomatch with
// `dot` and `posix` on wherever both are defined; so `a/**` matches a file `a`
// too. Parentheses are plain characters (`app/(auth)/page.tsx`).
//
// A pattern becomes a small automaton whose states are advanced together, byte
// by byte: no input makes it slower than length times pattern size.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

struct GlobAutomaton;

// One pattern, compiled once. A path has no leading or trailing slash.
class Glob {
 public:
  // Throws UsageError naming the pattern and the offending column (from 1):
  // unclosed `[` or `{`, an empty pattern or part, a leading or trailing `/`,
  // a `.` or `..` part, a trailing backslash, an extended glob `@(a|b)`.
  explicit Glob(std::string_view pattern);
  ~Glob();
  Glob(Glob&&) noexcept;
  Glob& operator=(Glob&&) noexcept;

  bool matches(std::string_view path) const;
  // Could any path below this directory match? May say yes too often, never no
  // wrongly: a walk uses it to leave subtrees unopened.
  bool may_match_below(std::string_view directory) const;
  // Does every path below this directory match (`libs/**`, for libs/a)? May
  // say no too often.
  bool matches_all_below(std::string_view directory) const;
  // A submodule stands for itself and for all that its own repository holds:
  // one at libs/a matches `libs/a`, `libs/a/**` and `libs/a/src/**`, but a
  // pattern whose `**` would have to reach into it (`**/*.c`) does not count.
  bool matches_submodule(std::string_view path) const;
  const std::string& pattern() const { return pattern_; }
  // The longest directory or file that the pattern names in full before its
  // first special character: "apps/api" of `apps/api/*.cpp`; "" for the root.
  const std::string& literal_prefix() const;

 private:
  std::string pattern_;
  std::unique_ptr<GlobAutomaton> automaton_;
};

// A list of patterns, `!` ones included: a path belongs when any positive
// pattern matches and no negative one does, whatever their order; a list of
// only negative ones implies `**`. An empty list matches nothing. Many lists
// at once: core/path_index.
class PathSet {
 public:
  PathSet() = default;
  explicit PathSet(const std::vector<std::string>& patterns);

  bool matches(std::string_view path) const;
  bool matches_submodule(std::string_view path) const;
  bool may_match_below(std::string_view directory) const;
  bool empty() const { return positive_.empty() && negative_.empty(); }
  // The longest directory that all positive patterns share; "" for the root.
  std::string common_directory() const;
  const std::vector<Glob>& positive() const { return positive_; }
  const std::vector<Glob>& negative() const { return negative_; }

 private:
  std::vector<Glob> positive_;
  std::vector<Glob> negative_;
};

}  // namespace ecr_version::core
