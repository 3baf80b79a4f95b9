// The commits that have been looked at, as numbered nodes: parents, tree, date
// and generation, without messages. Every walk shares them, so a commit is read
// once, from the commit-graph file where that has it.
//
// A boundary of a shallow clone has parents that are not to be loaded. Numbers
// are good until reset().
#pragma once

#include "git/commit_graph.hpp"
#include "git/object_store.hpp"
#include "git/oid.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ecr_version::git {

// What stands beside the objects and changes what they say.
struct Overrides {
  std::unordered_set<Oid, OidHash> shallow;
  std::unordered_map<Oid, std::vector<Oid>, OidHash> grafts;
  std::unordered_map<Oid, Oid, OidHash> replaced;
};

class Commits {
 public:
  using Index = std::uint32_t;

  struct Node {
    Oid id;
    Oid tree;
    std::int64_t committed_at = 0;
    std::uint64_t generation = CommitGraph::no_generation;
    std::uint32_t graph_position = UINT32_MAX;  // none
    std::uint32_t first_parent = 0;             // place in parents_
    std::uint32_t parent_count = 0;
    bool loaded = false;
    bool boundary = false;
  };

  Commits(ObjectStore& objects, const Overrides& overrides)
      : objects_(objects), overrides_(overrides) {}

  // Grafts, replacements and boundaries make the file untrue: git ignores it
  // too where there are any.
  void use_graph(std::optional<CommitGraph> graph) {
    graph_ = std::move(graph);
  }
  const CommitGraph* graph() const { return graph_ ? &*graph_ : nullptr; }
  void reset();  // after the overrides have changed

  Index at(const Oid& id);
  // Throws MissingObject, or Error when it is no commit.
  const Node& load(Index index);
  const Node& node(Index index) const { return nodes_[index]; }
  std::span<const Index> parents(Index index) const {
    const Node& one = nodes_[index];
    return {parents_.data() + one.first_parent, one.parent_count};
  }
  std::size_t size() const { return nodes_.size(); }
  std::size_t loaded() const { return loaded_; }

 private:
  void load_from_graph(Index index, std::uint32_t position);
  void load_from_object(Index index);
  void set_parents(Index index, const std::vector<Oid>& parents);
  void grow();

  ObjectStore& objects_;
  const Overrides& overrides_;
  std::optional<CommitGraph> graph_;
  std::vector<Node> nodes_;
  std::vector<Index> parents_;
  std::vector<Index> table_;  // open addressing; 0 is free, else number + 1
  std::size_t loaded_ = 0;
};

}  // namespace ecr_version::git
