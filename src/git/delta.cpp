#include "git/delta.hpp"

#include "base/error.hpp"

#include <cstdint>
#include <cstring>

namespace ecr_version::git {
namespace {

std::size_t take_size(std::string_view& delta) {
  std::size_t size = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (delta.empty()) break;
    const auto byte = static_cast<unsigned char>(delta.front());
    delta.remove_prefix(1);
    size |= std::size_t{byte & 0x7fU} << shift;
    if ((byte & 0x80) == 0) return size;
  }
  throw Error("a delta has no sensible size");
}

// The bytes of a number that the bits of `flags` say are there.
std::size_t take_number(std::string_view& delta, unsigned flags,
                        unsigned most_bytes) {
  std::size_t number = 0;
  for (unsigned i = 0; i < most_bytes; ++i) {
    if ((flags & (1U << i)) == 0) continue;
    if (delta.empty()) throw Error("a delta is cut short");
    number |= std::size_t{static_cast<unsigned char>(delta.front())} << (8 * i);
    delta.remove_prefix(1);
  }
  return number;
}

}  // namespace

Object apply_delta(const Object& base, std::string_view delta) {
  if (take_size(delta) != base.size) {
    throw Error("a delta belongs to another base");
  }
  const std::size_t size = take_size(delta);
  if (size > largest_object) throw Error("an object is larger than 256 MiB");
  std::shared_ptr<char[]> result(new char[size]);
  std::size_t at = 0;
  while (!delta.empty()) {
    const auto order = static_cast<unsigned char>(delta.front());
    delta.remove_prefix(1);
    const char* from = nullptr;
    std::size_t length = order;
    if ((order & 0x80) != 0) {
      const std::size_t offset = take_number(delta, order, 4);
      length = take_number(delta, order >> 4, 3);
      if (length == 0) length = 0x10000;
      if (offset > base.size || length > base.size - offset) {
        throw Error("a delta copies from beyond its base");
      }
      from = base.data.get() + offset;
    } else {
      if (length == 0) throw Error("a delta has an unknown order");
      if (length > delta.size()) throw Error("a delta is cut short");
      from = delta.data();
      delta.remove_prefix(length);
    }
    if (length > size - at) throw Error("a delta makes more than it says");
    std::memcpy(result.get() + at, from, length);
    at += length;
  }
  if (at != size) throw Error("a delta makes less than it says");
  return {base.type, std::move(result), size};
}

}  // namespace ecr_version::git
