// Many lists of path patterns asked at once, while a tree is descended.
//
// All patterns form one automaton, and what can still match below a directory
// is a numbered state of it; 0 means nothing can, so the walk leaves that
// directory closed. States and steps are remembered as they are met: matching
// a thousand patterns costs a few table look-ups per name, as one does.
// Not for use from two threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

class PathIndex {
 public:
  using Directory = std::uint32_t;
  using Set = std::uint32_t;  // the list's place in the constructor's argument

  // Lists as PathSet takes them. Throws UsageError as Glob does.
  explicit PathIndex(const std::vector<std::vector<std::string>>& sets);
  ~PathIndex();
  PathIndex(PathIndex&&) noexcept;
  PathIndex& operator=(PathIndex&&) noexcept;

  Directory root();
  Directory below(Directory directory, std::string_view name);
  // Appends the sets that a file, or a submodule, of this name belongs to, in
  // ascending order.
  enum class Kind { file, submodule };
  void sort(Directory directory, std::string_view name, Kind kind,
            std::vector<Set>& sets);
  // The sets that may match something below the directory, ascending; and
  // those to which all below belongs, whatever it is called. Both views live
  // until the index is destroyed.
  std::span<const Set> sets_below(Directory directory);
  std::span<const Set> all_below(Directory directory);

  // The directories or files outside of which nothing of the set lies, as far
  // as its patterns say so literally; {""} when it may lie anywhere.
  std::vector<std::string> anchors(Set set) const;

  std::vector<Set> matches(std::string_view path);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ecr_version::core
