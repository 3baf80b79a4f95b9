// What a path pattern is compiled to: its position automaton.
//
// Each character (or class, or wild card) that can consume a byte is
// a position; `follow` says which may consume the next one, so there are no
// empty steps. A set of enabled positions is the whole state of a match.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

using ByteSet = std::bitset<256>;

struct GlobPosition {
  ByteSet bytes;
  std::vector<std::uint32_t> follow;  // each once
  bool last = false;                  // a path may end here
  bool globstar = false;              // a `**`, which takes any byte
  // A `**` at the end: once enabled, whatever comes matches.
  bool universal = false;
};

struct GlobAutomaton {
  std::vector<GlobPosition> positions;
  std::vector<std::uint32_t> first;  // enabled at the start, each once
  std::string literal_prefix;        // see Glob::literal_prefix
};

// Throws UsageError as Glob's constructor says.
GlobAutomaton compile_glob(std::string_view pattern);

}  // namespace ecr_version::core
