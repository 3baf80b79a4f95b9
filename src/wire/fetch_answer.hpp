// Reads the answer to a fetch as it arrives: its sections (gitprotocol-v2,
// "fetch"), and within the last one the pack in its side band.
//
// The server is not trusted: what it says beside the pack is bounded, what is
// malformed, out of order or after the end is an Error, and an answer is whole
// only when complete() says so. The pack's own checks are its taker's.
#pragma once

#include "wire/pkt_line.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::wire {

class FetchAnswer {
 public:
  // Takes the pack's bytes, in pieces.
  using Pack = std::function<void(std::string_view bytes)>;

  explicit FetchAnswer(Pack pack) : pack_(std::move(pack)) {}

  void feed(std::string_view bytes);  // throws Error, and what `pack` throws
  bool complete() const { return complete_; }

  const std::vector<std::string>& shallow() const { return shallow_; }
  const std::vector<std::string>& unshallow() const { return unshallow_; }
  std::uint64_t pack_bytes() const { return pack_bytes_; }

 private:
  enum class Section { none, acknowledgments, shallow_info, packfile };

  void packet(Packet packet, std::string_view payload);
  void begin_section(std::string_view line);
  void shallow_line(std::string_view line);
  void side_band(std::string_view payload);

  PacketReader reader_;
  Pack pack_;
  Section section_ = Section::none;
  std::vector<std::string> shallow_;
  std::vector<std::string> unshallow_;
  std::uint64_t pack_bytes_ = 0;
  std::size_t chatter_ = 0;  // bytes and packets that bring nothing on
  bool complete_ = false;
};

}  // namespace ecr_version::wire
