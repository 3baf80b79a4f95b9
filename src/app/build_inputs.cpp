#include "app/build_inputs.hpp"

#include "app/build_context.hpp"
#include "base/text.hpp"
#include "core/docker_context.hpp"
#include "core/docker_patterns.hpp"
#include "core/dockerfile.hpp"
#include "core/glob.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace ecr_version::app {
namespace {

std::string shown(std::string_view directory) {
  return directory.empty() ? "the repository's root"
                           : one_line(std::string(directory), 120);
}

// The candidates up to the first that exists. All of them count: a file that
// comes before the one in force would take its place, and when it goes the next
// one does.
std::vector<std::string> ignore_files(Tree& tree, const core::App& app) {
  std::vector<std::string> files =
      core::dockerignore_candidates(app.dockerfile, app.context);
  const auto in_force =
      std::find_if(files.begin(), files.end(),
                   [&](const std::string& file) { return tree.is_file(file); });
  if (in_force != files.end()) files.erase(in_force + 1, files.end());
  return files;
}

class BuildSettler {
 public:
  BuildSettler(Tree& tree, core::App& app, std::vector<Notice>& notices)
      : tree_(tree), app_(app), notices_(notices) {}

  std::vector<UsedImage> settle(const std::optional<std::string>& context) {
    const std::string file = follow_file(tree_, app_.dockerfile);
    if (!file.empty()) {
      facts_ =
          core::read_dockerfile(tree_.read(file).value_or(""), app_.target);
    }
    app_.context = context ? *context : find_context(!file.empty());
    if (file != app_.dockerfile && !file.empty()) add_always(file);
    add_always(app_.dockerfile);
    for (const std::string& ignore : ignore_files(tree_, app_)) {
      add_always(ignore);
    }
    if (!facts_.has_target) {
      notice(fmt::format("{} has no stage named \"{}\"",
                         one_line(app_.dockerfile, 120),
                         one_line(app_.target, 60)));
    }
    if (!app_.inferred) {
      app_.paths = app_.written_paths;
    } else if (file.empty()) {
      app_.paths = {below_pattern(app_.context)};
      app_.path_sources.push_back({app_.paths[0], "no Dockerfile"});
      notice(fmt::format("HEAD holds no {}, so everything in {} counts",
                         one_line(app_.dockerfile, 120), shown(app_.context)));
    } else {
      infer_paths();
    }
    return images();
  }

 private:
  void notice(const std::string& text) {
    notices_.push_back({app_.name + ": " + text});
  }

  std::string place(int line) const {
    return fmt::format("{}:{}", app_.dockerfile, line);
  }

  void add_always(const std::string& file) {
    app_.always.push_back(literal_pattern(file));
    app_.path_sources.push_back({literal_pattern(file), "always"});
  }

  // The Dockerfile's directory, else the root, else the app's directory: the
  // first that holds every source.
  std::string find_context(bool has_dockerfile) {
    if (!has_dockerfile) return app_.directory;
    const std::string beside(parent_of(app_.dockerfile));
    for (const std::string& context : {beside, std::string(), app_.directory}) {
      if (find_sources(tree_, context, facts_.sources).missing.empty()) {
        return context;
      }
    }
    const auto missing =
        find_sources(tree_, app_.directory, facts_.sources).missing.front();
    notice(fmt::format(
        "{} reads \"{}\", which HEAD holds neither in {} nor in the "
        "repository's root; the first is taken for the build context, and "
        "`context` says otherwise",
        place(missing.line), one_line(missing.written, 80),
        shown(app_.directory)));
    return app_.directory;
  }

  void add_path(const std::string& pattern, const std::string& place) {
    if (std::find(app_.paths.begin(), app_.paths.end(), pattern) ==
        app_.paths.end()) {
      app_.paths.push_back(pattern);
    }
    app_.path_sources.push_back({pattern, place});
  }

