// The text of a YAML document: what yaml-cpp does not check of it, and where
// its marks lie for an editor.
//
// yaml-cpp counts columns in bytes and from 0, takes byte 4 for the end of the
// file, reads UTF-16, and closes a quote that nobody closed; this is where that
// ends.
#pragma once

#include "app/yaml.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app::yaml {

class Source {
 public:
  // Throws ConfigError for text that is not UTF-8, holds control characters or
  // exceeds a mebibyte. A byte order mark is dropped.
  Source(std::string_view text, const std::string& file);

  std::string_view text() const { return text_; }

  // Of yaml-cpp's mark: line and byte column, from 0.
  Mark place(int line, int column) const;

  // Throws unless the quoted scalar whose anchor, tag or quote stands there has
  // its closing quote.
  void check_quotes_close(int line, int column) const;

  [[noreturn]] void fail(const Mark& mark, const std::string& message) const;
  // For yaml-cpp's own messages; adds the remedy where the mistake is common.
  [[noreturn]] void fail_syntax(int line, int column,
                                const std::string& message) const;

 private:
  std::string_view line_text(int line) const;  // from 0

  std::string_view text_;
  const std::string& file_;
  std::vector<std::size_t> line_starts_;
  struct Counted {
    int line = -1;
    std::size_t bytes = 0;
    std::ptrdiff_t inside = 0;  // of them, those inside of a character
  };
  mutable Counted counted_;
};

// YAML 1.2.2, 10.3.2: the core schema's tag resolution of a plain scalar.
Node::Kind kind_of_plain(std::string_view text);

}  // namespace ecr_version::app::yaml
