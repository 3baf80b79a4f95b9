// One pack of objects with its index, both mapped. Format: git's
// gitformat-pack(5).
//
// It finds and gives pieces; putting deltas together is the object store's, as
// a base may lie in its cache. Offsets and sizes come from files that may be
// damaged: everything is checked against the file's end.
#pragma once

#include "git/mapped_file.hpp"
#include "git/object.hpp"
#include "git/oid.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::git {

class PackFile {
 public:
  // nullopt when the pack beside the index is gone. Throws Error when either is
  // no such file.
  static std::optional<PackFile> open(const std::filesystem::path& index);

  std::optional<std::uint64_t> find(const Oid& id) const;  // its offset
  // Appends the ids that begin with the first `digits` hex digits of `low`.
  void with_prefix(const Oid& low, std::size_t digits,
                   std::vector<Oid>& ids) const;

  struct Piece {
    // 1 to 4: whole, as ObjectType; 6 and 7: a delta
    std::uint8_t kind = 0;
    std::size_t size = 0;           // inflated
    std::string_view stream;        // zlib, to the end of the file
    std::uint64_t base_offset = 0;  // of kind 6
    Oid base;                       // of kind 7
    bool is_delta() const { return kind > 4; }
  };
  Piece piece(std::uint64_t offset) const;

  const std::string& path() const { return path_; }

 private:
  PackFile(MappedFile index, MappedFile pack, std::string path);
  [[noreturn]] void fail(std::string_view what) const;
  std::uint32_t fanout(std::size_t byte) const;
  const unsigned char* id_at(std::uint32_t position) const;
  std::uint64_t offset_at(std::uint32_t position) const;
  std::uint32_t lower_bound(const Oid& id) const;

  MappedFile index_;
  MappedFile pack_;
  std::string path_;
  std::uint32_t count_ = 0;
  bool old_format_ = false;  // version 1: the offset before each id
};

}  // namespace ecr_version::git
