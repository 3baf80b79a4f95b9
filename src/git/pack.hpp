// Takes a pack as it arrives from a server and makes it part of a directory of
// objects (`<dir>/pack/pack-<checksum>.{pack,idx}`).
//
// The sender is not trusted: every object is inflated, its delta resolved and
// its hash computed before finish() gives the index a name, and the bytes and
// objects taken are limited before they are written.
#pragma once

#include "git/repository.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace ecr_version::git {

struct PackLimits {
  std::uint64_t bytes = std::uint64_t{1} << 30;
  std::uint32_t objects = 5'000'000;
};

class PackIndexer {
 public:
  // `repository`, which may be null, gives the bases of a thin pack.
  PackIndexer(const std::filesystem::path& objects_directory,
              const Repository* repository, PackLimits limits = {});
  ~PackIndexer();
  PackIndexer(const PackIndexer&) = delete;
  PackIndexer& operator=(const PackIndexer&) = delete;

  // The next bytes, in pieces of any size. Throws Error when they cannot be
  // a pack, or pass a limit.
  void add(std::string_view bytes);
  // Throws Error when the pack is cut short, its checksum is wrong, or a delta
  // has no base. Afterwards Repository::add_objects finds the objects.
  void finish();

  // After finish(): the objects that came, a thin pack's bases included.
  std::vector<Oid> ids() const;

  std::uint64_t bytes() const;    // taken so far
  std::uint32_t objects() const;  // as the pack's header says

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ecr_version::git
