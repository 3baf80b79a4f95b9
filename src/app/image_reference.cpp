#include "app/image_reference.hpp"

#include "aws/registry.hpp"
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

// One registry of ECR has several hosts: plain, FIPS, dual-stack.
bool is_same_registry(const std::string& left, const std::string& right) {
  if (to_lower(left) == to_lower(right)) return true;
  if (left.find('/') != std::string::npos) return false;  // more than a host
  try {
    const aws::Registry one = aws::parse_registry(left, false);
    const aws::Registry other = aws::parse_registry(right, false);
    return one.kind == aws::RegistryKind::private_ecr &&
           other.kind == aws::RegistryKind::private_ecr &&
           one.account == other.account && one.region == other.region;
  } catch (const UsageError&) {
    return false;  // Docker Hub's "library/nginx", a registry of another kind
  }
}

// What follows "registry/repository" in the reference, with its ':' or '@';
// "" where it is another registry's or repository's.
std::string own_part(const std::string& text, const std::string& registry,
                     const std::string& repository) {
  // A host has a port before its first slash, a tag comes after the last.
  const std::size_t last_slash = text.rfind('/');
  const std::size_t end = text.find_first_of(":@", last_slash);
  const std::string name = text.substr(0, end);
  const std::string tail = "/" + repository;
  if (end == std::string::npos || !name.ends_with(tail)) return "";
  const std::string host = name.substr(0, name.size() - tail.size());
  return is_same_registry(host, registry) ? text.substr(end) : "";
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
  if (is_digest(text)) return {text, ""};
  std::string tag = text;
  if (text.find('/') != std::string::npos) {
    const std::string own = own_part(text, registry, repository);
    if (own.empty()) {
      throw refuse("is not one of the app's own registry and repository");
    }
    const std::size_t at = own.find('@');
    if (at != std::string::npos) {
      const std::string digest = own.substr(at + 1);
      const bool has_tag = at > 0;
      if (!is_digest(digest)) throw refuse("has no valid digest");
      if (has_tag && !core::is_valid_tag(own.substr(1, at - 1))) {
        throw refuse("has no valid tag");
      }
      return {digest, ""};
    }
    tag = own.substr(1);
  }
  if (!core::is_valid_tag(tag)) throw refuse("is no image reference");
  return {"", tag};
}

}  // namespace ecr_version::app
