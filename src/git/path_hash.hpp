// The hash of git's changed-path filters: MurmurHash3 (32 bits) in version 2;
// version 1 is the same but takes bytes from 0x80 on for negative numbers, as
// git once did by mistake.
#pragma once

#include <cstdint>
#include <string_view>

namespace ecr_version::git {

std::uint32_t path_hash(std::string_view path, std::uint32_t seed,
                        std::uint32_t version);

}  // namespace ecr_version::git
