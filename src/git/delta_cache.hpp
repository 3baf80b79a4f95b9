// The objects last read, by their place in a pack, up to a number of bytes: the
// bases of the next deltas are most often among them.
#pragma once

#include "git/object.hpp"

#include <cstdint>
#include <list>
#include <unordered_map>

namespace ecr_version::git {

class DeltaCache {
 public:
  const Object* find(std::size_t pack, std::uint64_t offset);
  void add(std::size_t pack, std::uint64_t offset, const Object& object);

 private:
  static constexpr std::size_t most_bytes = std::size_t{4} << 20;

  struct Entry {
    std::uint64_t key;
    Object object;
  };
  static std::uint64_t key_of(std::size_t pack, std::uint64_t offset) {
    return std::uint64_t{pack} << 48 ^ offset;
  }

  std::list<Entry> entries_;  // the last used first
  std::unordered_map<std::uint64_t, std::list<Entry>::iterator> places_;
  std::size_t bytes_ = 0;
};

}  // namespace ecr_version::git
