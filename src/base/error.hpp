// The project's one error type, and how context gathers around it.
//
// A part that fails throws Error; only main prints. The rule for a message:
// what was being done, with which object, what came back, and what to do. No
// full stop at the end, no "Error:" in front, no secret in it. A subclass
// exists only where a `catch` names it, and such a catch stands below any
// while_doing, which hides the type.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace ecr_version {

// A failure: exit code 1.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The caller asked for something that cannot be: wrong option, wrong input.
// Exit code 2.
struct UsageError : Error {
  using Error::Error;
};

// A mistake in the configuration file, with its place. Exit code 2, and an
// annotation at that place. `line` and `column` count from 1; 0 is unknown.
struct ConfigError : UsageError {
  ConfigError(const std::string& message, std::string file_name, int at_line,
              int at_column)
      : UsageError(message),
        file(std::move(file_name)),
        line(at_line),
        column(at_column) {}
  std::string file;  // relative to the repository's root
  int line = 0;
  int column = 0;
};

// SIGINT or SIGTERM arrived while something was awaited.
struct Interrupted : Error {
  using Error::Error;
};

// Runs `work`; if it throws, `doing` becomes the outer line of the message.
template <typename Work>
decltype(auto) while_doing(const std::string& doing, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const std::exception&) {
    std::throw_with_nested(Error(doing));
  }
}

// "outer: inner: cause" for an error and those nested in it.
std::string describe(const std::exception& error);

}  // namespace ecr_version
