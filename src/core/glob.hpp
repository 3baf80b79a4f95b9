// Path patterns: `*` `**` `?` `[a-z]` `[!a-z]` `{a,b}`, dot files included,
// anchored at the repository's root, over bytes. Equal to picomatch with
// `dot: true` wherever both are defined.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

// One pattern, compiled once. A path has no leading or trailing slash.
class Glob {
 public:
  // Throws UsageError naming the pattern and the offending column (from 1):
  // unclosed `[` or `{`, an empty pattern, a leading `/`, `./` or `..` part,
  // a trailing backslash.
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
  const std::string& pattern() const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

// A list of patterns, `!` ones included: a path belongs when any positive
// pattern matches and no negative one does, whatever their order; a list of
// only negative ones implies `**`. An empty list matches nothing. A submodule
// at P matches `P` and `P/**`: callers ask matches_submodule for it.
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

 private:
  std::vector<Glob> positive_;
  std::vector<Glob> negative_;
};

// Many path sets asked at once: a thousand patterns cost no more than a walk,
// since sets are narrowed while a path is descended.
// (Interface of core/path_index: see there.)

}  // namespace ecr_version::core
