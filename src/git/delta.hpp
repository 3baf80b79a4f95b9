// Deltas between objects: copies from a base and new bytes (gitformat-pack(5)).
#pragma once

#include "git/object.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace ecr_version::git {

// No object that this program reads is larger; a damaged or hostile size must
// not take the memory.
constexpr std::size_t largest_object = std::size_t{256} << 20;

// The object that the delta makes of the base, and of its type. Throws Error
// when it does not fit the base, or its result is too large.
Object apply_delta(const Object& base, std::string_view delta);

}  // namespace ecr_version::git
