// A bracket expression of a path pattern: `[a-z]`, `[!a-z]`, `[[:digit:]_]`.
// It stands for one character, and never for a slash.
#pragma once

#include "core/glob_automaton.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

ByteSet bytes_between(unsigned low, unsigned high);  // both included
ByteSet not_slash();

struct GlobClass {
  ByteSet ascii;  // when negated, what is left of ASCII
  bool negated = false;
  std::vector<std::string> wide;  // members beyond ASCII, as UTF-8
  std::string problem;            // what is wrong with it, or ""
};

// Reads the expression at `at`, and moves `at` behind it; nullopt when it is
// not closed.
std::optional<GlobClass> parse_glob_class(std::string_view pattern,
                                          std::size_t& at);

}  // namespace ecr_version::core
