#include "app/build_inputs.hpp"

namespace ecr_version::app {
namespace {

constexpr std::string_view ignore_name = ".dockerignore";

// Docker reads <Dockerfile>.dockerignore and, only when there is none, the
// context's own. A build turns from the one to the other when the first comes
// or goes, so that one counts either way.
std::vector<std::string> ignore_files(Tree& tree, const core::App& app) {
  const std::string own = app.dockerfile + std::string(ignore_name);
  if (tree.is_file(own)) return {own};
  return {own, join_path(app.context, ignore_name)};
}

}  // namespace

std::string literal_pattern(std::string_view path) {
  std::string pattern;
  for (const char byte : path) {
    if (std::string_view("\\*?[]{}!()@+|").find(byte) !=
        std::string_view::npos) {
      pattern += '\\';
    }
    pattern += byte;
  }
  return pattern;
}

std::string below_pattern(std::string_view directory) {
  return directory.empty() ? "**" : literal_pattern(directory) + "/**";
}

std::vector<std::string> files_to_read(Tree&, const core::App& app) {
  return {app.dockerfile};
}

std::vector<UsedImage> settle_build(Tree& tree,
                                    const std::optional<std::string>& context,
                                    core::App& app, std::vector<Notice>&) {
  app.context = context.value_or(app.directory);
  app.paths = app.written_paths;
  app.always = {literal_pattern(app.dockerfile)};
  for (const std::string& file : ignore_files(tree, app)) {
    app.always.push_back(literal_pattern(file));
  }
  return {};
}

}  // namespace ecr_version::app
