#include "git/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace ecr_version::git {
namespace {

// Starting a stream takes an allocation of 40 KiB; starting it over, none.
class Inflater {
 public:
  Inflater() {
    if (::inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::size_t front(std::string_view from, char* to, std::size_t room) {
    ::inflateReset(&stream_);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
    stream_.avail_in = static_cast<uInt>(from.size());
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(room);
    const int status = ::inflate(&stream_, Z_SYNC_FLUSH);
    return status == Z_OK || status == Z_STREAM_END ? stream_.total_out : 0;
  }

  std::optional<std::size_t> run(std::string_view from, char* to,
                                 std::size_t room) {
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    if (room > most || ::inflateReset(&stream_) != Z_OK) return std::nullopt;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
    stream_.avail_in = static_cast<uInt>(std::min(from.size(), most));
    char nothing = 0;  // zlib refuses a null pointer even for no bytes
    stream_.next_out = reinterpret_cast<Bytef*>(room > 0 ? to : &nothing);
    stream_.avail_out = static_cast<uInt>(room);
    if (::inflate(&stream_, Z_FINISH) != Z_STREAM_END) return std::nullopt;
    return stream_.total_out;
  }

 private:
  z_stream stream_{};
};

Inflater& inflater() {
  thread_local Inflater shared;
  return shared;
}

}  // namespace

bool inflate_exactly(std::string_view from, char* to, std::size_t size) {
  return inflater().run(from, to, size) == size;
}

std::size_t inflate_front(std::string_view from, char* to, std::size_t room) {
  return inflater().front(from, to, room);
}

std::optional<std::size_t> inflate_within(std::string_view from, char* to,
                                          std::size_t room) {
  return inflater().run(from, to, room);
}

}  // namespace ecr_version::git
