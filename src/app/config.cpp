#include "app/config.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace ecr_version::app {
namespace {

// A slip of the hand that would silently mean "no configuration".
constexpr std::string_view other_ending = ".github/ecr-version.yaml";

Config load_default(const git::Repository& repository, const git::Oid& commit) {
  const std::string file(default_config_file);
  if (const auto text = repository.read_file(commit, file)) {
    return read_config(*text, file);
  }
  if (repository.read_file(commit, other_ending)) {
    throw UsageError(fmt::format(
        "HEAD holds {}, but the configuration is {}; rename it, or name it "
        "with the input `config`",
        other_ending, file));
  }
  return {};
}

}  // namespace

std::string config_path(std::string_view input) {
  std::string file(trim(input));
  while (file.starts_with("./")) file.erase(0, 2);
  return file.empty() ? std::string(default_config_file) : file;
}

Config load_config(const git::Repository& repository, const git::Oid& commit,
                   std::string_view input) {
  if (input.find('\n') != input.npos) return read_config(input, "input config");
  if (trim(input).empty()) return load_default(repository, commit);
  const std::string file = config_path(input);
  const auto text = repository.read_file(commit, file);
  if (!text) {
    throw UsageError(fmt::format(
        "the input `config` names \"{}\", which HEAD does not hold; give its "
        "path from the repository's root, and commit it",
        one_line(file)));
  }
  return read_config(*text, file);
}

}  // namespace ecr_version::app
