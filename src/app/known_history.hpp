// The commits that are at hand, and whether they are enough for a question.
//
// A shallow clone's history is cut somewhere; of the commits beyond a cut only
// the names are known. "Reachable from HEAD and from none of these releases" is
// certain when no unknown commit could change it, in either direction: HEAD may
// have further commits below a cut, and a commit counted may be an ancestor of
// a release by a way that leads through unknown commits. Dates are not asked.
//
// What is open is closed by one question to the server. Whatever lies above a
// bottom, commits that are ancestors of everything excluded, is all that any
// answer can hold; closing() says what to ask about it, close() takes what
// came.
//
// Tens of thousands of commits may come to reach one old release, so that each
// takes little memory.
#pragma once

#include "git/oid.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::app {

struct KnownCommit {
  git::Oid id;
  git::Oid tree;
  std::vector<git::Oid> parents;  // as the commit names them
  std::int64_t committed_at = 0;  // seconds since 1970
};

// "Reachable from the head and from none of the excluded".
struct Range {
  git::Oid head;
  std::vector<git::Oid> excluded;
};

struct Closure {
  std::vector<git::Oid> commits;  // that answer, as far as is known
  bool certain = false;
  std::int64_t oldest = 0;  // commit date among `commits`; 0 when there is none
};

// To be asked: which of `wants` and their ancestors are no ancestors of any of
// `bottom`. Nothing to ask means that all is known.
struct Closing {
  std::vector<git::Oid> bottom;
  std::vector<git::Oid> wants;
};

class KnownHistory {
 public:
  void add(const KnownCommit& commit);  // once
  bool has(const git::Oid& id) const;
  KnownCommit commit(const git::Oid& id) const;  // it must be here
  std::size_t size() const { return known_; }

  // Those whose hash begins so: lower-case hex.
  std::vector<git::Oid> with_prefix(std::string_view hex) const;
  // Those with a parent that is not here, that are reachable from `heads`.
  std::vector<git::Oid> cuts(const std::vector<git::Oid>& heads) const;
  // In the order of their names.
  std::vector<git::Oid> reachable(const std::vector<git::Oid>& heads) const;
  // Every parent that is named and not here.
  std::vector<git::Oid> unknown_parents() const;
  // The commits whose own parents do not say all: those that lack some, and
  // those below which close() found others. With the parents to give them.
  std::vector<std::pair<git::Oid, std::vector<git::Oid>>> cuts() const;

  // The server says that these, not here, are ancestors of `head`.
  void add_unknown_below(const git::Oid& head,
                         const std::vector<git::Oid>& ids);

  Closure closure(const Range& range) const;

  // nullopt: no bottom is known for these, history must go deeper first.
  std::optional<Closing> closing(const std::vector<Range>& ranges) const;
  // What the server sent for it, after add() of the new ones.
  void close(const std::vector<Range>& ranges, const Closing& asked,
             const std::set<git::Oid>& sent);

 private:
  using Node = std::uint32_t;
  using Marks = std::vector<char>;
  static constexpr Node no_node = UINT32_MAX;
  struct Entry {
    git::Oid id;
    git::Oid tree;
    std::int64_t committed_at = 0;
    Node first_parent = 0;  // place in parents_
    Node parent_count = 0;
    bool known = false;  // else only its name is
  };

  Node find(const git::Oid& id) const;  // no_node when it was never named
  Node node_of(const git::Oid& id);
  void grow();
  std::span<const Node> parents(Node node) const {
    const Entry& one = entries_[node];
    return {parents_.data() + one.first_parent, one.parent_count};
  }
  std::span<const Node> below(Node node) const;
  std::vector<Node> nodes(const std::vector<git::Oid>& ids) const;
  Marks mark(const std::vector<Node>& heads,
             const Marks* barred = nullptr) const;
  bool is_cut(Node node) const;
  void append_known(std::span<const Node> list,
                    std::vector<git::Oid>& ids) const;
  bool has_unknown(const Marks& marks) const;
  std::vector<Node> tops(const Marks& marks) const;
  std::vector<Node> doubtful(const Marks& range,
                             const std::vector<Node>& ends) const;
  bool is_closed(const Range& range, const Marks& apart) const;

  std::vector<Entry> entries_;
  std::vector<Node> parents_;
  std::map<Node, std::vector<Node>> below_;  // ancestors, by unknown ways
  std::vector<Node> table_;  // open addressing; 0 is free, else node + 1
  mutable std::vector<Node> by_name_;  // in order, once somebody asks
  std::size_t known_ = 0;
  std::vector<Node> bottom_;  // of the last close()
  std::set<git::Oid> closed_heads_;
};

}  // namespace ecr_version::app
