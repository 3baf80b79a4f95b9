#include "app/registry_facts.hpp"

#include "aws/registry.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ecr_version::app {
namespace {

// A region beside a host of another region: which of them is meant?
std::optional<std::string> contradiction(const std::string& registry,
                                         const std::string& region,
                                         bool overridden) {
  if (registry.empty() || region.empty()) return std::nullopt;
  const aws::Registry parsed = aws::parse_registry(registry, overridden);
  if (parsed.region.empty() || parsed.region == region ||
      parsed.kind != aws::RegistryKind::private_ecr) {
    return std::nullopt;
  }
  return fmt::format(
      "the registry {} lies in {}, but the region beside it says {}: remove "
      "the region, or correct one of them",
      registry, parsed.region, region);
}

bool is_overridden(const Environment& env) {
  return env.get("AWS_ENDPOINT_URL_ECR") || env.get("AWS_ENDPOINT_URL");
}

// Swaps what both have, so that each keeps its memory for the next image.
void take(aws::ImageDetail& detail, core::Image& image) {
  // An index has no config, hence no artifact type. Charts, SBOMs and the like
  // have one of their own; signatures and attestations a subject.
  constexpr std::array<std::string_view, 3> container_types{
      "", "application/vnd.docker.container.image.v1+json",
      "application/vnd.oci.image.config.v1+json"};
  image.digest.swap(detail.digest);
  image.tags.swap(detail.tags);
  image.pushed_at =
      detail.pushed_at
          ? static_cast<double>(detail.pushed_at->time_since_epoch().count()) /
                1000
          : 0;
  image.archived = detail.archived;
  image.is_container =
      detail.subject_digest.empty() &&
      std::find(container_types.begin(), container_types.end(),
                detail.artifact_media_type) != container_types.end();
}

// Throws the failure of a listing that failed.
std::optional<aws::ApiError> error_if_missing(
    const aws::RepositoryListing& listing) {
  using Status = aws::RepositoryListing::Status;
  if (listing.status == Status::failed) throw *listing.failure;
  return listing.status == Status::missing ? listing.failure : std::nullopt;
}

}  // namespace

std::unique_ptr<aws::Session> open_session(const World& world,
                                           const runner::Inputs& inputs,
                                           const Config& config) {
  const bool overridden = is_overridden(world.env);
  if (const auto wrong =
          contradiction(inputs.registry.value_or(""),
                        inputs.aws_region.value_or(""), overridden)) {
    throw UsageError("inputs `registry` and `aws-region`: " + *wrong);
  }
  if (config.registry && config.region) {
    if (const auto wrong = contradiction(config.registry->value,
                                         config.region->value, overridden)) {
      throw config_error(config.file, config.region->mark, *wrong);
    }
  }
  aws::Settings settings;
  settings.registry = inputs.registry.value_or(
      config.registry ? config.registry->value : std::string());
  settings.region = inputs.aws_region.value_or("");
  // A configured region that differs from the host of an input gives way.
  if (settings.region.empty() && config.region &&
      !contradiction(settings.registry, config.region->value, overridden)) {
    settings.region = config.region->value;
  }
  settings.role_to_assume = inputs.role_to_assume.value_or("");

  aws::Ports ports;
  ports.env = world.env;
  ports.clock = world.clock;
  ports.transport = &world.http;
  runner::Log& log = world.log;
  ports.on_secret = [&log](std::string_view secret) { log.add_mask(secret); };
  ports.on_notice = [&log](const std::string& text) { log.notice(text); };
  ports.on_detail = [&log](const std::string& text) { log.debug(text); };
  if (world.interrupted) ports.interrupted = world.interrupted;
  ports.in_container = aws::runs_in_container(world.env);
  return std::make_unique<aws::Session>(settings, std::move(ports));
}

aws::NewRepository new_repository(const std::string& name) {
  aws::NewRepository repository;
  repository.name = name;
  repository.mutability = aws::Mutability::immutable_with_exclusion;
  repository.exclusion_filters = {"latest", "sha256-*"};
  return repository;
}

core::RepositorySettings settings_of_new_repository() {
  return {.mutability = core::Mutability::immutable_except,
          .filters = new_repository("").exclusion_filters};
}

core::Image to_image(aws::ImageDetail detail) {
  core::Image image;
  take(detail, image);
  return image;
}

std::map<std::string, RepositoryAnswer> ask_for_releases(
    aws::Ecr& ecr, const std::map<std::string, std::string>& prefixes) {
  std::vector<std::string> repositories;
  std::vector<core::ReleaseReader> readers;
  repositories.reserve(prefixes.size());
  readers.reserve(prefixes.size());
  for (const auto& [repository, prefix] : prefixes) {
    repositories.push_back(repository);
    readers.emplace_back(prefix);
  }
  core::Image image;
  const auto listings = ecr.describe_images(
      repositories, [&](std::size_t at, aws::ImageDetail& detail) {
        take(detail, image);
        readers[at].add(image);
      });
  std::map<std::string, RepositoryAnswer> answers;
  for (std::size_t at = 0; at < listings.size(); ++at) {
    RepositoryAnswer& answer = answers[repositories[at]];
    answer.missing_error = error_if_missing(listings[at]);
    answer.missing = answer.missing_error.has_value();
    if (!answer.missing) answer.releases = std::move(readers[at]).finish();
  }
  return answers;
}

std::optional<core::Release> ask_for_newest(
    aws::Ecr& ecr, const std::string& repository, const std::string& tag_prefix,
    const std::optional<core::Line>& line) {
  core::NewestReader reader(tag_prefix, line);
  core::Image image;
  const auto listings = ecr.describe_images(
      {repository}, [&](std::size_t, aws::ImageDetail& detail) {
        take(detail, image);
        reader.add(image);
      });
  if (const auto missing = error_if_missing(listings.front())) throw *missing;
  return reader.newest();
}

std::map<std::string, core::RepositorySettings> ask_for_settings(
    aws::Ecr& ecr, const std::vector<std::string>& repositories) {
  std::map<std::string, core::RepositorySettings> settings;
  for (const aws::RepositoryAnswer& answer :
       ecr.describe_repositories(repositories)) {
    if (answer.status != aws::RepositoryAnswer::Status::found) continue;
    core::RepositorySettings& one = settings[answer.repository];
    switch (answer.detail.mutability) {
      case aws::Mutability::mutable_tags:
        one.mutability = core::Mutability::all_mutable;
        break;
      case aws::Mutability::immutable_tags:
        one.mutability = core::Mutability::all_immutable;
        break;
      case aws::Mutability::immutable_with_exclusion:
        one.mutability = core::Mutability::immutable_except;
        break;
      case aws::Mutability::mutable_with_exclusion:
        one.mutability = core::Mutability::mutable_except;
        break;
    }
    one.filters = answer.detail.exclusion_filters;
  }
  return settings;
}

}  // namespace ecr_version::app
