#include "git/commit_graph.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "git/big_endian.hpp"
#include "git/path_hash.hpp"

#include <algorithm>
#include <cstring>

namespace ecr_version::git {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t id_size = 20;
constexpr std::size_t data_size = id_size + 16;  // of one commit
constexpr std::uint32_t no_parent = 0x70000000;
constexpr std::uint32_t high_bit = 0x80000000;

constexpr std::uint32_t chunk(const char (&name)[5]) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(name[0])) << 24 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[1])) << 16 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[2])) << 8 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[3]));
}

std::uint32_t number_at(std::string_view table, std::size_t index) {
  if ((index + 1) * 4 > table.size()) {
    throw Error(
        "reading git's commit-graph: it is damaged; remove it with rm "
        ".git/objects/info/commit-graph*");
  }
  return big_endian_32(table.data() + index * 4);
}

}  // namespace

std::optional<CommitGraph::Layer> CommitGraph::open_layer(
    const fs::path& path) {
  auto mapped = MappedFile::open(path);
  if (!mapped) return std::nullopt;
  Layer layer(std::move(*mapped));
  const std::string_view bytes = layer.file.bytes();
  // "CGPH", version 1, SHA-1, the number of chunks, the layers below
  if (bytes.size() < 8 + 12 + id_size || !bytes.starts_with("CGPH\1\1")) {
    return std::nullopt;
  }
  const std::size_t chunks = static_cast<unsigned char>(bytes[6]);
  if (bytes.size() < 8 + (chunks + 1) * 12 + id_size) return std::nullopt;
  std::string_view filter_header;
  for (std::size_t i = 0; i < chunks; ++i) {
    const char* row = bytes.data() + 8 + i * 12;
    const std::uint64_t begin = big_endian_64(row + 4);
    const std::uint64_t end = big_endian_64(row + 16);
    if (begin > end || end > bytes.size() - id_size) return std::nullopt;
    const std::string_view content = bytes.substr(begin, end - begin);
    switch (big_endian_32(row)) {
      case chunk("OIDF"):
        layer.fanout = content;
        break;
      case chunk("OIDL"):
        layer.ids = content;
        break;
      case chunk("CDAT"):
        layer.data = content;
        break;
      case chunk("GDA2"):
        layer.dates = content;
        break;
      case chunk("GDO2"):
        layer.late_dates = content;
        break;
      case chunk("EDGE"):
        layer.edges = content;
        break;
      case chunk("BIDX"):
        layer.filter_ends = content;
        break;
      case chunk("BDAT"):
        filter_header = content;
        break;
      default:
        break;
    }
  }
  if (layer.fanout.size() != 256 * 4) return std::nullopt;
  layer.count = number_at(layer.fanout, 255);
  for (std::size_t byte = 1; byte < 256; ++byte) {
    if (number_at(layer.fanout, byte) < number_at(layer.fanout, byte - 1)) {
      return std::nullopt;
    }
  }
  if (layer.ids.size() < std::size_t{layer.count} * id_size ||
      layer.data.size() < std::size_t{layer.count} * data_size ||
      (!layer.dates.empty() &&
       layer.dates.size() < std::size_t{layer.count} * 4)) {
    return std::nullopt;
  }
  // The first git that wrote the file had no generations yet.
  if (layer.count > 0 && layer.dates.empty() &&
      number_at(layer.data, id_size / 4 + 2) >> 2 == 0) {
    return std::nullopt;
  }
  constexpr std::size_t header = 12;  // version, hashes a path, bits a path
  if (filter_header.size() >= header &&
      layer.filter_ends.size() == std::size_t{layer.count} * 4) {
    layer.filter_version = number_at(filter_header, 0);
    layer.filter_hashes = number_at(filter_header, 1);
    layer.filters = filter_header.substr(header);
    if (layer.filter_version > 2 || layer.filter_hashes > 64) {
      layer.filter_version = 0;
    }
  }
  return layer;
}

std::optional<CommitGraph> CommitGraph::open(const fs::path& objects) {
  CommitGraph graph;
  const fs::path info = objects / "info";
  if (auto layer = open_layer(info / "commit-graph")) {
    graph.layers_.push_back(std::move(*layer));
  } else if (const auto chain =
                 MappedFile::open(info / "commit-graphs/commit-graph-chain")) {
    for (const std::string_view line : split(chain->bytes(), '\n')) {
      if (line.empty()) continue;
      if (!parse_oid(line)) return std::nullopt;
      auto part = open_layer(info / "commit-graphs" /
                             ("graph-" + std::string(line) + ".graph"));
      if (!part) return std::nullopt;
      if (!graph.layers_.empty()) {
        part->before = graph.layers_.back().before + graph.layers_.back().count;
      }
      graph.layers_.push_back(std::move(*part));
    }
  }
  if (graph.layers_.empty()) return std::nullopt;
  graph.has_dates_ =
      std::all_of(graph.layers_.begin(), graph.layers_.end(),
                  [](const Layer& layer) { return !layer.dates.empty(); });
  return graph;
}

