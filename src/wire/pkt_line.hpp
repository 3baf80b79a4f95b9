// The frames of git's protocols (gitprotocol-common): four hex digits of
// length, which count themselves, and that many bytes; or a special length.
//
// The sender is not trusted. A reader holds at most one packet (64 KiB), and a
// length that no packet can have ends the reading: an HTML page that a proxy
// put in front of us is found at its first four bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace ecr_version::wire {

enum class Packet {
  data,
  flush,      // 0000: the end of a message
  delimiter,  // 0001: the end of a section
  end,        // 0002: the end of a stateless answer
};

inline constexpr std::size_t most_packet_bytes = 65516;  // without its length

// Takes a stream in pieces of any size and hands out whole packets. The
// payload lives only during the call.
class PacketReader {
 public:
  using Handler = std::function<void(Packet packet, std::string_view payload)>;

  // Throws Error for a malformed length; what the handler throws passes on.
  void feed(std::string_view bytes, const Handler& handler);
  // Whether the stream may end here: no packet has begun.
  bool between_packets() const { return buffer_.empty(); }

 private:
  std::string buffer_;  // the packet that has begun
};

// Appends packets to a request's body. Throws Error for a payload that is too
// long for one packet.
void add_packet(std::string& body, std::string_view payload);
void add_line(std::string& body, std::string_view line);  // with a newline
void add_flush(std::string& body);
void add_delimiter(std::string& body);

// A line's text: without the newline that it may end in.
std::string_view line_of(std::string_view payload);

}  // namespace ecr_version::wire
