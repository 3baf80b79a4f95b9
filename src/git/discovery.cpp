#include "git/discovery.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "git/config.hpp"
#include "git/mapped_file.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::git {
namespace fs = std::filesystem;
namespace {

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

// HEAD may be a symbolic link to a branch without commits.
bool has_head(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path / "HEAD", ignored).type() !=
         fs::file_type::not_found;
}

std::string first_line(const fs::path& path) {
  const auto file = MappedFile::open(path);
  if (!file) return "";
  const std::string_view bytes = file->bytes().substr(0, 8192);
  return std::string(trim(bytes.substr(0, bytes.find('\n'))));
}

// The directory that a `.git` file names.
fs::path follow_git_file(const fs::path& file) {
  const std::string line = first_line(file);
  if (!line.starts_with("gitdir:")) {
    throw Error("opening the git repository: " + file.string() +
                " is a file, and does not say \"gitdir: ...\"; check the "
                "repository out anew");
  }
  const fs::path named(trim(std::string_view(line).substr(7)));
  const fs::path target =
      named.is_absolute() ? named : file.parent_path() / named;
  if (is_folder(target)) return target;
  throw Error(
      "opening the git repository: " + file.string() + " points to " +
      one_line(named.string()) +
      ", which is not there. A linked worktree or a submodule keeps its "
      "history in another directory: in a container, mount that directory "
      "at the same path, or check out a clone of its own");
}

fs::path common_directory_of(const fs::path& git_directory) {
  const std::string line = first_line(git_directory / "commondir");
  if (line.empty()) return git_directory;
  const fs::path common =
      fs::path(line).is_absolute() ? fs::path(line) : git_directory / line;
  if (is_folder(common)) return common.lexically_normal();
  throw Error("opening the git repository: " + git_directory.string() +
              " belongs to a linked worktree of " + one_line(line) +
              ", which is not there; in a container, mount that directory at "
              "the same path");
}

struct Found {
  fs::path git_directory;
  fs::path work_directory;
};

std::optional<Found> look_in(const fs::path& directory) {
  const fs::path dot_git = directory / ".git";
  if (is_folder(dot_git)) {
    // An empty `.git` is no repository to git either; it looks further up.
    if (has_head(dot_git) || is_folder(dot_git / "objects")) {
      return Found{dot_git, directory};
    }
  } else if (is_there(dot_git)) {
    return Found{follow_git_file(dot_git), directory};
  }
  if (is_folder(directory / "objects") && is_folder(directory / "refs") &&
      (has_head(directory) || is_there(directory / "config"))) {
    return Found{directory, {}};
  }
  return std::nullopt;
}

Found search_upwards(const fs::path& start) {
  std::error_code problem;
  const fs::path absolute = fs::canonical(start, problem);
  if (problem) {
    throw Error("opening the git repository of " + start.string() + ": " +
                problem.message());
  }
  for (fs::path directory = absolute;; directory = directory.parent_path()) {
    if (auto found = look_in(directory)) return *found;
    if (directory == directory.parent_path()) break;
  }
  throw Error(
      "there is no git repository in " + absolute.string() +
      " or above it: on a laptop, run this inside of one, or name it "
      "with -C; in a workflow, put a step with actions/checkout before "
      "this one (where git is not installed, it downloads files without "
      "their history: install git first)");
}

// The extensions that change nothing for a program that only reads objects and
// references from their files.
bool is_harmless(std::string_view extension, std::string_view value) {
  static constexpr std::array<std::string_view, 7> known = {
      "noop",
      "noop-v1",
      "partialclone",
      "preciousobjects",
      "relativeworktrees",
      "worktreeconfig",
      "submodulepathconfig"};
  if (extension == "objectformat") return value == "sha1";
  if (extension == "refstorage") return value == "files";
  for (const std::string_view one : known) {
    if (one == extension) return true;
  }
  return false;
}

void check_extension(const fs::path& git_directory, std::string_view extension,
                     std::string_view value) {
  if (is_harmless(extension, value)) return;
  const std::string what = "opening the git repository " +
                           git_directory.string() + ": extensions." +
                           one_line(extension) + " = " + one_line(value);
  if (extension == "objectformat") {
    throw Error(what +
                " is not supported, only sha1 is: convert the repository, or "
                "use one with SHA-1 objects");
  }
  if (extension == "refstorage") {
    throw Error(what +
                " is not supported, only files is: run git refs migrate "
                "--ref-format=files");
  }
  throw Error(what +
              " is not supported: clone the repository without that extension");
}

void read_configuration(Layout& layout) {
  const fs::path path = layout.common_directory / "config";
  const auto file = MappedFile::open(path);
  if (!file) return;
  std::string version = "0";
  std::vector<std::pair<std::string, std::string>> extensions;
  const auto read = [&](const std::string& name, const std::string& value) {
    if (name == "core.repositoryformatversion") version = value;
    if (name.starts_with("extensions.")) {
      extensions.emplace_back(name.substr(name.find('.') + 1), value);
    }
    if (name == "extensions.partialclone") layout.partial = true;
    if (name.starts_with("remote.") && name.ends_with(".promisor")) {
      layout.partial = layout.partial || is_true(value);
    }
    if (name == "core.commitgraph") layout.commit_graph = is_true(value);
    if (name == "core.bare" && is_true(value) &&
        layout.git_directory == layout.common_directory) {
      layout.work_directory.clear();
    }
  };
  while_doing("reading " + path.string(),
              [&] { read_config(file->bytes(), read); });
  if (version != "0" && version != "1") {
    throw Error("opening the git repository " + layout.git_directory.string() +
                ": its format is version " + one_line(version) +
                ", and only 0 and 1 are known");
  }
  for (const auto& [extension, value] : extensions) {
    // Format 0 has no extensions; but objects or references of another kind
    // are never what it says by accident.
    if (version == "1" || extension == "objectformat" ||
        extension == "refstorage") {
      check_extension(layout.git_directory, extension, value);
    }
  }
}

}  // namespace

Layout discover(const fs::path& directory) {
  const Found found = search_upwards(directory);
  Layout layout;
  layout.git_directory = found.git_directory;
  layout.work_directory = found.work_directory;
  layout.common_directory = common_directory_of(found.git_directory);
  if (!has_head(layout.git_directory)) {
    throw Error("opening the git repository " + layout.git_directory.string() +
                ": it has no HEAD, so it is incomplete; check it out anew");
  }
  if (!is_folder(layout.common_directory / "objects")) {
    throw Error("opening the git repository " + layout.git_directory.string() +
                ": it has no objects, so it is incomplete; check it out anew");
  }
  read_configuration(layout);
  return layout;
}

}  // namespace ecr_version::git
