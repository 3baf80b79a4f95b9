#include "runner/log.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace ecr_version::runner {
namespace {

constexpr std::size_t longest_line = 16 * 1024;
constexpr std::size_t longest_annotation = 4000;  // the runner cuts at 4096
constexpr std::size_t shown_annotations = 10;     // per type and step
constexpr std::size_t shortest_mask = 8;
constexpr std::array<const char*, 3> names = {"notice", "warning", "error"};
constexpr std::array<const char*, 3> colours = {"36", "33", "31"};

void replace_all(std::string& text, std::string_view from,
                 std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// `%` first, for the runner unescapes it last.
std::string escape_data(std::string text) {
  replace_all(text, "%", "%25");
  return text;
}

std::string escape_property(std::string_view text) {
  std::string value = escape_data(one_line(text, 1024));
  replace_all(value, ":", "%3A");
  replace_all(value, ",", "%2C");
  return value;
}

std::string properties(const Place& place) {
  if (place.file.empty()) return "";
  std::string text = " file=" + escape_property(place.file);
  if (place.line > 0) text += fmt::format(",line={}", place.line);
  if (place.line > 0 && place.column > 0)
    text += fmt::format(",col={}", place.column);
  return text;
}

// Nothing for a text that begins with its place already.
std::string as_prefix(const Place& place, std::string_view before) {
  if (place.file.empty()) return "";
  std::string text = one_line(place.file) + ":";
  if (place.line > 0) text += fmt::format("{}:", place.line);
  if (place.line > 0 && place.column > 0)
    text += fmt::format("{}:", place.column);
  text += " ";
  return before.starts_with(text) ? "" : text;
}

std::string harmless(std::string_view text, std::size_t limit) {
  std::string line = one_line(text, limit);
  replace_all(line, "##[", "## [");
  // .NET trims Unicode white space before it looks for `::`, and compares by
  // culture, which skips characters of no width: so whatever is not a visible
  // ASCII character counts as nothing before a `::`.
  const std::size_t colons = line.find("::");
  if (colons == std::string::npos) return line;
  for (std::size_t i = 0; i < colons; ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte > ' ' && byte < 0x7F) return line;
  }
  line.insert(colons + 1, " ");
  return line;
}

}  // namespace

std::string harmless_line(std::string_view text) {
  return harmless(text, longest_line);
}

LogStyle choose_style(const Environment& environment, bool is_terminal) {
  LogStyle style;
  style.debug = environment.get("RUNNER_DEBUG") == "1";
  if (environment.is_true("GITHUB_ACTIONS")) {
    style.mode = LogMode::github;
    return style;
  }
  const bool is_capable = is_terminal && environment.get("TERM") != "dumb";
  style.colour = is_capable && !environment.get("NO_COLOR");
  style.progress = is_capable;
  return style;
}

Log::Log(LogStyle style, Sink sink) : style_(style), sink_(std::move(sink)) {}

Log::~Log() {
  try {
    finish();
  } catch (...) {
    // Nobody is left to tell.
  }
}

void Log::info(std::string_view text) { write(harmless_line(redacted(text))); }

void Log::notice(std::string_view text, const Place& place) {
  annotate(Severity::notice, text, place);
}

void Log::warning(std::string_view text, const Place& place) {
  annotate(Severity::warning, text, place);
}

void Log::error(std::string_view text, const Place& place) {
  annotate(Severity::error, text, place);
}

void Log::report(const std::exception& problem) {
  const auto* in_config = dynamic_cast<const ConfigError*>(&problem);
  error(describe(problem),
        in_config == nullptr
            ? Place{}
            : Place{in_config->file, in_config->line, in_config->column});
}

void Log::annotate(Severity severity, std::string_view told,
                   const Place& place) {
  const std::string text = redacted(told);
  const auto index = static_cast<std::size_t>(severity);
  const char* name = names[index];
  const std::size_t count = ++counts_[index];
  if (style_.mode == LogMode::terminal) {
    const std::string line = harmless_line(as_prefix(place, text) + text);
    write(style_.colour ? fmt::format("\x1b[1;{}m{}:\x1b[0m {}", colours[index],
                                      name, line)
                        : fmt::format("{}: {}", name, line));
    return;
  }
  // The tenth place is kept for the count of those that have none.
  if (count >= shown_annotations) {
    write(harmless_line(
        fmt::format("{}: {}{}", name, as_prefix(place, text), text)));
    return;
  }
  write(fmt::format("::{}{}::{}", name, properties(place),
                    escape_data(harmless(text, longest_annotation))));
}

void Log::debug(std::string_view text) {
  if (!style_.debug) return;
  const std::string line = harmless_line(redacted(text));
  write(style_.mode == LogMode::github ? "::debug::" + escape_data(line)
                                       : "debug: " + line);
}

void Log::begin_group(std::string_view title) {
  end_group();
  const std::string line = harmless_line(redacted(title));
  if (style_.mode == LogMode::github)
    write("::group::" + escape_data(line));
  else
    write(style_.colour ? "\x1b[1m" + line + "\x1b[0m" : line);
  in_group_ = true;
}

void Log::end_group() {
  if (in_group_ && style_.mode == LogMode::github) write("::endgroup::");
  in_group_ = false;
}

void Log::progress(std::string_view text) {
  if (!style_.progress) return;
  sink_("\r\x1b[2K" + one_line(redacted(text), 78));
  progress_shown_ = true;
}

void Log::add_mask(std::string_view secret) {
  for (const std::string_view part : split(secret, '\n')) {
    const std::string_view line = trim(part);
    if (line.size() < shortest_mask) continue;
    for (const std::string& form : {std::string(line), base64_encode(line)}) {
      if (style_.mode == LogMode::github)
        sink_("::add-mask::" + escape_data(form) + "\n");
      secrets_.emplace_back(form);
    }
  }
}

void Log::finish() {
  if (progress_shown_) sink_("\r\x1b[2K");
  progress_shown_ = false;
  end_group();
  if (style_.mode == LogMode::terminal) return;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] < shown_annotations) continue;
    write(fmt::format("::{}::{} more {}s are in the log of this step", names[i],
                      counts_[i] - shown_annotations + 1, names[i]));
    counts_[i] = 0;
  }
}

void Log::write(std::string_view line) {
  const bool is_indented = in_group_ && style_.mode == LogMode::terminal;
  sink_(fmt::format("{}{}{}\n", progress_shown_ ? "\r\x1b[2K" : "",
                    is_indented ? "  " : "", line));
  progress_shown_ = false;
}

// Before anything is cut or escaped, for then a secret would not be found.
std::string Log::redacted(std::string_view text) const {
  std::string line(text);
  for (const Secret& secret : secrets_)
    replace_all(line, secret.reveal(), "***");
  return line;
}

Log::Sink stream_sink(std::FILE* stream) {
  // A log that cannot be written has nowhere to say so.
  return [stream](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
  };
}

}  // namespace ecr_version::runner
