#include "app/pack_store.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace ecr_version::app {
namespace {

constexpr std::size_t header_bytes = 12;  // "PACK", version, number of objects

std::size_t objects_of(std::string_view header) {
  if (header.size() < header_bytes || !header.starts_with("PACK")) {
    throw Error("the server sent something else than a pack");
  }
  std::size_t count = 0;
  for (std::size_t i = 8; i < header_bytes; ++i) {
    count = count * 256 + static_cast<unsigned char>(header[i]);
  }
  return count;
}

void keep_header(std::string& header, std::string_view bytes) {
  if (header.size() < header_bytes) {
    header += bytes.substr(0, header_bytes - header.size());
  }
}

}  // namespace

PackStore::PackStore(const std::filesystem::path& parent) {
  std::string name = (parent / "ecr-version-XXXXXX").string();
  // mkdtemp gives mode 0700 and a name that nobody can have foreseen.
  if (::mkdtemp(name.data()) == nullptr) {
    throw Error(
        fmt::format("creating a directory for fetched history in {}: {}",
                    parent.string(), std::strerror(errno)));
  }
  directory_ = name;
  objects_ = directory_ / "objects";
  std::filesystem::create_directories(objects_ / "pack");
}

PackStore::~PackStore() {
  std::error_code ignored;  // a leftover in the job's temp directory harms none
  std::filesystem::remove_all(directory_, ignored);
}

StoredPack::StoredPack(const PackStore& store,
                       const git::Repository* repository)
    : store_(store), repository_(repository) {}

void StoredPack::begin() {
  header_.clear();
  indexer_.reset();
}

void StoredPack::add(std::string_view bytes) {
  keep_header(header_, bytes);
  if (!indexer_) {
    indexer_ =
        std::make_unique<git::PackIndexer>(store_.objects(), repository_);
  }
  indexer_->add(bytes);
}

std::vector<git::Oid> StoredPack::finish() {
  std::vector<git::Oid> ids;
  if (objects_of(header_) > 0) {
    indexer_->finish();
    ids = indexer_->ids();
  }
  indexer_.reset();
  return ids;
}

void CountedPack::add(std::string_view bytes) { keep_header(header_, bytes); }

std::size_t CountedPack::objects() const { return objects_of(header_); }

}  // namespace ecr_version::app
