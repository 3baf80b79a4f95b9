// Text that must not leak: it wipes its memory when it goes, and neither a
// stream nor fmt can print it.
//
// `reveal` is the one way to the text, so that a search for that word finds
// every place where a secret can get out. What its text is copied into (a
// header, a signing key) is zeroed when that is given back: base/heap.hpp.
#pragma once

#include "base/crypto.hpp"

#include <string>
#include <utility>

namespace ecr_version {

class Secret {
 public:
  Secret() = default;
  // Takes the text; an lvalue that is passed keeps its own copy, so move it.
  explicit Secret(std::string text) { swap_in(text); }
  Secret(const Secret& other) = default;
  // A short text is copied by std::string's move: the source is wiped.
  Secret(Secret&& other) noexcept { swap_in(other.text_); }
  Secret& operator=(Secret other) noexcept {
    swap_in(other.text_);
    return *this;
  }
  ~Secret() { wipe(text_); }

  bool empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_; }

  friend bool operator==(const Secret& left, const Secret& right) {
    return left.text_ == right.text_;
  }

 private:
  void swap_in(std::string& source) noexcept {
    text_.swap(source);
    wipe(source);
  }

  std::string text_;
};

}  // namespace ecr_version
