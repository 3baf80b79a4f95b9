// Where the bytes of objects come from: packs and loose files of one directory
// of objects, of its alternates, and of any that is added later.
//
// Packs are mapped and read in place, deltas are put together over one cache of
// recent bases, and nothing else is kept: libgit2's object database copies each
// object twice, hashes it and keeps it. Hashes are verified where a wrong byte
// would go unnoticed and cost little: of loose objects and of what is small.
#pragma once

#include "git/delta_cache.hpp"
#include "git/object.hpp"
#include "git/oid.hpp"
#include "git/pack_file.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace ecr_version::git {

class ObjectStore {
 public:
  // Adds a directory of objects and, transitively, its alternates. Added again,
  // its new packs are found.
  void add(const std::filesystem::path& directory);

  // nullopt when no such object is here. Throws Error when it is damaged.
  std::optional<Object> find(const Oid& id);
  // The beginning of a commit that lies whole in a pack; else empty.
  std::string_view commit_front(const Oid& id);
  std::optional<ObjectType> type(const Oid& id);
  bool has(const Oid& id) const;
  // Ascending, each once; `hex` is of lower-case digits, 2 or more.
  std::vector<Oid> with_prefix(std::string_view hex) const;
  const std::vector<std::filesystem::path>& directories() const {
    return directories_;
  }

 private:
  struct Place {
    std::size_t pack;
    std::uint64_t offset;
  };
  std::optional<Place> locate(const Oid& id) const;
  Object read(Place place);
  std::optional<Object> read_loose(const Oid& id) const;
  void add(const std::filesystem::path& directory, int depth);

  std::vector<std::filesystem::path> directories_;
  std::vector<std::unique_ptr<PackFile>> packs_;
  mutable std::size_t last_pack_ = 0;  // the next object is likely there too
  DeltaCache cache_;
  std::array<char, 4096> front_;
};

}  // namespace ecr_version::git
