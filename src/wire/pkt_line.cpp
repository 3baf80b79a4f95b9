#include "wire/pkt_line.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ecr_version::wire {
namespace {

constexpr std::size_t length_digits = 4;

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The length as written, its own four bytes included.
std::size_t length_of(std::string_view digits) {
  if (digits.front() == '<') {
    throw Error(
        "the answer is a web page and not git's protocol: something between "
        "here and the server answers in its place");
  }
  std::size_t length = 0;
  for (const char c : digits) {
    const int digit = digit_of(c);
    if (digit < 0) {
      throw Error("the answer is no git protocol: it has '" + one_line(digits) +
                  "' where a packet's length belongs");
    }
    length = length * 16 + static_cast<std::size_t>(digit);
  }
  if (length == 3 || length > most_packet_bytes + length_digits) {
    throw Error(fmt::format(
        "the answer is no git protocol: no packet has the length '{}'",
        digits));
  }
  return length;
}

Packet special(std::size_t length) {
  if (length == 0) return Packet::flush;
  return length == 1 ? Packet::delimiter : Packet::end;
}

}  // namespace

void PacketReader::feed(std::string_view bytes, const Handler& handler) {
  while (true) {
    // A packet that lies whole in the piece is handed out without a copy.
    const bool direct = buffer_.empty();
    if (!direct && buffer_.size() < length_digits) {
      const std::size_t take =
          std::min(length_digits - buffer_.size(), bytes.size());
      buffer_ += bytes.substr(0, take);
      bytes.remove_prefix(take);
      if (buffer_.size() < length_digits) return;
    }
    const std::string_view known = direct ? bytes : std::string_view(buffer_);
    if (known.size() < length_digits) {
      buffer_ = bytes;
      return;
    }
    const std::size_t length = length_of(known.substr(0, length_digits));
    if (length < length_digits) {
      if (direct) bytes.remove_prefix(length_digits);
      buffer_.clear();
      handler(special(length), {});
      continue;
    }
    if (direct && bytes.size() >= length) {
      handler(Packet::data,
              bytes.substr(length_digits, length - length_digits));
      bytes.remove_prefix(length);
      continue;
    }
    const std::size_t take = std::min(length - buffer_.size(), bytes.size());
    buffer_ += bytes.substr(0, take);
    bytes.remove_prefix(take);
    if (buffer_.size() < length) return;
    const std::string packet = std::move(buffer_);
    buffer_.clear();
    handler(Packet::data, std::string_view(packet).substr(length_digits));
  }
}

void add_packet(std::string& body, std::string_view payload) {
  if (payload.size() > most_packet_bytes) {
    throw Error("a request to the git server has a line that is too long: '" +
                one_line(payload, 60) + "'");
  }
  body += fmt::format("{:04x}", payload.size() + length_digits);
  body += payload;
}

void add_line(std::string& body, std::string_view line) {
  add_packet(body, std::string(line) + "\n");
}

void add_flush(std::string& body) { body += "0000"; }

void add_delimiter(std::string& body) { body += "0001"; }

std::string_view line_of(std::string_view payload) {
  if (payload.ends_with('\n')) payload.remove_suffix(1);
  return payload;
}

}  // namespace ecr_version::wire
