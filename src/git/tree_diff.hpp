// Compares two trees, entry by entry on ids, as far as sets of paths care.
//
// A directory whose ids differ is opened only where a set that is still asked
// for may match something in it, and not where all of it belongs to the set: an
// app that is a whole directory costs no more than the trees above it. (A tree
// that holds no file, which git never writes, counts as a difference.)
#pragma once

#include "git/changes.hpp"
#include "git/implementation.hpp"
#include "git/set_mask.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::git {

class TreeDiff {
 public:
  TreeDiff(Repository::Implementation& repository, PathSorter& sorter)
      : repository_(repository), sorter_(sorter) {}

  // The sets of `wanted` that the difference touches, in no order. nullopt is
  // the empty tree.
  std::vector<std::uint32_t> touched(const std::optional<Oid>& from,
                                     const std::optional<Oid>& to,
                                     const SetMask& wanted);

  // Every path that differs and belongs to some set, in git's order.
  void each(
      const std::optional<Oid>& from, const std::optional<Oid>& to,
      const std::function<void(const std::string& path,
                               const std::vector<std::uint32_t>& sets)>& visit);

 private:
  using Directory = PathSorter::Directory;
  struct Side;
  void compare(const Oid* from, const Oid* to, Directory directory);
  void differ(const TreeEntry* from, const TreeEntry* to, Directory directory);
  void enter(const TreeEntry* from, const TreeEntry* to, Directory directory);
  bool is_worth_opening(Directory directory);
  void touch(std::uint32_t set);

  Repository::Implementation& repository_;
  PathSorter& sorter_;
  const SetMask* wanted_ = nullptr;  // null: every path is visited
  SetMask seen_{0};
  std::vector<std::uint32_t> touched_;
  const std::function<void(
      const std::string&, const std::vector<std::uint32_t>&)>* visit_ = nullptr;
  std::string path_;  // of the directory, with its slash
  std::vector<std::uint32_t> sets_;
  int depth_ = 0;
};

}  // namespace ecr_version::git
