#include "app/image_reference.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/tag.hpp"

#include <fmt/format.h>

#include <string_view>

namespace ecr_version::app {
namespace {

constexpr std::string_view algorithm = "sha256:";

bool is_digest(std::string_view text) {
  return text.starts_with(algorithm) && text.size() == algorithm.size() + 64 &&
         is_lower_hex(text.substr(algorithm.size()));
}

}  // namespace

ImageReference parse_image_reference(const std::string& text,
                                     const std::string& registry,
                                     const std::string& repository) {
  const auto refuse = [&](std::string_view why) {
    return UsageError(fmt::format(
        "the image \"{}\" {}: give a digest (sha256:…), a tag, or {}/{} with "
        "one of them",
        one_line(text), why, registry, repository));
  };
  std::string rest = text;
  if (is_digest(rest)) return {rest, ""};
  if (rest.find('/') != std::string::npos) {
    const std::string own = registry + "/" + repository;
    const bool is_own = rest.starts_with(own) && rest.size() > own.size() &&
                        (rest[own.size()] == ':' || rest[own.size()] == '@');
    if (!is_own) {
      throw refuse("is not in the app's own registry and repository");
    }
    rest = rest.substr(own.size());
    const std::size_t at = rest.find('@');
    if (at != std::string::npos) {
      if (!is_digest(rest.substr(at + 1))) throw refuse("has no valid digest");
      return {rest.substr(at + 1), ""};
    }
    rest = rest.substr(1);
  }
  if (!core::is_valid_tag(rest)) throw refuse("is no image reference");
  return {"", rest};
}

}  // namespace ecr_version::app
