#include "app/init.hpp"

#include "app/build_inputs.hpp"
#include "app/config.hpp"
#include "app/discovery.hpp"
#include "app/init_templates.hpp"
#include "app/links.hpp"
#include "app/repository_name.hpp"
#include "app/tree.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <set>

namespace ecr_version::app {
namespace {

// From so many apps side by side on, a glob names them, and the next one too.
constexpr std::size_t apps_for_a_glob = 3;

// "payments_api" of "Payments API": the nearest name that ECR can have.
std::string possible_name(std::string_view name) {
  std::string possible;
  for (const char letter : to_lower(name)) {
    const bool plain =
        (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    if (plain) {
      possible += letter;
    } else if (!possible.empty() && possible.back() != '-') {
      possible += letter == '_' || letter == '.' ? letter : '-';
    }
  }
  while (!possible.empty() && !is_repository_name("aa" + possible)) {
    possible.pop_back();
  }
  return is_repository_name(possible) ? possible : "app-" + possible;
}

struct Named {
  std::string name;
  std::string directory;
};

// Names are told apart by the parent directory where two would be the same.
std::vector<Named> name_apps(const std::vector<std::string>& directories,
                             std::string_view repository_name) {
  std::map<std::string, int> uses;
  std::vector<Named> apps;
  for (const std::string& directory : directories) {
    const std::string name =
        possible_name(directory.empty() ? repository_name : name_of(directory));
    apps.push_back({name, directory});
    ++uses[name];
  }
  for (Named& app : apps) {
    if (uses[app.name] > 1) app.name = possible_name(app.directory);
  }
  return apps;
}

// Parents whose apps a glob can name: all of them directly below it, each named
// as its directory is.
std::set<std::string> glob_parents(const std::vector<Named>& apps) {
  std::map<std::string, std::size_t> counts;
  std::set<std::string> unfit;
  for (const Named& app : apps) {
    const std::string parent(parent_of(app.directory));
    ++counts[parent];
    if (app.name != name_of(app.directory)) unfit.insert(parent);
  }
  std::set<std::string> parents;
  for (const auto& [parent, count] : counts) {
    if (count >= apps_for_a_glob && !parent.empty() &&
        unfit.count(parent) == 0) {
      parents.insert(parent);
    }
  }
  return parents;
}

std::string apps_block(const std::vector<Named>& apps) {
  if (apps.empty()) {
    return "# No directory of HEAD holds a Dockerfile yet.\n"
           "# apps:\n"
           "#   backend: apps/backend\n";
  }
  const std::set<std::string> parents = glob_parents(apps);
  std::string block = "apps:\n";
  for (const std::string& parent : parents) {
    block += fmt::format("  {}: {{paths: auto}}\n",
                         yaml_text(literal_pattern(parent) + "/*"));
  }
  for (const Named& app : apps) {
    if (parents.count(std::string(parent_of(app.directory))) > 0) continue;
    block += fmt::format(
        "  {}: {{directory: {}, paths: auto}}\n", yaml_text(app.name),
        app.directory.empty() ? "." : yaml_text(app.directory));
  }
  return block;
}

std::string shared_block(const std::vector<std::string>& patterns) {
  if (patterns.empty()) return "# shared-paths: [libs/**]\n";
  std::string block = "shared-paths:\n";
  for (const std::string& pattern : patterns) {
    block += fmt::format("  - {}\n", yaml_text(pattern));
  }
  return block;
}

// False when something stands there already.
bool write_new(const std::filesystem::path& path, const NewFile& file) {
  const mode_t mode = file.executable ? 0777 : 0666;  // less the umask
  const int descriptor = ::open(
      path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (descriptor < 0 && errno == EEXIST) return false;
  if (descriptor < 0) {
    throw Error(
        fmt::format("creating {}: {}", path.string(), std::strerror(errno)));
  }
  std::string_view rest = file.text;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const std::string reason = std::strerror(errno);
      ::close(descriptor);
      ::unlink(path.c_str());  // nothing half-written stays
      throw Error(fmt::format("writing {}: {}", path.string(), reason));
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::close(descriptor) != 0) {
    throw Error(
        fmt::format("writing {}: {}", path.string(), std::strerror(errno)));
  }
  return true;
}

}  // namespace

std::vector<NewFile> first_files(const git::Repository& repository,
                                 const git::Oid& head,
                                 std::string_view repository_name,
                                 std::string_view branch) {
  const Tree tree(repository, head);
  const std::vector<std::string> directories = discover(tree, {});
  const std::vector<Named> apps = name_apps(directories, repository_name);
  const std::string shared =
      shared_block(shared_patterns(repository, head, directories));
  return {
      {std::string(default_config_file),
       config_template(apps_block(apps), shared)},
      {std::string(first_workflow), workflow_template(branch)},
  };
}

std::vector<std::string> write_new_files(const std::filesystem::path& root,
                                         const std::vector<NewFile>& files) {
  std::vector<std::string> written;
  for (const NewFile& file : files) {
    const std::filesystem::path path = root / file.path;
    const std::filesystem::path parent =
        std::filesystem::path(file.path).parent_path();
    if (const auto link = link_on_the_way(root, parent); !link.empty()) {
      throw Error(fmt::format(
          "{} is a link, and may lead out of the repository: nothing is "
          "written there",
          link.string()));
    }
    std::error_code failure;
    std::filesystem::create_directories(path.parent_path(), failure);
    if (failure) {
      throw Error(fmt::format("making the directory {}: {}",
                              path.parent_path().string(), failure.message()));
    }
    if (write_new(path, file)) written.push_back(file.path);
  }
  return written;
}

}  // namespace ecr_version::app
