// Commits, trees and tags as git stores them, read in place: every view points
// into the bytes that were passed in.
//
// The bytes come from whoever made the repository. What is malformed throws
// Error without naming the object, which the caller knows; nothing is read out
// of bounds. Modes are made canonical as git does, so that 100664 and 100644
// are the same.
#pragma once

#include "git/repository.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ecr_version::git {

struct CommitText {
  Oid tree;
  std::int64_t committed_at = 0;  // 0 when the date makes no sense, as in git
  std::string_view message;
};

// Appends the parents to `parents`.
CommitText parse_commit(std::string_view bytes, std::vector<Oid>& parents);

// The same of its first bytes, without a message; nullopt when they end before
// the committer, or are not in the order that git writes.
std::optional<CommitText> parse_commit_front(std::string_view bytes,
                                             std::vector<Oid>& parents);

struct TreeEntry {
  std::string_view name;
  const unsigned char* id = nullptr;  // 20 bytes
  std::uint32_t mode = 0;

  bool is_directory() const { return mode == 040000; }
  EntryKind kind() const;  // of anything but a directory
  Oid oid() const;
};

// Goes through a tree's entries in their order.
class TreeCursor {
 public:
  explicit TreeCursor(std::string_view bytes) : rest_(bytes) { next(); }
  bool at_end() const { return at_end_; }
  const TreeEntry& entry() const { return entry_; }
  void next();
  // Leaves behind, in both, the entries that are the same byte for byte up to
  // the first that is not. Whether any was.
  bool skip_equal(TreeCursor& other);

 private:
  std::string_view from_entry() const {
    return {start_,
            static_cast<std::size_t>(rest_.data() - start_) + rest_.size()};
  }
  const char* start_ = nullptr;  // of the entry
  std::string_view rest_;        // behind it
  TreeEntry entry_;
  bool at_end_ = false;
};

// As git orders entries of one tree: a directory's name ends in a slash.
int compare_names(const TreeEntry& left, const TreeEntry& right);

struct TagText {
  Oid target;
  std::string_view type;  // "commit"
};

TagText parse_tag(std::string_view bytes);

}  // namespace ecr_version::git
