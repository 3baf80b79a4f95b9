// The name of an object: its SHA-1. Repositories of SHA-256 objects are
// refused when they are opened, so nothing else needs to know of two lengths.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::git {

struct Oid {
  std::array<unsigned char, 20> bytes{};
  auto operator<=>(const Oid&) const = default;
};

std::string to_hex(const Oid& id);                   // 40 lower-case digits
std::optional<Oid> parse_oid(std::string_view hex);  // 40 digits, any case

// The first bytes of a hash are as good as any hash of them.
struct OidHash {
  std::size_t operator()(const Oid& id) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, id.bytes.data(), sizeof hash);
    return hash;
  }
};

}  // namespace ecr_version::git
