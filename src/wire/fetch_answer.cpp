#include "wire/fetch_answer.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "wire/capabilities.hpp"

#include <fmt/format.h>

namespace ecr_version::wire {
namespace {

// Asked for no progress, a server has a few lines to say; the many small
// packets of a keep-alive count with their frames.
constexpr std::size_t most_chatter = std::size_t{1} << 20;
constexpr std::size_t most_shallow = 1'000'000;

[[noreturn]] void malformed(std::string_view line) {
  throw Error("the answer has the unexpected line '" + one_line(line) + "'");
}

}  // namespace

void FetchAnswer::feed(std::string_view bytes) {
  reader_.feed(bytes, [this](Packet kind, std::string_view payload) {
    packet(kind, payload);
  });
}

void FetchAnswer::packet(Packet packet, std::string_view payload) {
  if (complete_) throw Error("the answer goes on after its end");
  if (packet == Packet::delimiter) {
    if (section_ == Section::none || section_ == Section::packfile) {
      throw Error("the answer ends a section that it did not begin");
    }
    section_ = Section::none;
    return;
  }
  if (packet != Packet::data) {
    if (section_ != Section::packfile) {
      throw Error("the answer ends without a pack");
    }
    complete_ = true;
    return;
  }
  const std::string_view line = line_of(payload);
  switch (section_) {
    case Section::none:
      refuse_error_line(line);
      return begin_section(line);
    case Section::acknowledgments:
      refuse_error_line(line);
      chatter_ += line.size() + 4;
      if (chatter_ > most_chatter) malformed(line);
      return;
    case Section::shallow_info:
      refuse_error_line(line);
      return shallow_line(line);
    case Section::packfile:
      return side_band(payload);
  }
}

void FetchAnswer::begin_section(std::string_view line) {
  if (line == "acknowledgments") {
    section_ = Section::acknowledgments;
  } else if (line == "shallow-info") {
    section_ = Section::shallow_info;
  } else if (line == "packfile") {
    section_ = Section::packfile;
  } else {
    malformed(line);
  }
  // A section without an end, again and again, is chatter too.
  chatter_ += line.size();
  if (chatter_ > most_chatter) malformed(line);
}

void FetchAnswer::shallow_line(std::string_view line) {
  constexpr std::string_view kept = "shallow ";
  constexpr std::string_view gone = "unshallow ";
  const bool ends_here = line.starts_with(kept);
  if (!ends_here && !line.starts_with(gone)) malformed(line);
  const std::string_view id = line.substr((ends_here ? kept : gone).size());
  if (!is_object_id(id)) malformed(line);
  std::vector<std::string>& list = ends_here ? shallow_ : unshallow_;
  if (list.size() == most_shallow) {
    throw Error(fmt::format("the answer names more than {} shallow commits",
                            most_shallow));
  }
  list.emplace_back(id);
}

void FetchAnswer::side_band(std::string_view payload) {
  if (payload.empty()) malformed(payload);
  const char band = payload.front();
  payload.remove_prefix(1);
  if (band == 3) {
    throw Error("the server says '" + one_line(trim(payload)) + "'");
  }
  if (band != 1 && band != 2) malformed(payload);
  if (band == 1 && !payload.empty()) {
    pack_bytes_ += payload.size();
    pack_(payload);
    return;
  }
  chatter_ += payload.size() + 5;
  if (chatter_ > most_chatter) {
    throw Error(fmt::format(
        "the server sent {} bytes of progress, which was not asked for, and "
        "goes on",
        chatter_));
  }
}

}  // namespace ecr_version::wire
