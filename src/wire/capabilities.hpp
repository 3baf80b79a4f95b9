// What a git server says of itself (gitprotocol-v2, "Capability
// Advertisement"), and the references that it lists.
//
// A server that speaks only version 0 answers the same question with its
// references instead: that is an error of its own, because it can neither
// filter nor be asked for a few references.
#pragma once

#include "wire/pkt_line.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::wire {

struct Capabilities {
  bool ls_refs = false;
  bool fetch = false;
  bool shallow = false;  // can deepen
  bool filter = false;   // can leave trees and blobs out
  std::string object_format = "sha1";
  std::string agent;  // "git/2.39.5", as sent
};

// Reads the answer to GET info/refs?service=git-upload-pack, whole. Throws
// Error: no git protocol, version 0 or 1, an ERR line (with its text).
Capabilities read_capabilities(std::string_view body);

struct Ref {
  std::string name;    // "refs/heads/main"
  std::string id;      // 40 lower-case hex digits
  std::string peeled;  // what an annotated tag points at, else ""
};

// Reads the answer to ls-refs as it arrives, and holds at most `most` of them.
class RefsAnswer {
 public:
  explicit RefsAnswer(std::size_t most) : most_(most) {}

  void feed(std::string_view bytes);  // throws Error
  bool complete() const { return complete_; }
  std::vector<Ref> take() { return std::move(refs_); }

 private:
  void packet(Packet packet, std::string_view payload);

  PacketReader reader_;
  std::size_t most_;
  std::vector<Ref> refs_;
  bool complete_ = false;
};

// An object's name as the protocol writes it: 40 lower-case hex digits.
bool is_object_id(std::string_view text);

// Throws Error with the server's text when the line is "ERR ...".
void refuse_error_line(std::string_view line);

}  // namespace ecr_version::wire
