#include "git/tree_diff.hpp"

#include <algorithm>
#include <cstring>

namespace ecr_version::git {
namespace {

constexpr int deepest_tree = 2048;  // as git has it

bool is_same(const TreeEntry& left, const TreeEntry& right) {
  return left.mode == right.mode &&
         std::memcmp(left.id, right.id, sizeof(Oid::bytes)) == 0;
}

}  // namespace

// One of the two trees: its bytes are kept while its entries are looked at.
struct TreeDiff::Side {
  Side(Repository::Implementation& repository, const Oid* tree)
      : object(tree == nullptr ? Object{}
                               : repository.object(*tree, ObjectType::tree)),
        cursor(object.bytes()) {}
  Object object;
  TreeCursor cursor;
};

std::vector<std::uint32_t> TreeDiff::touched(const std::optional<Oid>& from,
                                             const std::optional<Oid>& to,
                                             const SetMask& wanted) {
  wanted_ = &wanted;
  visit_ = nullptr;
  touched_.clear();
  if (from != to && is_worth_opening(sorter_.root())) {
    compare(from ? &*from : nullptr, to ? &*to : nullptr, sorter_.root());
  }
  for (const std::uint32_t set : touched_) seen_.remove(set);
  return touched_;
}

void TreeDiff::each(
    const std::optional<Oid>& from, const std::optional<Oid>& to,
    const std::function<void(const std::string&,
                             const std::vector<std::uint32_t>&)>& visit) {
  wanted_ = nullptr;
  visit_ = &visit;
  path_.clear();
  if (from != to && sorter_.root() != 0) {
    compare(from ? &*from : nullptr, to ? &*to : nullptr, sorter_.root());
  }
}

void TreeDiff::touch(std::uint32_t set) {
  if (!wanted_->has(set) || seen_.has(set)) return;
  seen_.add(set);
  touched_.push_back(set);
}

bool TreeDiff::is_worth_opening(Directory directory) {
  if (directory == 0) return false;
  if (wanted_ == nullptr) return true;
  const auto sets = sorter_.sets_below(directory);
  return std::any_of(sets.begin(), sets.end(), [&](std::uint32_t set) {
    return wanted_->has(set) && !seen_.has(set);
  });
}

void TreeDiff::compare(const Oid* from, const Oid* to, Directory directory) {
  if (++depth_ > deepest_tree) {
    throw Error("comparing trees: directories are nested deeper than " +
                std::to_string(deepest_tree));
  }
  Side left(repository_, from);
  Side right(repository_, to);
  TreeCursor& old_entries = left.cursor;
  TreeCursor& new_entries = right.cursor;
  while (!old_entries.at_end() || !new_entries.at_end()) {
    // Most often one entry differs, and all that follows is the same.
    if (old_entries.skip_equal(new_entries)) continue;
    int order = 0;
    if (old_entries.at_end()) {
      order = 1;
    } else if (new_entries.at_end()) {
      order = -1;
    } else {
      order = compare_names(old_entries.entry(), new_entries.entry());
    }
    const TreeEntry* before = order <= 0 ? &old_entries.entry() : nullptr;
    const TreeEntry* after = order >= 0 ? &new_entries.entry() : nullptr;
    if (before == nullptr || after == nullptr || !is_same(*before, *after)) {
      differ(before, after, directory);
      if (wanted_ != nullptr && !is_worth_opening(directory)) break;
    }
    if (before != nullptr) old_entries.next();
    if (after != nullptr) new_entries.next();
  }
  --depth_;
}

void TreeDiff::differ(const TreeEntry* from, const TreeEntry* to,
                      Directory directory) {
  const TreeEntry& entry = to != nullptr ? *to : *from;
  if (entry.is_directory()) {
    enter(from, to, sorter_.below(directory, entry.name));
    return;
  }
  sets_.clear();
  sorter_.sort(directory, entry.name, entry.kind(), sets_);
  // A submodule matches more than a file: what became of one counts for both.
  if (from != nullptr && to != nullptr && from->mode != to->mode) {
    sorter_.sort(directory, from->name, from->kind(), sets_);
    std::sort(sets_.begin(), sets_.end());
    sets_.erase(std::unique(sets_.begin(), sets_.end()), sets_.end());
  }
  if (wanted_ != nullptr) {
    for (const std::uint32_t set : sets_) touch(set);
  } else if (!sets_.empty()) {
    (*visit_)(path_ + std::string(entry.name), sets_);
  }
}

void TreeDiff::enter(const TreeEntry* from, const TreeEntry* to,
                     Directory directory) {
  if (directory == 0) return;
  if (wanted_ != nullptr) {
    for (const std::uint32_t set : sorter_.all_below(directory)) touch(set);
  }
  if (!is_worth_opening(directory)) return;
  const std::size_t length = path_.size();
  if (wanted_ == nullptr) {
    path_.append(to != nullptr ? to->name : from->name);
    path_ += '/';
  }
  const Oid before = from != nullptr ? from->oid() : Oid{};
  const Oid after = to != nullptr ? to->oid() : Oid{};
  compare(from != nullptr ? &before : nullptr, to != nullptr ? &after : nullptr,
          directory);
  path_.resize(length);
}

}  // namespace ecr_version::git
