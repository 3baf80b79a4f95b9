// What a Repository is made of, for the files of this room.
#pragma once

#include "git/commits.hpp"
#include "git/discovery.hpp"
#include "git/object_store.hpp"
#include "git/parse.hpp"
#include "git/refs.hpp"
#include "git/repository.hpp"

#include <vector>

namespace ecr_version::git {

// The object, or what replaces it. Throws MissingObject when it is absent,
// Error when it is damaged or of another type.
Object read_object(ObjectStore& objects, const Overrides& overrides,
                   const Oid& id, ObjectType type);
// parse_commit with the commit's name in the error.
CommitText parse_named_commit(const Object& object, const Oid& id,
                              std::vector<Oid>& parents);
// For a commit at the boundary of a shallow clone whose parents are needed.
[[noreturn]] void fail_at_boundary(const Oid& commit, const Oid& parent);

struct Repository::Implementation {
  explicit Implementation(Layout layout);

  Object object(const Oid& id, ObjectType type) {
    return read_object(objects, overrides, id, type);
  }
  void read_overrides(ReplaceRefs replace_refs);
  void open_graph();  // where nothing overrides it

  Layout layout;
  Refs refs;
  ObjectStore objects;
  Overrides overrides;
  std::vector<Oid> cuts;  // those of the grafts that set_cuts made
  Commits commits;
};

}  // namespace ecr_version::git
