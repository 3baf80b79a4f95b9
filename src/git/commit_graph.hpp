// git's commit-graph file: parents, trees, dates and generations of commits
// without reading them, and which paths they change
// (gitformat-commit-graph(5)).
//
// It is a cache that git may have left out of date or damaged: a commit that it
// lacks is read as usual, and a file that does not add up is not used at all.
// Only the negative answer of a changed-path filter means something.
#pragma once

#include "git/mapped_file.hpp"
#include "git/oid.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::git {

class CommitGraph {
 public:
  // Of commits that the file lacks: higher than any that it has.
  static constexpr std::uint64_t no_generation = UINT64_MAX;

  // The file of a directory of objects, or its chain of files; nullopt when
  // there is none that can be used.
  static std::optional<CommitGraph> open(const std::filesystem::path& objects);

  struct Entry {
    Oid tree;
    std::int64_t committed_at = 0;
    std::uint64_t generation = 0;        // above that of each parent
    std::vector<std::uint32_t> parents;  // positions
  };

  std::optional<std::uint32_t> find(const Oid& id) const;  // its position
  Oid id_at(std::uint32_t position) const;
  // Throws Error when the file is damaged there.
  void read(std::uint32_t position, Entry& entry) const;

  // What a path is asked for by; the same for all commits of one file.
  struct Key {
    std::string path;
    std::uint32_t hashes[2][2];  // by version of the hash, less one
  };
  static Key key_of(std::string_view path);
  // False when the commit surely does not change the path, or anything below
  // it, against its first parent.
  bool may_change(std::uint32_t position, const Key& key) const;

 private:
  struct Layer {
    explicit Layer(MappedFile mapped) : file(std::move(mapped)) {}
    MappedFile file;
    std::uint32_t count = 0;
    std::uint32_t before = 0;  // commits in the layers below
    std::string_view fanout, ids, data, dates, late_dates, edges;
    std::string_view filter_ends, filters;
    std::uint32_t filter_version = 0;  // 0: none
    std::uint32_t filter_hashes = 0;
  };
  static std::optional<Layer> open_layer(const std::filesystem::path& path);
  const Layer& layer_of(std::uint32_t position) const;

  std::vector<Layer> layers_;
  bool has_dates_ = false;  // generations are corrected dates in every layer
};

}  // namespace ecr_version::git
