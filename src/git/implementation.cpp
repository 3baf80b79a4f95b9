#include "git/implementation.hpp"

#include "base/text.hpp"
#include "git/mapped_file.hpp"

#include <utility>

namespace ecr_version::git {
namespace {

std::string describe_missing(const Oid& id, ObjectType type,
                             const Overrides& overrides) {
  std::string what = "the " + std::string(to_string(type)) + " " + to_hex(id) +
                     " is not in this clone";
  if (type == ObjectType::commit && !overrides.shallow.empty()) {
    return what +
           ", which is shallow: give actions/checkout fetch-depth: 0 and "
           "filter: blob:none, or run git fetch --unshallow "
           "--filter=blob:none";
  }
  return what +
         ": a clone with a filter leaves objects out (give actions/checkout "
         "filter: blob:none, not tree:0); without a filter the repository is "
         "damaged, and git fsck tells more";
}

}  // namespace

Object read_object(ObjectStore& objects, const Overrides& overrides,
                   const Oid& id, ObjectType type) {
  const auto replaced = overrides.replaced.find(id);
  const Oid& actual =
      replaced == overrides.replaced.end() ? id : replaced->second;
  auto object = objects.find(actual);
  if (!object) throw MissingObject(describe_missing(id, type, overrides), id);
  if (object->type != type) {
    throw Error("the object " + to_hex(id) + " should be a " +
                std::string(to_string(type)) + " and is a " +
                std::string(to_string(object->type)) +
                ": the repository is damaged");
  }
  return std::move(*object);
}

CommitText parse_named_commit(const Object& object, const Oid& id,
                              std::vector<Oid>& parents) {
  try {
    return parse_commit(object.bytes(), parents);
  } catch (const Error& error) {
    throw Error("reading the commit " + to_hex(id) + ": " + error.what() +
                "; the repository is damaged, and git fsck tells more");
  }
}

void fail_at_boundary(const Oid& commit, const Oid& parent) {
  throw MissingObject(
      "the parent " + to_hex(parent) + " of the commit " + to_hex(commit) +
          " is not in this clone, which is shallow: give actions/checkout "
          "fetch-depth: 0 and filter: blob:none, or run git fetch --unshallow "
          "--filter=blob:none",
      parent);
}

Repository::Implementation::Implementation(Layout where)
    : layout(std::move(where)),
      refs(layout.git_directory, layout.common_directory),
      commits(objects, overrides) {
  objects.add(layout.common_directory / "objects");
}

void Repository::Implementation::read_overrides(ReplaceRefs replace_refs) {
  const auto each_line = [&](const char* name, auto visit) {
    const auto file = MappedFile::open(layout.common_directory / name);
    if (!file) return;
    for (const std::string_view line : split(file->bytes(), '\n')) {
      if (!trim(line).empty() && line.front() != '#') visit(trim(line));
    }
  };
  const auto fail = [&](const char* name) {
    throw Error("reading " + (layout.common_directory / name).string() +
                ": a line of it is no list of commits; the repository is "
                "damaged");
  };
  each_line("shallow", [&](std::string_view line) {
    const auto id = parse_oid(line);
    if (!id) fail("shallow");
    overrides.shallow.insert(*id);
  });
  // A commit, then the parents it is to have
  each_line("info/grafts", [&](std::string_view line) {
    std::vector<Oid> ids;
    for (const std::string_view word : split(line, ' ')) {
      const auto id = parse_oid(word);
      if (!id) fail("info/grafts");
      ids.push_back(*id);
    }
    overrides.grafts[ids.front()] = {ids.begin() + 1, ids.end()};
  });
  if (replace_refs == ReplaceRefs::ignore) return;
  for (const auto& [name, id] : refs.below("refs/replace/")) {
    if (const auto original = parse_oid(name)) {
      overrides.replaced[*original] = id;
    }
  }
}

void Repository::Implementation::open_graph() {
  if (!layout.commit_graph || !overrides.shallow.empty() ||
      !overrides.grafts.empty() || !overrides.replaced.empty()) {
    commits.use_graph(std::nullopt);
    return;
  }
  commits.use_graph(CommitGraph::open(layout.common_directory / "objects"));
}

}  // namespace ecr_version::git
