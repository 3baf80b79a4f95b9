#include "git/pack_file.hpp"

#include "base/error.hpp"
#include "git/big_endian.hpp"

#include <cstring>
#include <utility>

namespace ecr_version::git {
namespace {

constexpr std::size_t id_size = 20;
constexpr std::size_t fanout_size = 256 * 4;
constexpr std::string_view index_magic{"\377tOc\0\0\0\2", 8};
constexpr std::size_t checksums_size = 2 * id_size;

const unsigned char* unsigned_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

PackFile::PackFile(MappedFile index, MappedFile pack, std::string path)
    : index_(std::move(index)), pack_(std::move(pack)), path_(std::move(path)) {
  const std::string_view bytes = index_.bytes();
  old_format_ = !bytes.starts_with(index_magic.substr(0, 4));
  if (!old_format_ && !bytes.starts_with(index_magic)) {
    fail("its index is of a version that this program does not know");
  }
  const std::size_t head = (old_format_ ? 0 : 8) + fanout_size;
  if (bytes.size() < head + checksums_size) fail("its index is cut short");
  count_ = fanout(255);
  for (std::size_t byte = 1; byte < 256; ++byte) {
    if (fanout(byte) < fanout(byte - 1)) fail("its index is damaged");
  }
  // An id, its offset and, from version 2, a checksum
  const std::size_t each = id_size + (old_format_ ? 4 : 8);
  if ((bytes.size() - head - checksums_size) / each < count_) {
    fail("its index is cut short");
  }
  const std::string_view pack_bytes = pack_.bytes();
  if (pack_bytes.size() < 12 + id_size || !pack_bytes.starts_with("PACK")) {
    fail("it does not begin as a pack does");
  }
  const std::uint32_t version = big_endian_32(pack_bytes.data() + 4);
  if (version != 2 && version != 3) fail("it is of an unknown version");
  if (big_endian_32(pack_bytes.data() + 8) != count_) {
    fail("its index belongs to another pack");
  }
}

std::optional<PackFile> PackFile::open(const std::filesystem::path& index) {
  std::filesystem::path path = index;
  path.replace_extension(".pack");
  auto index_file = MappedFile::open(index);
  auto pack_file = MappedFile::open(path);
  if (!index_file || !pack_file) return std::nullopt;
  return PackFile(std::move(*index_file), std::move(*pack_file), path.string());
}

void PackFile::fail(std::string_view what) const {
  throw Error("reading the pack " + path_ + ": " + std::string(what) +
              "; git fsck --full tells what is damaged, and a fresh clone "
              "repairs it");
}

std::uint32_t PackFile::fanout(std::size_t byte) const {
  return big_endian_32(index_.bytes().data() + (old_format_ ? 0 : 8) +
                       byte * 4);
}

const unsigned char* PackFile::id_at(std::uint32_t position) const {
  const unsigned char* bytes = unsigned_bytes(index_.bytes());
  if (old_format_) {
    return bytes + fanout_size + std::size_t{position} * (id_size + 4) + 4;
  }
  return bytes + 8 + fanout_size + std::size_t{position} * id_size;
}

std::uint64_t PackFile::offset_at(std::uint32_t position) const {
  if (old_format_) return big_endian_32(id_at(position) - 4);
  const std::string_view bytes = index_.bytes();
  const std::size_t offsets =
      8 + fanout_size + std::size_t{count_} * (id_size + 4);
  const std::uint32_t offset =
      big_endian_32(bytes.data() + offsets + std::size_t{position} * 4);
  if ((offset & 0x80000000U) == 0) return offset;
  // In a pack of more than 2 GiB: a place in the table of long offsets.
  const std::size_t at =
      offsets + std::size_t{count_} * 4 + std::size_t{offset & 0x7fffffffU} * 8;
  if (at + 8 + checksums_size > bytes.size()) fail("its index is damaged");
  return big_endian_64(bytes.data() + at);
}

std::uint32_t PackFile::lower_bound(const Oid& id) const {
  const std::size_t first = id.bytes[0];
  std::uint32_t low = first == 0 ? 0 : fanout(first - 1);
  std::uint32_t high = fanout(first);
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (std::memcmp(id_at(middle), id.bytes.data(), id_size) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::optional<std::uint64_t> PackFile::find(const Oid& id) const {
  const std::uint32_t position = lower_bound(id);
  if (position >= count_ ||
      std::memcmp(id_at(position), id.bytes.data(), id_size) != 0) {
    return std::nullopt;
  }
  return offset_at(position);
}

void PackFile::with_prefix(const Oid& low, std::size_t digits,
                           std::vector<Oid>& ids) const {
  for (std::uint32_t i = lower_bound(low); i < count_; ++i) {
    Oid id;
    std::memcpy(id.bytes.data(), id_at(i), id_size);
    if (to_hex(id).compare(0, digits, to_hex(low), 0, digits) != 0) return;
    ids.push_back(id);
  }
}

PackFile::Piece PackFile::piece(std::uint64_t offset) const {
  const std::string_view bytes =
      pack_.bytes().substr(0, pack_.bytes().size() - id_size);
  if (offset < 12 || offset >= bytes.size()) {
    fail("it is cut short, or its index is damaged");
  }
  std::size_t at = offset;
  const auto byte = [&]() -> std::uint64_t {
    if (at >= bytes.size()) fail("it is cut short");
    return static_cast<unsigned char>(bytes[at++]);
  };
  Piece piece;
  std::uint64_t value = byte();
  piece.kind = static_cast<std::uint8_t>((value >> 4) & 7);
  std::uint64_t size = value & 15;
  for (unsigned shift = 4; (value & 0x80) != 0; shift += 7) {
    if (shift > 57) fail("an object has no sensible size");
    value = byte();
    size |= (value & 0x7f) << shift;
  }
  piece.size = size;
  if (piece.kind == 6) {
    value = byte();
    std::uint64_t back = value & 0x7f;
    while ((value & 0x80) != 0) {
      if (back > (UINT64_MAX >> 8)) fail("a delta has no sensible base");
      value = byte();
      back = ((back + 1) << 7) | (value & 0x7f);
    }
    if (back == 0 || back >= offset) fail("a delta has no sensible base");
    piece.base_offset = offset - back;
  } else if (piece.kind == 7) {
    if (bytes.size() - at < id_size) fail("it is cut short");
    std::memcpy(piece.base.bytes.data(), bytes.data() + at, id_size);
    at += id_size;
  } else if (piece.kind == 0 || piece.kind == 5) {
    fail("an object is of no known kind");
  }
  piece.stream = bytes.substr(at);
  return piece;
}

}  // namespace ecr_version::git
