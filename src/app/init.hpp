// `ecr-version init`: a first configuration and a first workflow, written from
// what HEAD holds.
//
// The only command that writes into the workspace, and it never writes over
// a file: what exists stays as it is, byte for byte, and is reported.
#pragma once

#include "git/repository.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

struct NewFile {
  std::string path;  // from the repository's root
  std::string text;
  bool executable = false;
};

// The text of scripts/ecr-deploy.sh, put in by the build.
extern const char deploy_script[];

inline constexpr std::string_view first_workflow =
    ".github/workflows/deploy.yml";

// .github/ecr-version.yml and the first workflow for the apps and
// workspaces of the commit. `branch` is the one whose pushes deploy.
std::vector<NewFile> first_files(const git::Repository& repository,
                                 const git::Oid& head,
                                 std::string_view repository_name,
                                 std::string_view branch);

// Patterns for what several apps may be built from: members of package.json,
// pnpm and Go workspaces that are no app, with the files that bind them
// together. `apps` are the apps' directories.
std::vector<std::string> shared_patterns(const git::Repository& repository,
                                         const git::Oid& head,
                                         const std::vector<std::string>& apps);

// Writes the files that do not exist yet, below `root`, making directories as
// needed. Gives the paths of those written. Throws Error.
std::vector<std::string> write_new_files(const std::filesystem::path& root,
                                         const std::vector<NewFile>& files);

}  // namespace ecr_version::app