  void infer_paths() {
    const FoundSources found =
        find_sources(tree_, app_.context, facts_.sources);
    for (const core::DockerSource& source : facts_.sources) {
      add_source(source);
    }
    std::vector<std::string> beyond;  // counts whatever is ignored
    for (const std::string& path : found.followed) {
      beyond.push_back(below_pattern(path));
      add_path(beyond.back(), "a link or submodule that a source names");
    }
    for (const auto& missing : found.missing) {
      // Made by a step before the build, of files that only the user knows.
      beyond.push_back(below_pattern(app_.context));
      add_path(beyond.back(), place(missing.line));
      notice(
          fmt::format("{} reads \"{}\", which HEAD does not hold, so "
                      "everything in {} counts",
                      place(missing.line), one_line(missing.written, 80),
                      shown(app_.context)));
    }
    app_.left_out = left_out(beyond);
  }

  void add_source(const core::DockerSource& source) {
    if (source.is_unresolved) {
      notice(
          fmt::format("{}: what \"{}\" means cannot be told, so everything "
                      "in {} counts",
                      place(source.line), one_line(source.written, 80),
                      shown(app_.context)));
    }
    const std::string prefix = literal_pattern(app_.context);
    for (const std::string& glob : source.globs()) {
      const std::string pattern =
          glob.empty() ? below_pattern(app_.context) : join_path(prefix, glob);
      add_path(pattern, place(source.line));
    }
  }

  // What the patterns match and the build does not see.
  std::function<bool(std::string_view)> left_out(
      const std::vector<std::string>& beyond) const {
    std::vector<std::string> ignored;
    for (const std::string& file : ignore_files(tree_, app_)) {
      if (!tree_.is_file(file)) continue;
      const std::string end = follow_file(tree_, file);
      if (end.empty()) continue;
      ignored = core::read_dockerignore(tree_.read(end).value_or(""));
    }
    const auto docker =
        std::make_shared<core::DockerContext>(facts_.sources, ignored);
    const auto counted = std::make_shared<core::PathSet>(beyond);
    return [docker, counted, context = app_.context](std::string_view path) {
      if (counted->matches(path)) return false;
      if (!is_within(path, context) || path.size() == context.size()) {
        return true;
      }
      return !docker->reads(
          path.substr(context.empty() ? 0 : context.size() + 1));
    };
  }

  std::vector<UsedImage> images() {
    std::vector<UsedImage> used;
    for (const core::DockerImage& image : facts_.images) {
      used.push_back({image.name, place(image.line)});
      if (image.name != "*" && !image.name.ends_with("/*")) continue;
      notice(place(image.line) +
             ": which image this is cannot be told; if it is another app's, "
             "say so with `depends-on`");
    }
    return used;
  }

  Tree& tree_;
  core::App& app_;
  std::vector<Notice>& notices_;
  core::DockerfileFacts facts_;
};

}  // namespace

std::string literal_pattern(std::string_view path) {
  constexpr std::string_view special = "\\*?[]{}!()@+|";
  std::string pattern;
  for (const char byte : path) {
    if (special.find(byte) != special.npos) pattern += '\\';
    pattern += byte;
  }
  return pattern;
}

std::string below_pattern(std::string_view directory) {
  return directory.empty() ? "**" : literal_pattern(directory) + "/**";
}

std::vector<std::string> files_to_read(Tree& tree, const core::App& app) {
  std::vector<std::string> files;
  const auto add = [&](const std::string& file) {
    if (tree.is_file(file)) files.push_back(file);
  };
  add(app.dockerfile);
  if (!app.inferred) return files;
  for (const std::string& context :
       {std::string(parent_of(app.dockerfile)), std::string(), app.directory}) {
    for (const std::string& file :
         core::dockerignore_candidates(app.dockerfile, context)) {
      add(file);
    }
  }
  return files;
}

std::vector<UsedImage> settle_build(Tree& tree,
                                    const std::optional<std::string>& context,
                                    core::App& app,
                                    std::vector<Notice>& notices) {
  return BuildSettler(tree, app, notices).settle(context);
}

}  // namespace ecr_version::app
