#include "app/init_templates.hpp"

#include "app/yaml_source.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ecr_version::app {
namespace {

constexpr std::string_view schema_line =
    "# yaml-language-server: $schema=https://raw.githubusercontent.com/OWNER/"
    "ecr-version-action/v1/schema/ecr-version.schema.json\n";

bool is_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '/' ||
         letter == '.' || letter == '-';
}

}  // namespace

std::string yaml_text(std::string_view text) {
  // `*` is plain but for the first letter, where it would be an alias.
  const bool plain =
      !text.empty() && is_plain(text[0]) && text[0] != '-' &&
      std::all_of(text.begin(), text.end(),
                  [](char c) { return is_plain(c) || c == '*'; }) &&
      yaml::kind_of_plain(text) == yaml::Node::Kind::text;
  if (plain) return std::string(text);
  std::string quoted = "\"";
  for (const char byte : to_utf8(text)) {
    const auto value = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      (quoted += '\\') += byte;
    } else if (value < 0x20 || value == 0x7F) {
      quoted += fmt::format("\\x{:02x}", value);
    } else {
      quoted += byte;
    }
  }
  return quoted + '"';
}

std::string config_template(std::string_view apps, std::string_view shared) {
  return fmt::format(
      R"({schema}# What ecr-version should know of this repository. Every key is optional.

# ECR repository = prefix + app name.
# repository-prefix: my-

# `paths: auto` reads from the Dockerfile which files an app is built from; a
# name with a glob makes one app per directory that holds a Dockerfile.
{apps}
# A change here affects every app. Delete what no image is built from, and all
# of it when every Dockerfile copies what it needs.
{shared}
# The first version of a new app.
initial-version: 0.1.0

# Of latest, major (`1`) and minor (`1.2`): tags that follow the newest release.
floating-tags: [latest]

# What a commit's message says of its bump: `tags` reads [major], [minor] and
# [patch]; `conventional` reads feat:, fix: and BREAKING CHANGE; `both` either.
bump-rules: tags

# When an app has no repository in ECR yet: fail, create or ignore.
missing-repository: fail
)",
      fmt::arg("schema", schema_line), fmt::arg("apps", apps),
      fmt::arg("shared", shared));
}

std::string workflow_template(std::string_view branch) {
  constexpr std::string_view slot = "branches: [main]";
  std::string workflow(deploy_workflow);
  return workflow.replace(workflow.find(slot), slot.size(),
                          fmt::format("branches: [{}]", yaml_text(branch)));
}

}  // namespace ecr_version::app
