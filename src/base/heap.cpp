#include "base/heap.hpp"

#include <malloc.h>
#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace ecr_version {

void free_wiped(void* memory) noexcept {
  if (memory == nullptr) return;
  explicit_bzero(memory, malloc_usable_size(memory));
  std::free(memory);
}

void* realloc_wiped(void* memory, std::size_t size) noexcept {
  if (memory == nullptr) return std::malloc(size);
  void* const moved = std::malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(size, malloc_usable_size(memory)));
  free_wiped(memory);
  return moved;
}

}  // namespace ecr_version

// The other forms of new and delete call these.
void* operator new(std::size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { ecr_version::free_wiped(memory); }
void operator delete(void* memory, std::size_t) noexcept {
  ecr_version::free_wiped(memory);
}
