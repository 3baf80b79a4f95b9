// zlib streams whose size is known, or bounded, inflated in one call. Their
// checksum is verified.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ecr_version::git {

// Fills `to` from the front of `from`. False when the stream is damaged or of
// another size.
bool inflate_exactly(std::string_view from, char* to, std::size_t size);

// The whole stream, if it fits `room`: its size. nullopt when it is damaged or
// larger.
std::optional<std::size_t> inflate_within(std::string_view from, char* to,
                                          std::size_t room);

// As much of the beginning as comes out of this much of the stream: its size.
std::size_t inflate_front(std::string_view from, char* to, std::size_t room);

}  // namespace ecr_version::git
