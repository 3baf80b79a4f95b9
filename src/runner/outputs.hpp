// The step's outputs, written to $GITHUB_OUTPUT all together or not at all.
//
// Every value is a heredoc with a random delimiter, even a short one: it is
// the one form that GitHub's runner and act read alike, and untrusted text in
// a value cannot end it. Line breaks are LF; a carriage return counts as one;
// blank lines are dropped, because act loses those in front.
#pragma once

#include "base/env.hpp"
#include "runner/log.hpp"

#include <concepts>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::runner {

// Larger values break a step that takes them through `env:` or `with:`.
inline constexpr std::size_t largest_variable = 128 * 1024 - 256;  // bytes
// GitHub's limit for the outputs of a job, which it counts as UTF-16.
inline constexpr std::size_t largest_job_output = 1'000'000;  // bytes of it
// GitHub's limit for the result of an expression.
inline constexpr std::size_t largest_expression = 10 * 1024 * 1024;

class Outputs {
 public:
  using Delimiter = std::function<std::string()>;

  Outputs();  // delimiters of 128 random bits
  explicit Outputs(Delimiter delimiter);

  // `name` is one of contract.hpp's. The last value of a name wins. Throws
  // Error when the name is not declared, when a value of one line has several,
  // and when one is too large for any use.
  void set(std::string_view name, std::string_view value);
  // Of a bool alone: a string literal would turn into one.
  template <std::same_as<bool> Flag>
  void set(std::string_view name, Flag value) {
    set(name, std::string_view(value ? "true" : "false"));
  }
  void set(std::string_view name, const std::vector<std::string>& lines);

  // The text for $GITHUB_OUTPUT.
  std::string text() const;

  // Appends text() to $GITHUB_OUTPUT in one go. Where the variable or the file
  // is missing: a warning, and the values (no secret) in the log.
  void write(const Environment& environment, Log& log) const;

 private:
  Delimiter delimiter_;
  std::vector<std::pair<std::string, std::string>> values_;
  std::vector<std::string> warnings_;  // said when they are written
  std::vector<std::string> remarks_;
};

}  // namespace ecr_version::runner