const CommitGraph::Layer& CommitGraph::layer_of(std::uint32_t position) const {
  for (const Layer& layer : layers_) {
    if (position < layer.before + layer.count) return layer;
  }
  throw Error(
      "reading git's commit-graph: it names a commit that it does not "
      "have; remove it with rm .git/objects/info/commit-graph*");
}

std::optional<std::uint32_t> CommitGraph::find(const Oid& id) const {
  const std::size_t first = id.bytes[0];
  for (const Layer& layer : layers_) {
    std::uint32_t low = first == 0 ? 0 : number_at(layer.fanout, first - 1);
    std::uint32_t high = number_at(layer.fanout, first);
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      const int order =
          std::memcmp(layer.ids.data() + std::size_t{middle} * id_size,
                      id.bytes.data(), id_size);
      if (order == 0) return layer.before + middle;
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
  }
  return std::nullopt;
}

Oid CommitGraph::id_at(std::uint32_t position) const {
  const Layer& layer = layer_of(position);
  Oid id;
  std::memcpy(id.bytes.data(),
              layer.ids.data() + std::size_t{position - layer.before} * id_size,
              id_size);
  return id;
}

void CommitGraph::read(std::uint32_t position, Entry& entry) const {
  const Layer& layer = layer_of(position);
  const std::size_t row = position - layer.before;
  const char* data = layer.data.data() + row * data_size;
  std::memcpy(entry.tree.bytes.data(), data, id_size);
  const std::uint32_t first = big_endian_32(data + id_size);
  const std::uint32_t second = big_endian_32(data + id_size + 4);
  const std::uint32_t high = big_endian_32(data + id_size + 8);
  const std::uint32_t low = big_endian_32(data + id_size + 12);
  // 30 bits of level and 34 of date
  const std::uint64_t level = high >> 2;
  const std::uint64_t date = std::uint64_t{high & 3} << 32 | low;
  entry.committed_at = static_cast<std::int64_t>(date);
  entry.generation = level;
  if (has_dates_) {
    const std::uint32_t offset = number_at(layer.dates, row);
    if ((offset & high_bit) == 0) {
      entry.generation = date + offset;
    } else {
      const std::size_t late = offset & ~high_bit;
      entry.generation =
          date + (std::uint64_t{number_at(layer.late_dates, 2 * late)} << 32 |
                  number_at(layer.late_dates, 2 * late + 1));
    }
  }
  entry.parents.clear();
  if (first == no_parent) return;
  entry.parents.push_back(first);
  if (second == no_parent) return;
  if ((second & high_bit) == 0) {
    entry.parents.push_back(second);
    return;
  }
  for (std::size_t at = second & ~high_bit;; ++at) {
    const std::uint32_t edge = number_at(layer.edges, at);
    entry.parents.push_back(edge & ~high_bit);
    if ((edge & high_bit) != 0) return;
  }
}

CommitGraph::Key CommitGraph::key_of(std::string_view path) {
  Key key{std::string(path), {}};
  for (const std::uint32_t version : {1U, 2U}) {
    key.hashes[version - 1][0] = path_hash(path, 0x293ae76f, version);
    key.hashes[version - 1][1] = path_hash(path, 0x7e646e2c, version);
  }
  return key;
}

bool CommitGraph::may_change(std::uint32_t position, const Key& key) const {
  const Layer& layer = layer_of(position);
  if (layer.filter_version == 0) return true;
  const std::size_t row = position - layer.before;
  const std::size_t begin =
      row == 0 ? 0 : number_at(layer.filter_ends, row - 1);
  const std::size_t end = number_at(layer.filter_ends, row);
  if (begin > end || end > layer.filters.size()) return true;
  const std::string_view filter = layer.filters.substr(begin, end - begin);
  if (filter.empty()) return true;  // not computed
  const std::uint64_t bits = std::uint64_t{filter.size()} * 8;
  const auto& [first, second] = key.hashes[layer.filter_version - 1];
  for (std::uint32_t i = 0; i < layer.filter_hashes; ++i) {
    const std::uint64_t bit = (first + i * second) % bits;
    const auto byte = static_cast<unsigned char>(filter[bit / 8]);
    if ((byte & (1U << (bit % 8))) == 0) return false;
  }
  return true;
}

}  // namespace ecr_version::git
