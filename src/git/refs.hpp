// References as git stores them in files: one per reference, and packed-refs.
//
// They are read directly because a job's question is about two or three of
// them, where libgit2 first parses every line of packed-refs. A linked worktree
// has its own HEAD and shares the rest.
#pragma once

#include "git/oid.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::git {

class Refs {
 public:
  Refs(std::filesystem::path git_directory,
       std::filesystem::path common_directory);

  // What the reference stands for, symbolic ones followed; nullopt when it, or
  // the one that it names, does not exist. Throws Error when it is malformed.
  std::optional<Oid> find(const std::string& name) const;
  // The reference that HEAD names ("refs/heads/main"); "" when it is detached.
  std::string head_branch() const;
  // Of every reference below `prefix` ("refs/replace/"): the rest of its name,
  // and what it stands for.
  std::vector<std::pair<std::string, Oid>> below(
      const std::string& prefix) const;

 private:
  std::optional<std::string> read(const std::string& name) const;
  std::optional<Oid> find_packed(const std::string& name) const;

  std::filesystem::path git_directory_;
  std::filesystem::path common_directory_;
};

// Whether git would take it for a reference's name; such a name never leaves
// the git directory.
bool is_reference_name(std::string_view name);

}  // namespace ecr_version::git
