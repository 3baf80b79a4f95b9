// A set of small numbers, as bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ecr_version::git {

class SetMask {
 public:
  explicit SetMask(std::size_t size) : words_((size + 63) / 64, 0) {}

  bool has(std::uint32_t number) const {
    return number / 64 < words_.size() &&
           (words_[number / 64] >> (number % 64) & 1) != 0;
  }
  void add(std::uint32_t number) {
    if (number / 64 >= words_.size()) words_.resize(number / 64 + 1, 0);
    words_[number / 64] |= std::uint64_t{1} << (number % 64);
  }
  void remove(std::uint32_t number) {
    if (number / 64 >= words_.size()) return;
    words_[number / 64] &= ~(std::uint64_t{1} << (number % 64));
  }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace ecr_version::git
