#include "wire/capabilities.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ecr_version::wire {
namespace {

constexpr std::string_view no_version_2 =
    "the server does not speak version 2 of git's protocol";

void read_capability(Capabilities& found, std::string_view line) {
  const std::size_t equals = line.find('=');
  const std::string_view name = line.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos
                                     ? std::string_view()
                                     : line.substr(equals + 1);
  if (name == "ls-refs") found.ls_refs = true;
  if (name == "agent") found.agent = one_line(value, 80);
  if (name == "object-format") found.object_format = one_line(value, 20);
  if (name != "fetch") return;
  found.fetch = true;
  for (const std::string_view feature : split(value, ' ')) {
    if (feature == "shallow") found.shallow = true;
    if (feature == "filter") found.filter = true;
  }
}

}  // namespace

bool is_object_id(std::string_view text) {
  return text.size() == 40 && is_lower_hex(text);
}

void refuse_error_line(std::string_view line) {
  if (!line.starts_with("ERR ")) return;
  throw Error("the server says '" + one_line(line.substr(4)) + "'");
}

Capabilities read_capabilities(std::string_view body) {
  Capabilities found;
  bool version_2 = false;
  bool complete = false;
  bool service_line = false;
  PacketReader reader;
  reader.feed(body, [&](Packet packet, std::string_view payload) {
    const std::string_view line = line_of(payload);
    if (complete) return;
    if (packet == Packet::flush) {
      // Smart HTTP puts "# service=git-upload-pack" and a flush in front.
      if (!version_2 && service_line) {
        service_line = false;
        return;
      }
      complete = true;
      return;
    }
    refuse_error_line(line);
    if (!version_2) {
      if (line.starts_with("# service=")) {
        service_line = true;
        return;
      }
      if (line != "version 2") throw Error(std::string(no_version_2));
      version_2 = true;
      return;
    }
    read_capability(found, line);
  });
  if (!version_2) throw Error(std::string(no_version_2));
  if (!complete || !reader.between_packets()) {
    throw Error("the server's list of capabilities is cut short");
  }
  return found;
}

void RefsAnswer::feed(std::string_view bytes) {
  reader_.feed(bytes, [this](Packet kind, std::string_view payload) {
    packet(kind, payload);
  });
}

void RefsAnswer::packet(Packet packet, std::string_view payload) {
  if (complete_) throw Error("the list of references goes on after its end");
  if (packet != Packet::data) {
    complete_ = true;
    return;
  }
  const std::string_view line = line_of(payload);
  refuse_error_line(line);
  const std::vector<std::string_view> parts = split(line, ' ');
  // "unborn" stands where HEAD's branch has no commit.
  if (!parts.empty() && parts[0] == "unborn") return;
  if (parts.size() < 2 || !is_object_id(parts[0]) || parts[1].empty()) {
    throw Error("the list of references has the malformed line '" +
                one_line(line) + "'");
  }
  if (refs_.size() == most_) {
    throw Error(fmt::format("the server lists more than {} references", most_));
  }
  Ref ref{.name = std::string(parts[1]), .id = std::string(parts[0])};
  for (std::size_t i = 2; i < parts.size(); ++i) {
    constexpr std::string_view mark = "peeled:";
    if (!parts[i].starts_with(mark)) continue;
    const std::string_view id = parts[i].substr(mark.size());
    if (is_object_id(id)) ref.peeled = std::string(id);
  }
  refs_.push_back(std::move(ref));
}

}  // namespace ecr_version::wire
