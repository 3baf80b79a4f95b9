#include "git/parse.hpp"

#include <charconv>
#include <cstring>

namespace ecr_version::git {
namespace {

constexpr std::size_t oid_size = 20;
constexpr std::size_t hex_size = 40;

// Takes "<word> <40 digits>\n" off the front, if it is there.
std::optional<Oid> take_oid(std::string_view& bytes, std::string_view word) {
  if (bytes.size() < word.size() + hex_size + 2) return std::nullopt;
  if (!bytes.starts_with(word) || bytes[word.size()] != ' ' ||
      bytes[word.size() + 1 + hex_size] != '\n') {
    return std::nullopt;
  }
  const auto id = parse_oid(bytes.substr(word.size() + 1, hex_size));
  if (id) bytes.remove_prefix(word.size() + hex_size + 2);
  return id;
}

// "Name <mail> 1700000000 +0100"
std::int64_t date_of(std::string_view line) {
  const std::size_t mail_end = line.rfind('>');
  if (mail_end == std::string_view::npos) return 0;
  line.remove_prefix(mail_end + 1);
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  std::int64_t date = 0;
  const auto [end, error] =
      std::from_chars(line.data(), line.data() + line.size(), date);
  return error == std::errc() && date >= 0 ? date : 0;
}

std::uint32_t canonical(std::uint32_t mode) {
  switch (mode & 0170000) {
    case 0100000:
      return (mode & 0100) != 0 ? 0100755 : 0100644;
    case 0120000:
      return 0120000;
    case 0040000:
      return 0040000;
    default:
      return 0160000;
  }
}

}  // namespace

CommitText parse_commit(std::string_view bytes, std::vector<Oid>& parents) {
  CommitText commit;
  const auto tree = take_oid(bytes, "tree");
  if (!tree) throw Error("a commit does not begin with its tree");
  commit.tree = *tree;
  while (const auto parent = take_oid(bytes, "parent")) {
    parents.push_back(*parent);
  }
  if (bytes.starts_with("parent ")) throw Error("a parent is no hash");
  // Headers end at an empty line; a commit without a message may lack it.
  while (!bytes.empty() && bytes.front() != '\n') {
    const std::size_t end = bytes.find('\n');
    const std::string_view line = bytes.substr(0, end);
    if (line.starts_with("committer ")) commit.committed_at = date_of(line);
    if (end == std::string_view::npos) return commit;
    bytes.remove_prefix(end + 1);
  }
  if (!bytes.empty()) commit.message = bytes.substr(1);
  return commit;
}

std::optional<CommitText> parse_commit_front(std::string_view bytes,
                                             std::vector<Oid>& parents) {
  CommitText commit;
  const auto tree = take_oid(bytes, "tree");
  if (!tree) return std::nullopt;
  commit.tree = *tree;
  while (const auto parent = take_oid(bytes, "parent")) {
    parents.push_back(*parent);
  }
  if (!bytes.starts_with("author ")) return std::nullopt;
  bytes.remove_prefix(std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  const std::size_t end = bytes.find('\n');
  if (!bytes.starts_with("committer ") || end == std::string_view::npos) {
    return std::nullopt;
  }
  commit.committed_at = date_of(bytes.substr(0, end));
  return commit;
}

EntryKind TreeEntry::kind() const {
  switch (mode) {
    case 0100755:
      return EntryKind::executable;
    case 0120000:
      return EntryKind::symlink;
    case 0160000:
      return EntryKind::submodule;
    default:
      return EntryKind::file;
  }
}

Oid TreeEntry::oid() const {
  Oid result;
  std::memcpy(result.bytes.data(), id, oid_size);
  return result;
}

bool TreeCursor::skip_equal(TreeCursor& other) {
  if (at_end_ || other.at_end_) return false;
  const std::string_view mine = from_entry();
  const std::string_view theirs = other.from_entry();
  if (mine == theirs) {
    at_end_ = true;
    other.at_end_ = true;
    return true;
  }
  bool skipped = false;
  while (!at_end_ && !other.at_end_) {
    const auto size = static_cast<std::size_t>(rest_.data() - start_);
    const auto other_size =
        static_cast<std::size_t>(other.rest_.data() - other.start_);
    if (size != other_size || std::memcmp(start_, other.start_, size) != 0) {
      break;
    }
    skipped = true;
    next();
    other.next();
  }
  return skipped;
}

void TreeCursor::next() {
  start_ = rest_.data();
  if (rest_.empty()) {
    at_end_ = true;
    return;
  }
  std::uint32_t mode = 0;
  std::size_t i = 0;
  for (; i < rest_.size() && i < 8 && rest_[i] >= '0' && rest_[i] <= '7'; ++i) {
    mode = mode * 8 + static_cast<std::uint32_t>(rest_[i] - '0');
  }
  if (i == 0 || i >= rest_.size() || rest_[i] != ' ') {
    throw Error("a tree entry has no mode");
  }
  rest_.remove_prefix(i + 1);
  const std::size_t name_end = rest_.find('\0');
  if (name_end == 0 || name_end == std::string_view::npos) {
    throw Error("a tree entry has no name");
  }
  if (rest_.size() - name_end - 1 < oid_size) {
    throw Error("a tree is cut short");
  }
  entry_.name = rest_.substr(0, name_end);
  if (std::memchr(entry_.name.data(), '/', name_end) != nullptr) {
    throw Error("a tree entry has a slash in its name");
  }
  entry_.mode = canonical(mode);
  const char* id = rest_.data() + name_end + 1;
  entry_.id = reinterpret_cast<const unsigned char*>(id);
  rest_.remove_prefix(name_end + 1 + oid_size);
}

int compare_names(const TreeEntry& left, const TreeEntry& right) {
  const std::size_t shared = std::min(left.name.size(), right.name.size());
  const int order = std::memcmp(left.name.data(), right.name.data(), shared);
  if (order != 0) return order;
  const auto after = [shared](const TreeEntry& entry) -> int {
    if (entry.name.size() > shared) {
      return static_cast<unsigned char>(entry.name[shared]);
    }
    return entry.is_directory() ? '/' : 0;
  };
  return after(left) - after(right);
}

TagText parse_tag(std::string_view bytes) {
  TagText tag;
  const auto target = take_oid(bytes, "object");
  if (!target || !bytes.starts_with("type ")) {
    throw Error("a tag does not begin with its object and type");
  }
  tag.target = *target;
  bytes.remove_prefix(5);
  tag.type = bytes.substr(0, bytes.find('\n'));
  return tag;
}

}  // namespace ecr_version::git
