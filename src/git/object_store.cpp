#include "git/object_store.hpp"

#include "base/crypto.hpp"
#include "base/error.hpp"
#include "git/delta.hpp"
#include "git/inflate.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace ecr_version::git {
namespace fs = std::filesystem;
namespace {

constexpr int deepest_alternates = 5;         // as git has it
constexpr std::size_t longest_chain = 5'000;  // git makes none past 4,095

[[noreturn]] void fail_damaged(const std::string& where,
                               std::string_view what) {
  throw Error(where + " is damaged: " + std::string(what) +
              "; git fsck --full tells more, and a fresh clone repairs it");
}

std::shared_ptr<char[]> room_for(std::size_t size, const std::string& where) {
  if (size > largest_object) {
    fail_damaged(where, "an object is larger than 256 MiB");
  }
  return std::shared_ptr<char[]>(new char[size]);
}

fs::path loose_path(const fs::path& directory, const std::string& hex) {
  return directory / hex.substr(0, 2) / hex.substr(2);
}

}  // namespace

std::string_view to_string(ObjectType type) {
  static constexpr std::string_view names[] = {"", "commit", "tree", "blob",
                                               "tag"};
  return names[static_cast<std::size_t>(type)];
}

std::optional<ObjectType> parse_object_type(std::string_view word) {
  for (const ObjectType type : {ObjectType::commit, ObjectType::tree,
                                ObjectType::blob, ObjectType::tag}) {
    if (word == to_string(type)) return type;
  }
  return std::nullopt;
}

void ObjectStore::add(const fs::path& directory) { add(directory, 0); }

void ObjectStore::add(const fs::path& directory, int depth) {
  std::error_code ignored;
  const fs::path place = fs::weakly_canonical(directory, ignored);
  const bool is_new = std::find(directories_.begin(), directories_.end(),
                                place) == directories_.end();
  if (is_new) directories_.push_back(place);
  // What is absent or no folder holds no packs (an alternate may be anything);
  // a folder that cannot be read is an error.
  std::error_code problem;
  std::vector<fs::path> indexes;
  for (fs::directory_iterator entry(place / "pack", problem), end;
       !problem && entry != end; entry.increment(problem)) {
    if (entry->path().extension() == ".idx") indexes.push_back(entry->path());
  }
  if (problem && problem != std::errc::no_such_file_or_directory &&
      problem != std::errc::not_a_directory) {
    throw Error("reading " + (place / "pack").string() + ": " +
                problem.message());
  }
  std::sort(indexes.begin(), indexes.end());
  for (const fs::path& index : indexes) {
    const std::string pack = fs::path(index).replace_extension(".pack");
    const bool known =
        std::any_of(packs_.begin(), packs_.end(),
                    [&](const auto& one) { return one->path() == pack; });
    if (known) continue;
    if (auto opened = PackFile::open(index)) {
      packs_.push_back(std::make_unique<PackFile>(std::move(*opened)));
    }
  }
  if (!is_new || depth >= deepest_alternates) return;
  const auto alternates = MappedFile::open(place / "info" / "alternates");
  if (!alternates) return;
  std::string_view lines = alternates->bytes();
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty() || line.front() == '#') continue;
    const fs::path other(line);
    add(other.is_absolute() ? other : place / other, depth + 1);
  }
}

std::optional<ObjectStore::Place> ObjectStore::locate(const Oid& id) const {
  for (std::size_t i = 0; i < packs_.size(); ++i) {
    const std::size_t pack = (last_pack_ + i) % packs_.size();
    if (const auto offset = packs_[pack]->find(id)) {
      last_pack_ = pack;
      return Place{pack, *offset};
    }
  }
  return std::nullopt;
}

Object ObjectStore::read(Place place) {
  const PackFile& pack = *packs_[place.pack];
  const std::string where = "the pack " + pack.path();
  // Down the chain to a whole object or one that was read before; then up.
  std::vector<std::pair<std::uint64_t, PackFile::Piece>> deltas;
  Object object;
  std::uint64_t offset = place.offset;
  for (;;) {
    if (const Object* known = cache_.find(place.pack, offset)) {
      object = *known;
      break;
    }
    const PackFile::Piece piece = pack.piece(offset);
    if (!piece.is_delta()) {
      auto data = room_for(piece.size, where);
      if (!inflate_exactly(piece.stream, data.get(), piece.size)) {
        fail_damaged(where, "an object cannot be inflated");
      }
      object = {static_cast<ObjectType>(piece.kind), std::move(data),
                piece.size};
      if (!deltas.empty() || object.type == ObjectType::tree) {
        cache_.add(place.pack, offset, object);
      }
      break;
    }
    if (deltas.size() >= longest_chain) {
      fail_damaged(where, "a chain of deltas does not end");
    }
    deltas.emplace_back(offset, piece);
    if (piece.kind == 6) {
      offset = piece.base_offset;
      continue;
    }
    if (const auto base = pack.find(piece.base)) {
      offset = *base;
      continue;
    }
    fail_damaged(where, "the base of a delta is missing");
  }
  while (!deltas.empty()) {
    const auto& [at, piece] = deltas.back();
    const auto delta = room_for(piece.size, where);
    if (!inflate_exactly(piece.stream, delta.get(), piece.size)) {
      fail_damaged(where, "a delta cannot be inflated");
    }
    try {
      object = apply_delta(object, {delta.get(), piece.size});
    } catch (const Error& error) {
      fail_damaged(where, error.what());
    }
    if (deltas.size() > 1 || object.type == ObjectType::tree) {
      cache_.add(place.pack, at, object);
    }
    deltas.pop_back();
  }
  return object;
}

