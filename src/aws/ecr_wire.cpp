#include "aws/ecr_wire.hpp"

#include <algorithm>
#include <array>

namespace ecr_version::aws {
namespace {

// In the order of Mutability.
constexpr std::array mutabilities{"MUTABLE", "IMMUTABLE",
                                  "IMMUTABLE_WITH_EXCLUSION",
                                  "MUTABLE_WITH_EXCLUSION"};

Mutability mutability_of(const std::string& text) {
  const auto* const found =
      std::find(mutabilities.begin(), mutabilities.end(), text);
  return found == mutabilities.end()
             ? Mutability::mutable_tags
             : static_cast<Mutability>(found - mutabilities.begin());
}

}  // namespace

const char* mutability_text(Mutability mutability) {
  return mutabilities.at(static_cast<std::size_t>(mutability));
}

RepositoryDetail read_repository(const json::Value& value) {
  RepositoryDetail detail{.name = value.text("repositoryName").value_or(""),
                          .arn = value.text("repositoryArn").value_or(""),
                          .registry_id = value.text("registryId").value_or(""),
                          .uri = value.text("repositoryUri").value_or(""),
                          .mutability = mutability_of(
                              value.text("imageTagMutability").value_or(""))};
  const json::Value& filters = value["imageTagMutabilityExclusionFilters"];
  if (filters.is_array())
    for (const json::Value& filter : filters.as_array("filters"))
      if (const auto text = filter.text("filter"))
        detail.exclusion_filters.push_back(*text);
  return detail;
}

std::string host_in_uri(const RepositoryDetail& detail) {
  const std::string suffix = "/" + detail.name;
  if (detail.name.empty() || !detail.uri.ends_with(suffix)) return "";
  return detail.uri.substr(0, detail.uri.size() - suffix.size());
}

std::string registry_in_words(std::string_view message) {
  constexpr std::string_view before = "registry with id '";
  constexpr std::size_t digits = 12;
  const auto at = message.find(before);
  if (at == std::string_view::npos) return "";
  const std::string_view id = message.substr(at + before.size(), digits);
  const bool is_account =
      id.size() == digits && std::all_of(id.begin(), id.end(), [](char c) {
        return c >= '0' && c <= '9';
      });
  return is_account ? std::string(id) : "";
}

void write_image_id(json::Writer& writer, const std::string& reference) {
  const bool digest = reference.starts_with("sha256:");
  writer.key("imageIds").begin_array().begin_object();
  writer.member(digest ? "imageDigest" : "imageTag", reference);
  writer.end_object().end_array();
}

}  // namespace ecr_version::aws
