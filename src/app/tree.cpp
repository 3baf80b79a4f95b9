#include "app/tree.hpp"

#include <algorithm>

namespace ecr_version::app {
namespace {

Tree::Kind kind_of(git::EntryKind kind) {
  if (kind == git::EntryKind::symlink) return Tree::Kind::symlink;
  if (kind == git::EntryKind::submodule) return Tree::Kind::submodule;
  return Tree::Kind::file;
}

}  // namespace

std::optional<Tree::Entry> Tree::find(std::string_view path) {
  Entry found{Kind::directory, {}};
  // From the top, so that a missing directory costs no deeper look.
  for (std::size_t end = 0; end < path.size();) {
    if (found.kind != Kind::directory) return std::nullopt;
    const std::string_view parent = path.substr(0, end);
    end = std::min(path.find('/', end + (end > 0 ? 1 : 0)), path.size());
    const Listing& entries = list(parent);
    const auto entry = entries.find(name_of(path.substr(0, end)));
    if (entry == entries.end()) return std::nullopt;
    found = entry->second;
  }
  return found;
}

bool Tree::is_file(std::string_view path) {
  const auto entry = find(path);
  return entry && (entry->kind == Kind::file || entry->kind == Kind::symlink);
}

bool Tree::is_directory(std::string_view path) {
  const auto entry = find(path);
  return entry && entry->kind == Kind::directory;
}

const Tree::Listing& Tree::list(std::string_view directory) {
  const auto known = listings_.find(directory);
  if (known != listings_.end()) return known->second;
  Listing entries;
  const auto add = [&](std::string_view path, const Entry& entry) {
    if (parent_of(path) == directory && path != directory) {
      entries.emplace(name_of(path), entry);
    }
  };
  repository_.each_file(
      commit_,
      [&](std::string_view below) {
        add(below, {Kind::directory, {}});
        return !below.empty() && is_within(directory, below);
      },
      [&](const git::TreeFile& file) {
        add(file.path, {kind_of(file.kind), file.id});
      });
  return listings_.emplace(directory, std::move(entries)).first->second;
}

std::optional<std::string> Tree::read(std::string_view path) const {
  return repository_.read_file(commit_, path);
}

void Tree::walk(
    const std::function<bool(std::string_view directory)>& enter,
    const std::function<void(std::string_view path, Kind)>& visit) const {
  repository_.each_file(commit_, enter, [&](const git::TreeFile& file) {
    visit(file.path, kind_of(file.kind));
  });
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!directory.empty() && !name.empty()) path += '/';
  return path += name;
}

bool is_within(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace ecr_version::app
