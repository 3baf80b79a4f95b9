// The files of one commit's tree.
#include "git/implementation.hpp"

#include <algorithm>

namespace ecr_version::git {
namespace {

constexpr int deepest_tree = 2048;

Oid tree_of(Repository::Implementation& repository, const Oid& commit) {
  return repository.commits.load(repository.commits.at(commit)).tree;
}

class Listing {
 public:
  Listing(Repository::Implementation& repository,
          const std::function<bool(std::string_view)>& enter,
          const std::function<void(const TreeFile&)>& visit)
      : repository_(repository), enter_(enter), visit_(visit) {}

  void list(const Oid& tree, int depth = 0) {
    if (depth > deepest_tree) {
      throw Error(
          "listing the files of a tree: directories are nested deeper "
          "than " +
          std::to_string(deepest_tree));
    }
    const Object object = repository_.object(tree, ObjectType::tree);
    for (TreeCursor cursor(object.bytes()); !cursor.at_end(); cursor.next()) {
      const TreeEntry& entry = cursor.entry();
      const std::size_t length = path_.size();
      path_ += entry.name;
      if (!entry.is_directory()) {
        visit_({path_, entry.kind(), entry.oid()});
      } else if (enter_(path_)) {
        path_ += '/';
        list(entry.oid(), depth + 1);
      }
      path_.resize(length);
    }
  }

 private:
  Repository::Implementation& repository_;
  const std::function<bool(std::string_view)>& enter_;
  const std::function<void(const TreeFile&)>& visit_;
  std::string path_;
};

}  // namespace

std::optional<std::string> Repository::read_file(const Oid& commit,
                                                 std::string_view path) const {
  Oid id = tree_of(*implementation_, commit);
  for (;;) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    const Object tree = implementation_->object(id, ObjectType::tree);
    std::optional<TreeEntry> found;
    for (TreeCursor cursor(tree.bytes()); !cursor.at_end(); cursor.next()) {
      if (cursor.entry().name != part) continue;
      found = cursor.entry();
      break;
    }
    if (!found) return std::nullopt;
    id = found->oid();
    if (found->is_directory() && !path.empty()) continue;
    if (found->is_directory() || !path.empty() ||
        found->kind() == EntryKind::submodule) {
      return std::nullopt;
    }
    const Object blob = implementation_->object(id, ObjectType::blob);
    return std::string(blob.bytes());
  }
}

void Repository::each_file(
    const Oid& commit,
    const std::function<bool(std::string_view directory)>& enter,
    const std::function<void(const TreeFile&)>& visit) const {
  Listing(*implementation_, enter, visit)
      .list(tree_of(*implementation_, commit));
}

}  // namespace ecr_version::git
