// What differs between two trees, and which commits of a history touch what,
// for many sets of paths in one walk.
//
// Trees are compared entry by entry on ids; a subtree is opened only where the
// ids differ and opening it can still change the answer. Renames count at both
// ends by construction; a mode change and a submodule bump are differences.
#pragma once

#include "git/repository.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::git {

// Sorts paths into numbered sets while a tree is descended. app gives the
// implementation (over core's PathIndex), so that git knows no patterns.
class PathSorter {
 public:
  using Directory = std::uint32_t;  // 0: no set matches below; leave it closed
  virtual ~PathSorter() = default;
  virtual Directory root() = 0;
  virtual Directory below(Directory directory, std::string_view name) = 0;
  // Appends the numbers of the sets that the file belongs to, ascending.
  virtual void sort(Directory directory, std::string_view name, EntryKind kind,
                    std::vector<std::uint32_t>& sets) = 0;
  // The sets that may match something below, and those to which all below
  // belongs: for the latter a directory that differs need not be opened.
  virtual std::span<const std::uint32_t> sets_below(Directory directory) = 0;
  virtual std::span<const std::uint32_t> all_below(Directory directory) = 0;
  // Directories or files outside of which nothing of the set lies ("" is the
  // root): what changed-path filters of a commit-graph are asked for.
  virtual std::vector<std::string> anchors(std::uint32_t set) = 0;
};

// The net difference of one set of paths.
struct SetChange {
  std::size_t count = 0;           // paths that differ
  std::vector<std::string> first;  // the first 20 of them, in git's order
};

// By set, 0 to `sets` - 1. `from` nullopt compares with the empty tree.
std::vector<SetChange> net_changes(const Repository& repository,
                                   const std::optional<Oid>& from,
                                   const Oid& to, PathSorter& sorter,
                                   std::size_t sets);

// One question of history: the commits reachable from head and from none of
// `excluded`, that touch (against the first parent) one of `sets`.
struct HistoryQuery {
  std::vector<Oid> excluded;
  std::vector<std::uint32_t> sets;
};

struct HistoryCommit {
  Oid id;
  std::int64_t committed_at = 0;
  std::string message;
  std::vector<std::uint32_t> sets;     // that it touches, of those asked for
  std::vector<std::uint32_t> queries;  // that it answers, by number
};

struct History {
  std::vector<HistoryCommit> commits;  // children before parents
  std::size_t visited = 0;             // commits read of this repository so far
};

// Answers all queries in one walk. Only commits that answer a query are
// returned. Throws MissingObject when the walk needs a commit or a tree that
// the clone lacks (a shallow boundary included).
History history(const Repository& repository, const Oid& head,
                PathSorter& sorter, const std::vector<HistoryQuery>& queries);

}  // namespace ecr_version::git
