// The only way to write to the log.
//
// GitHub's runner reads commands out of a step's output: `::name::` at the
// start of a line and `##[name]` anywhere in one, from either stream. So
// whatever is printed is made harmless here, as a whole line, after all its
// parts are joined; nothing else may write to stdout or stderr while a Log
// does. One call prints one line: a line break in a message becomes a space.
#pragma once

#include "base/env.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::runner {

enum class LogMode {
  github,   // workflow commands: ::error::, ::group::
  terminal  // error: …, for people and pipes
};

struct LogStyle {
  LogMode mode = LogMode::terminal;
  bool colour = false;
  bool progress = false;  // a line that is written over
  bool debug = false;
};

// The style for a stream: GitHub's under GITHUB_ACTIONS=true, else a
// terminal's with colour when it is one and NO_COLOR is unset or empty. Debug
// is on when RUNNER_DEBUG=1.
LogStyle choose_style(const Environment& environment, bool is_terminal);

// Where in the repository a message belongs; 0 is unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

class Log {
 public:
  // Takes whole lines with their line feed, to be flushed at once.
  using Sink = std::function<void(std::string_view)>;

  Log(LogStyle style, Sink sink);
  ~Log();  // finishes
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void info(std::string_view text);
  // The runner shows the first ten annotations of a type: from the tenth on
  // they are plain lines, and finish() tells how many in the tenth.
  void notice(std::string_view text, const Place& place = {});
  void warning(std::string_view text, const Place& place = {});
  void error(std::string_view text, const Place& place = {});
  // error() with describe(error), at the place of a ConfigError.
  void report(const std::exception& error);

  bool debug_enabled() const { return style_.debug; }
  void debug(std::string_view text);

  // Groups do not nest: opening one closes the one before.
  void begin_group(std::string_view title);
  void end_group();

  // The line at the bottom of a terminal; elsewhere nothing.
  void progress(std::string_view text);

  // From now on the runner hides the secret, its lines and their base64, and
  // so does this log. Parts shorter than eight bytes are left alone: a mask
  // of `{` would make the runner drop every JSON output of the job.
  void add_mask(std::string_view secret);

  void finish();

 private:
  enum class Severity : std::size_t { notice, warning, error };
  void annotate(Severity severity, std::string_view text, const Place& place);
  void write(std::string_view line);
  std::string redacted(std::string_view text) const;

  LogStyle style_;
  Sink sink_;
  std::array<std::size_t, 3> counts_{};
  std::vector<Secret> secrets_;
  bool in_group_ = false;
  bool progress_shown_ = false;
};

// A sink over a C stream, flushed after every line.
Log::Sink stream_sink(std::FILE* stream);

// Untrusted text as one line that no runner takes for a command.
std::string harmless_line(std::string_view text);

}  // namespace ecr_version::runner
