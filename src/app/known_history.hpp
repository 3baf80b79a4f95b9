// The commits that are at hand, and whether they are enough for a question.
//
// A shallow clone's history is cut somewhere, and the commits beyond a cut are
// unknown. "Reachable from HEAD and from none of these releases" is certain
// only when no unknown commit could change it, in either direction: HEAD may
// have further commits below a cut, and a commit counted may be an ancestor of
// a release by a way that leads through unknown commits. closure() decides
// that, and says how much further back the history must be known.
#pragma once

#include "git/oid.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ecr_version::app {

struct KnownCommit {
  git::Oid id;
  git::Oid tree;
  std::vector<git::Oid> parents;  // as the commit names them
  std::int64_t committed_at = 0;  // seconds since 1970
};

// What is known of "reachable from a head and from none of some commits".
struct Closure {
  std::vector<git::Oid> commits;  // that answer, as far as is known
  bool open = false;              // some of them have unknown parents
  // Where not `open`: the answer is certain once everything that is younger
  // than this is known; nullopt: it is certain now.
  std::optional<std::int64_t> since;
  std::int64_t oldest = 0;  // commit date among `commits`; 0 when there is none

  bool certain() const { return !open && !since; }
};

class KnownHistory {
 public:
  void add(const KnownCommit& commit);  // once
  bool has(const git::Oid& id) const { return index_.contains(id); }
  const KnownCommit& commit(const git::Oid& id) const;  // it must be here
  std::size_t size() const { return commits_.size(); }

  // Those whose hash begins so: lower-case hex.
  std::vector<git::Oid> with_prefix(std::string_view hex) const;
  // Those with a parent that is not here, that are reachable from `heads`.
  std::vector<git::Oid> cuts(const std::vector<git::Oid>& heads) const;
  // Those with a parent that is not here, each with its parents that are.
  std::vector<std::pair<git::Oid, std::vector<git::Oid>>> cuts() const;
  std::vector<git::Oid> reachable(const std::vector<git::Oid>& heads) const;

  Closure closure(const git::Oid& head,
                  const std::vector<git::Oid>& excluded) const;

  // How far commit dates are trusted, in seconds: an hour for clocks that
  // disagree, and twice the worst that is seen here, a commit that claims to
  // be older than its parent.
  std::int64_t date_slack() const { return 3600 + 2 * worst_disorder_; }

 private:
  using Node = std::uint32_t;
  std::vector<Node> nodes(const std::vector<git::Oid>& ids) const;
  // Which nodes are reachable from these, without passing through `barred`.
  std::vector<char> mark(const std::vector<Node>& heads,
                         const std::vector<char>* barred = nullptr) const;
  bool is_cut(Node node) const;
  std::vector<Node> ambiguous(const std::vector<char>& answer,
                              const std::vector<Node>& excluded) const;
  void note_disorder(const KnownCommit& child, const KnownCommit& parent);

  std::vector<KnownCommit> commits_;
  std::map<git::Oid, Node> index_;  // ordered, for prefixes
  // Commits that came before a parent of theirs, by that parent.
  std::unordered_multimap<git::Oid, Node, git::OidHash> awaited_;
  std::vector<std::vector<Node>> parents_;  // the known ones
  std::int64_t worst_disorder_ = 0;
};

}  // namespace ecr_version::app
