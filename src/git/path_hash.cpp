#include "git/path_hash.hpp"

#include <bit>
#include <cstddef>

namespace ecr_version::git {

std::uint32_t path_hash(std::string_view path, std::uint32_t seed,
                        std::uint32_t version) {
  const auto byte = [&](std::size_t at) -> std::uint32_t {
    const auto value = static_cast<unsigned char>(path[at]);
    if (version == 2 || value < 0x80) return value;
    return 0xffffff00U | value;  // sign-extended
  };
  const auto mixed = [](std::uint32_t value) {
    return std::rotl(value * 0xcc9e2d51U, 15) * 0x1b873593U;
  };
  std::uint32_t hash = seed;
  std::size_t at = 0;
  for (; at + 4 <= path.size(); at += 4) {
    const std::uint32_t block =
        byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
    hash = std::rotl(hash ^ mixed(block), 13) * 5 + 0xe6546b64U;
  }
  std::uint32_t tail = 0;
  for (std::size_t i = path.size(); i > at; --i) {
    tail ^= byte(i - 1) << (8 * (i - 1 - at));
  }
  if (at < path.size()) hash ^= mixed(tail);
  hash ^= static_cast<std::uint32_t>(path.size());
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U;
  return hash ^ (hash >> 16);
}

}  // namespace ecr_version::git
