// Memory that is given back is zeroed first, so that a secret does not outlive
// its use: not in the header it was sent with, the answer it came in, nor in
// the buffer that a string grew out of.
//
// heap.cpp replaces `new` and `delete` for the whole program; these two are
// for libraries of C that let their allocator be chosen. What still lives is
// not touched: `Secret` wipes short texts, which have no memory of their own.
#pragma once

#include <cstddef>

namespace ecr_version {

// As std::free and std::realloc.
void free_wiped(void* memory) noexcept;
void* realloc_wiped(void* memory, std::size_t size) noexcept;

}  // namespace ecr_version
