#include "git/changes.hpp"

#include "git/implementation.hpp"
#include "git/tree_diff.hpp"

namespace ecr_version::git {
namespace {

constexpr std::size_t most_named = 20;

Oid tree_of(Repository::Implementation& repository, const Oid& commit) {
  return repository.commits.load(repository.commits.at(commit)).tree;
}

}  // namespace

std::vector<SetChange> net_changes(const Repository& repository,
                                   const std::optional<Oid>& from,
                                   const Oid& to, PathSorter& sorter,
                                   std::size_t sets) {
  Repository::Implementation& inside = repository.implementation();
  std::optional<Oid> old_tree;
  if (from) old_tree = tree_of(inside, *from);
  std::vector<SetChange> changes(sets);
  TreeDiff(inside, sorter)
      .each(old_tree, tree_of(inside, to),
            [&](const std::string& path,
                const std::vector<std::uint32_t>& touched) {
              for (const std::uint32_t set : touched) {
                SetChange& change = changes.at(set);
                ++change.count;
                if (change.first.size() < most_named) {
                  change.first.push_back(path);
                }
              }
            });
  return changes;
}

}  // namespace ecr_version::git
