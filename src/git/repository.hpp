// A git repository, read only: HEAD, references, commits, trees, blobs.
//
// Objects are read and parsed here, in place: commits and trees are not copied
// into libgit2's own objects. That is faster, and it makes shallow boundaries
// ours: a commit named in `.git/shallow` has its parents listed in
// Commit::parents and `boundary` set, whatever version of libgit2 is linked.
// Replacement refs and grafts are honoured, as git does. The workspace is
// never written to, and nothing that its configuration names is executed.
#pragma once

#include "base/error.hpp"
#include "git/oid.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::git {

// An object that the repository should hold and does not: a shallow or partial
// clone lacks it. Caught to fetch what is missing.
struct MissingObject : Error {
  MissingObject(const std::string& message, const Oid& which)
      : Error(message), id(which) {}
  Oid id;
};

struct Commit {
  Oid id;
  Oid tree;
  std::vector<Oid> parents;       // as the commit (or a graft) names them
  bool boundary = false;          // its parents are not in this shallow clone
  std::int64_t committed_at = 0;  // seconds since 1970
  std::string message;            // bytes, as stored
};

enum class EntryKind { file, executable, symlink, submodule };

struct TreeFile {
  std::string path;
  EntryKind kind = EntryKind::file;
  Oid id;
};

// GIT_NO_REPLACE_OBJECTS in the environment says ignore.
enum class ReplaceRefs { honour, ignore };

class Repository {
 public:
  // Opens the repository that `directory` lies in, whoever owns it. Throws
  // Error: no repository there (with the remedy), an unsupported extension.
  static Repository open(const std::filesystem::path& directory,
                         ReplaceRefs replace_refs = ReplaceRefs::honour);
  ~Repository();
  Repository(Repository&&) noexcept;
  Repository& operator=(Repository&&) noexcept;

  std::filesystem::path git_directory() const;
  std::filesystem::path work_directory() const;  // empty when bare
  bool is_shallow() const;
  bool is_partial() const;  // a promisor remote: blobs or trees may be absent

  Oid head() const;  // the commit; throws Error for an unborn HEAD
  // In git's order: a full hash, a ref, a tag (peeled), a branch (local, then
  // origin's), a short hash; `~2` and `^1` may follow. nullopt when there is no
  // such commit. Throws Error when a short hash fits several.
  std::optional<Oid> resolve(std::string_view name) const;
  // The commits whose hash begins so, in the whole object database. `hex` has
  // 4 to 40 digits, any case.
  std::vector<Oid> commits_with_prefix(std::string_view hex) const;
  bool has(const Oid& id) const;

  Commit commit(const Oid& id) const;  // throws MissingObject, Error
  // The bytes of a file in a commit's tree; nullopt when the tree has none.
  // Throws MissingObject when the tree or blob is absent from the clone.
  std::optional<std::string> read_file(const Oid& commit,
                                       std::string_view path) const;
  // Every file of the commit's tree in git's order. `enter` is asked before
  // a directory ("apps/api") is opened.
  void each_file(const Oid& commit,
                 const std::function<bool(std::string_view directory)>& enter,
                 const std::function<void(const TreeFile&)>& visit) const;

  // Exact whatever the commits' dates say. They throw MissingObject where a
  // shallow clone ends before the answer is certain. A commit is its own
  // ancestor.
  bool is_ancestor(const Oid& ancestor, const Oid& descendant) const;
  // Of each of `descendants`, whether `ancestor` is its ancestor: in one walk.
  std::vector<bool> is_ancestor_of_each(
      const Oid& ancestor, const std::vector<Oid>& descendants) const;
  std::optional<Oid> merge_base(const Oid& left, const Oid& right) const;

  // For objects fetched into a temporary store, which the caller removes after
  // this repository is closed. To be called again when a pack was added.
  void add_objects(const std::filesystem::path& objects_directory);
  // The commits whose parents the clone lacks; set_shallow overrides what
  // `.git/shallow` says, once parents were fetched.
  std::vector<Oid> shallow() const;
  void set_shallow(std::vector<Oid> boundaries);
  // Commits that are to have only these parents, as by a graft: whoever fetched
  // what is needed says that nothing beyond matters. Replaces what was set so
  // before.
  using Cuts = std::vector<std::pair<Oid, std::vector<Oid>>>;
  void set_cuts(const Cuts& cuts);

  struct Implementation;
  Implementation& implementation() const { return *implementation_; }

 private:
  explicit Repository(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ecr_version::git
