// libgit2's indexer does the work: it writes the pack, inflates and hashes each
// object, resolves the deltas and writes the index. What it does not do is
// limit what a server sends, which is checked before it sees the bytes.
#include "base/handle.hpp"
#include "base/text.hpp"
#include "git/big_endian.hpp"
#include "git/implementation.hpp"
#include "git/pack.hpp"
#include "git/pack_file.hpp"

#include <fmt/format.h>
#include <git2.h>

#include <string>

namespace ecr_version::git {
namespace fs = std::filesystem;
namespace {

using Odb = Handle<git_odb, git_odb_free>;
using Indexer = Handle<git_indexer, git_indexer_free>;

constexpr std::size_t header_size = 12;

// Turns a status into an Error that says what we were doing.
void check(int status, const std::string& doing) {
  if (status >= 0) return;
  const git_error* last = git_error_last();  // null in old libgit2
  throw Error(doing + ": " +
              (last != nullptr && last->message != nullptr
                   ? one_line(last->message)
                   : "no reason given"));
}

// On first use: in some builds, starting the library loads certificates.
void start_libgit2() {
  static const bool started = [] {
    check(git_libgit2_init(), "starting libgit2");
    return true;
  }();
  static_cast<void>(started);
}

std::string megabytes(std::uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

}  // namespace

struct PackIndexer::Implementation {
  PackLimits limits;
  fs::path directory;
  Odb bases;
  Indexer indexer;
  git_indexer_progress progress{};
  std::string header;
  std::uint64_t bytes = 0;
  std::uint32_t objects = 0;

  void read_header(std::string_view more) {
    if (header.size() >= header_size) return;
    header += more.substr(0, header_size - header.size());
    if (header.size() < header_size) return;
    const std::uint32_t version = big_endian_32(header.data() + 4);
    if (!header.starts_with("PACK") || (version != 2 && version != 3)) {
      throw Error(
          "receiving a pack of git objects: it does not begin as "
          "a pack does");
    }
    objects = big_endian_32(header.data() + 8);
    if (objects > limits.objects) {
      throw Error("receiving a pack of git objects: it has " +
                  std::to_string(objects) + " objects, and at most " +
                  std::to_string(limits.objects) + " are taken");
    }
  }
};

PackIndexer::PackIndexer(const fs::path& objects_directory,
                         const Repository* repository, PackLimits limits)
    : implementation_(std::make_unique<Implementation>()) {
  start_libgit2();
  implementation_->limits = limits;
  const fs::path directory = objects_directory / "pack";
  implementation_->directory = directory;
  std::error_code problem;
  fs::create_directories(directory, problem);
  if (problem) {
    throw Error("making " + directory.string() + ": " + problem.message());
  }
  if (repository != nullptr) {
    check(git_odb_new(Out(implementation_->bases)),
          "opening the repository's objects");
    for (const fs::path& place :
         repository->implementation().objects.directories()) {
      check(git_odb_add_disk_alternate(implementation_->bases.get(),
                                       place.c_str()),
            "opening " + place.string());
    }
  }
  git_indexer_options options = GIT_INDEXER_OPTIONS_INIT;
  check(git_indexer_new(Out(implementation_->indexer), directory.c_str(), 0600,
                        implementation_->bases.get(), &options),
        "receiving a pack of git objects");
}

PackIndexer::~PackIndexer() = default;

void PackIndexer::add(std::string_view bytes) {
  Implementation& inside = *implementation_;
  inside.bytes += bytes.size();
  if (inside.bytes > inside.limits.bytes) {
    throw Error("receiving a pack of git objects: it is larger than the " +
                megabytes(inside.limits.bytes) + " that are taken");
  }
  inside.read_header(bytes);
  check(git_indexer_append(inside.indexer.get(), bytes.data(), bytes.size(),
                           &inside.progress),
        "receiving a pack of git objects");
}

void PackIndexer::finish() {
  Implementation& inside = *implementation_;
  if (inside.header.size() < header_size) {
    throw Error("receiving a pack of git objects: it was cut short after " +
                std::to_string(inside.bytes) + " bytes");
  }
  check(git_indexer_commit(inside.indexer.get(), &inside.progress),
        "receiving a pack of git objects");
}

std::vector<Oid> PackIndexer::ids() const {
  const char* name = git_indexer_name(implementation_->indexer.get());
  const auto pack = PackFile::open(implementation_->directory /
                                   fmt::format("pack-{}.idx", name));
  std::vector<Oid> ids;
  if (pack) pack->with_prefix(Oid{}, 0, ids);
  return ids;
}

std::uint64_t PackIndexer::bytes() const { return implementation_->bytes; }

std::uint32_t PackIndexer::objects() const { return implementation_->objects; }

}  // namespace ecr_version::git