std::optional<Object> ObjectStore::read_loose(const Oid& id) const {
  const std::string hex = to_hex(id);
  for (const fs::path& directory : directories_) {
    const fs::path path = loose_path(directory, hex);
    const auto file = MappedFile::open(path);
    if (!file) continue;
    const std::string where = "the object " + path.string();
    // The size stands inside the stream: try with more room until it fits.
    std::size_t room = std::max<std::size_t>(file->bytes().size() * 4, 4096);
    std::shared_ptr<char[]> data;
    std::optional<std::size_t> size;
    for (;;) {
      data = room_for(std::min(room, largest_object), where);
      size = inflate_within(file->bytes(), data.get(),
                            std::min(room, largest_object));
      // Deflate makes at most 1,032 bytes of one.
      if (size || room >= largest_object ||
          room > file->bytes().size() * 1032 + 4096) {
        break;
      }
      room *= 4;
    }
    if (!size) fail_damaged(where, "it cannot be inflated");
    const std::string_view all(data.get(), *size);
    if (sha1_hex(all) != hex) fail_damaged(where, "its hash is another");
    const std::size_t header = all.find('\0');
    const std::size_t space = all.find(' ');
    const auto type = parse_object_type(all.substr(0, space));
    std::size_t length = 0;
    if (header == std::string_view::npos || space > header || !type ||
        std::from_chars(all.data() + space + 1, all.data() + header, length)
                .ptr != all.data() + header ||
        length != all.size() - header - 1) {
      fail_damaged(where, "it does not begin with its type and size");
    }
    return Object{*type, {data, data.get() + header + 1}, length};
  }
  return std::nullopt;
}

std::string_view ObjectStore::commit_front(const Oid& id) {
  const auto place = locate(id);
  if (!place) return {};
  const PackFile::Piece piece = packs_[place->pack]->piece(place->offset);
  if (piece.kind != 1) return {};
  const std::size_t size =
      inflate_front(piece.stream.substr(0, 256), front_.data(), front_.size());
  return {front_.data(), std::min(size, piece.size)};
}

std::optional<Object> ObjectStore::find(const Oid& id) {
  if (const auto place = locate(id)) return read(*place);
  return read_loose(id);
}

std::optional<ObjectType> ObjectStore::type(const Oid& id) {
  const auto place = locate(id);
  if (!place) {
    const auto object = read_loose(id);
    if (!object) return std::nullopt;
    return object->type;
  }
  const PackFile& pack = *packs_[place->pack];
  std::uint64_t offset = place->offset;
  for (std::size_t length = 0; length < longest_chain; ++length) {
    const PackFile::Piece piece = pack.piece(offset);
    if (!piece.is_delta()) return static_cast<ObjectType>(piece.kind);
    const auto base =
        piece.kind == 6 ? piece.base_offset : pack.find(piece.base);
    if (!base) break;
    offset = *base;
  }
  fail_damaged("the pack " + pack.path(), "the base of a delta is missing");
}

bool ObjectStore::has(const Oid& id) const {
  if (locate(id)) return true;
  const std::string hex = to_hex(id);
  return std::any_of(
      directories_.begin(), directories_.end(), [&](const fs::path& directory) {
        std::error_code ignored;
        return fs::is_regular_file(loose_path(directory, hex), ignored);
      });
}

std::vector<Oid> ObjectStore::with_prefix(std::string_view hex) const {
  std::vector<Oid> ids;
  std::string padded(hex);
  padded.resize(40, '0');
  const auto low = parse_oid(padded);
  if (!low || hex.size() < 2) return ids;
  for (const auto& pack : packs_) pack->with_prefix(*low, hex.size(), ids);
  for (const fs::path& directory : directories_) {
    std::error_code ignored;  // no folder: no object that begins so
    for (const auto& entry : fs::directory_iterator(
             directory / std::string(hex.substr(0, 2)), ignored)) {
      const std::string name =
          std::string(hex.substr(0, 2)) + entry.path().filename().string();
      const auto id = parse_oid(name);
      if (id && name.starts_with(hex)) ids.push_back(*id);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace ecr_version::git
