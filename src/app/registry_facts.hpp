// What ECR says of each app's repository, in core's terms.
//
// "Missing" is an answer; a refusal is an error and never means missing.
#pragma once

#include "app/config.hpp"
#include "app/world.hpp"
#include "aws/ecr.hpp"
#include "aws/session.hpp"
#include "core/next_version.hpp"
#include "core/releases.hpp"
#include "runner/inputs.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

// Registry, region and role of this run: an input beats the configuration,
// which beats the environment. A host and a region of one level that differ are
// an error (UsageError for inputs, ConfigError for the configuration).
std::unique_ptr<aws::Session> open_session(const World& world,
                                           const runner::Inputs& inputs,
                                           const Config& config);

struct RepositoryAnswer {
  bool missing = false;
  core::Releases releases;
  std::optional<aws::ApiError> missing_error;  // for the message
};

// Asks for all repositories at once. `prefixes` gives each one's tag prefix.
// Throws the failure of the first repository that failed.
std::map<std::string, RepositoryAnswer> ask_for_releases(
    aws::Ecr& ecr, const std::map<std::string, std::string>& prefixes);

// The newest release of one repository, in the line where there is one; nullopt
// where there is no release yet. Throws where there is no such repository.
std::optional<core::Release> ask_for_newest(
    aws::Ecr& ecr, const std::string& repository, const std::string& tag_prefix,
    const std::optional<core::Line>& line);

// Tag mutability of repositories that exist. One whose settings cannot be read
// is left out.
std::map<std::string, core::RepositorySettings> ask_for_settings(
    aws::Ecr& ecr, const std::vector<std::string>& repositories);

// As `missing-repository: create` makes one: immutable but for `latest` and the
// referrers' tags (no filter can free `1.2` and keep `1.2.3`).
aws::NewRepository new_repository(const std::string& name);
core::RepositorySettings settings_of_new_repository();

core::Image to_image(aws::ImageDetail detail);

}  // namespace ecr_version::app
