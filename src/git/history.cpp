// Queries with the same excluded commits form a class, so that apps with the
// same base are walked once (reach.hpp). Each commit found is then compared
// with its first parent, for the sets that its classes ask about: first by the
// commit-graph's filters, which cost no tree, then by the trees.
#include "git/changes.hpp"
#include "git/implementation.hpp"
#include "git/path_filter.hpp"
#include "git/reach.hpp"
#include "git/set_mask.hpp"
#include "git/tree_diff.hpp"

#include <algorithm>
#include <map>

namespace ecr_version::git {
namespace {

using Index = Commits::Index;

struct Classes {
  std::vector<std::vector<Index>> excluded;
  std::vector<std::uint32_t> of_query;
  std::vector<std::vector<std::uint32_t>> queries_of_set;
};

Classes classify(Commits& commits, const std::vector<HistoryQuery>& queries) {
  Classes classes;
  std::map<std::vector<Index>, std::uint32_t> numbers;
  for (std::uint32_t number = 0; number < queries.size(); ++number) {
    std::vector<Index> excluded;
    for (const Oid& id : queries[number].excluded) {
      excluded.push_back(commits.at(id));
    }
    std::sort(excluded.begin(), excluded.end());
    excluded.erase(std::unique(excluded.begin(), excluded.end()),
                   excluded.end());
    const auto [entry, is_new] = numbers.emplace(
        excluded, static_cast<std::uint32_t>(classes.excluded.size()));
    if (is_new) classes.excluded.push_back(std::move(excluded));
    classes.of_query.push_back(entry->second);
    for (const std::uint32_t set : queries[number].sets) {
      if (set >= classes.queries_of_set.size()) {
        classes.queries_of_set.resize(std::size_t{set} + 1);
      }
      classes.queries_of_set[set].push_back(number);
    }
  }
  return classes;
}

bool has(std::span<const std::uint64_t> mask, std::uint32_t number) {
  return (mask[number / 64] >> (number % 64) & 1) != 0;
}

// The sets that a commit of these classes is asked about. Long runs of commits
// have the same classes.
class WantedSets {
 public:
  WantedSets(const Classes& classes, const std::vector<HistoryQuery>& queries)
      : classes_(classes), queries_(queries) {}

  const SetMask& of(std::span<const std::uint64_t> mask) {
    if (!std::equal(mask.begin(), mask.end(), last_.begin(), last_.end())) {
      last_.assign(mask.begin(), mask.end());
      wanted_ = SetMask(classes_.queries_of_set.size());
      list_.clear();
      for (std::size_t query = 0; query < queries_.size(); ++query) {
        if (!has(mask, classes_.of_query[query])) continue;
        for (const std::uint32_t set : queries_[query].sets) {
          if (wanted_.has(set)) continue;
          wanted_.add(set);
          list_.push_back(set);
        }
      }
    }
    return wanted_;
  }
  const std::vector<std::uint32_t>& list() const { return list_; }

 private:
  const Classes& classes_;
  const std::vector<HistoryQuery>& queries_;
  std::vector<std::uint64_t> last_;
  SetMask wanted_{0};
  std::vector<std::uint32_t> list_;
};

std::optional<Oid> first_parent_tree(Commits& commits, Index commit) {
  const auto parents = commits.parents(commit);
  if (parents.empty()) return std::nullopt;
  return commits.load(parents[0]).tree;
}

}  // namespace

History history(const Repository& repository, const Oid& head,
                PathSorter& sorter, const std::vector<HistoryQuery>& queries) {
  Repository::Implementation& inside = repository.implementation();
  Commits& commits = inside.commits;
  History result;
  if (queries.empty()) return result;
  const Classes classes = classify(commits, queries);
  const Reached reached = reach(commits, commits.at(head), classes.excluded);

  WantedSets wanted(classes, queries);
  PathFilter filter(inside, sorter);
  TreeDiff diff(inside, sorter);
  for (std::size_t i = 0; i < reached.commits.size(); ++i) {
    const Index index = reached.commits[i];
    const auto mask = reached.classes_of(i);
    const SetMask& sets = wanted.of(mask);
    if (!filter.may_touch(commits.node(index), wanted.list())) continue;
    auto touched = diff.touched(first_parent_tree(commits, index),
                                commits.node(index).tree, sets);
    if (touched.empty()) continue;
    std::sort(touched.begin(), touched.end());
    HistoryCommit commit;
    for (const std::uint32_t set : touched) {
      for (const std::uint32_t query : classes.queries_of_set[set]) {
        if (has(mask, classes.of_query[query])) commit.queries.push_back(query);
      }
    }
    std::sort(commit.queries.begin(), commit.queries.end());
    commit.queries.erase(
        std::unique(commit.queries.begin(), commit.queries.end()),
        commit.queries.end());
    const Commits::Node& node = commits.node(index);
    commit.id = node.id;
    commit.committed_at = node.committed_at;
    commit.message = repository.commit(node.id).message;
    commit.sets = std::move(touched);
    result.commits.push_back(std::move(commit));
  }
  result.commits.shrink_to_fit();
  result.visited = commits.loaded();
  return result;
}

}  // namespace ecr_version::git
