// Numbers as git's binary files have them. The caller has checked that the
// bytes are there.
#pragma once

#include <cstdint>

namespace ecr_version::git {

inline std::uint32_t big_endian_32(const void* bytes) {
  const auto* b = static_cast<const unsigned char*>(bytes);
  return static_cast<std::uint32_t>(b[0]) << 24 |
         static_cast<std::uint32_t>(b[1]) << 16 |
         static_cast<std::uint32_t>(b[2]) << 8 | b[3];
}

inline std::uint64_t big_endian_64(const void* bytes) {
  const auto* b = static_cast<const unsigned char*>(bytes);
  return static_cast<std::uint64_t>(big_endian_32(b)) << 32 |
         big_endian_32(b + 4);
}

}  // namespace ecr_version::git
