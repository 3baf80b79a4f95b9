#include "git/missing.hpp"

#include "git/implementation.hpp"

#include <unordered_set>

namespace ecr_version::git {

std::vector<Oid> missing_trees(const Repository& repository,
                               const std::vector<Oid>& roots) {
  ObjectStore& objects = repository.implementation().objects;
  std::vector<Oid> missing;
  std::unordered_set<Oid, OidHash> seen;
  std::vector<Oid> open = roots;
  while (!open.empty()) {
    const Oid id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    const std::optional<Object> tree = objects.find(id);
    if (!tree) {
      missing.push_back(id);
      continue;
    }
    for (TreeCursor cursor(tree->bytes()); !cursor.at_end(); cursor.next()) {
      if (cursor.entry().is_directory()) open.push_back(cursor.entry().oid());
    }
  }
  return missing;
}

}  // namespace ecr_version::git
