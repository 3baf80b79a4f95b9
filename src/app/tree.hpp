// Single look-ups in a commit's tree, remembered.
//
// A directory is listed on its own, never the tree below it: answering what is
// at apps/api/Dockerfile reads three trees, whatever the repository's size.
#pragma once

#include "git/repository.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::app {

class Tree {
 public:
  enum class Kind { file, symlink, submodule, directory };
  struct Entry {
    Kind kind = Kind::file;
    git::Oid id;  // zero for a directory
  };
  using Listing = std::map<std::string, Entry, std::less<>>;  // by name

  Tree(const git::Repository& repository, const git::Oid& commit)
      : repository_(repository), commit_(commit) {}

  // What stands at the path; nullopt for nothing. "" is the root, a directory.
  std::optional<Entry> find(std::string_view path);
  bool is_file(std::string_view path);  // or a symlink
  bool is_directory(std::string_view path);
  // Of a directory; empty when there is none.
  const Listing& list(std::string_view directory);
  // The bytes of a file, or the target of a symlink.
  std::optional<std::string> read(std::string_view path) const;

  // Every directory but those that `enter` refuses, and every file in them.
  void walk(
      const std::function<bool(std::string_view directory)>& enter,
      const std::function<void(std::string_view path, Kind)>& visit) const;

 private:
  const git::Repository& repository_;
  git::Oid commit_;
  std::map<std::string, Listing, std::less<>> listings_;
};

// "apps/api" of "apps/api/Dockerfile"; "" when there is no slash.
std::string_view parent_of(std::string_view path);
// "Dockerfile" of "apps/api/Dockerfile".
std::string_view name_of(std::string_view path);
// "a/b", or just one of them when the other is "".
std::string join_path(std::string_view directory, std::string_view name);
// Is the path the directory, or below it? All is below "".
bool is_within(std::string_view path, std::string_view directory);

}  // namespace ecr_version::app
