// The directory that fetched objects live in while the program runs.
//
// It is the owner's alone (mode 0700) and gone at the end, also when an
// exception or a signal ends the run: the destructor removes it, so whoever
// handles a signal must unwind and not _exit. The workspace's own objects are
// never written to.
#pragma once

#include "git/pack.hpp"
#include "git/repository.hpp"
#include "wire/client.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

class PackStore {
 public:
  // Creates a directory of its own below `parent` (RUNNER_TEMP).
  explicit PackStore(const std::filesystem::path& parent);
  ~PackStore();
  PackStore(const PackStore&) = delete;
  PackStore& operator=(const PackStore&) = delete;

  const std::filesystem::path& objects() const { return objects_; }

 private:
  std::filesystem::path directory_;
  std::filesystem::path objects_;
};

// Indexes one pack into a store. An empty pack leaves nothing behind.
class StoredPack : public wire::PackTaker {
 public:
  // `repository` gives the bases of a thin pack; null where none is thin.
  StoredPack(const PackStore& store, const git::Repository* repository);

  void begin() override;
  void add(std::string_view bytes) override;
  // Once the answer is complete: the objects that came. Throws Error for a pack
  // that is cut short or wrong.
  std::vector<git::Oid> finish();

 private:
  const PackStore& store_;
  const git::Repository* repository_;
  std::unique_ptr<git::PackIndexer> indexer_;
  std::string header_;
};

// Reads a pack's header and forgets the rest: for questions whose answer is
// whether there is anything at all.
class CountedPack : public wire::PackTaker {
 public:
  void begin() override { header_.clear(); }
  void add(std::string_view bytes) override;
  std::size_t objects() const;  // throws Error for what is no pack

 private:
  std::string header_;
};

}  // namespace ecr_version::app
