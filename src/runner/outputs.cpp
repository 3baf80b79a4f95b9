#include "runner/outputs.hpp"

#include "base/crypto.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "runner/contract.hpp"
#include "runner/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace ecr_version::runner {
namespace {

// As GitHub counts: two bytes for a UTF-16 unit, of which a character beyond
// the basic plane (four bytes of UTF-8) has two.
std::size_t utf16_bytes(std::string_view text) {
  std::size_t units = 0;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte & 0xC0u) != 0x80) ++units;
    if (byte >= 0xF0) ++units;
  }
  return 2 * units;
}

// The lines that are not blank, with LF or CR for an end. In JSON white space
// is the only control character, and the rest is its own business.
std::vector<std::string> lines_of(std::string_view text, OutputKind kind) {
  std::string all(text);
  std::replace(all.begin(), all.end(), '\r', '\n');
  std::vector<std::string> lines;
  for (const std::string_view line : split(all, '\n')) {
    std::string clean = kind == OutputKind::json
                            ? to_utf8(line)
                            : one_line(line, std::string::npos - 4);
    if (!trim(clean).empty()) lines.push_back(std::move(clean));
  }
  return lines;
}

}  // namespace

Outputs::Outputs() : Outputs([] { return "ecr_version_" + random_hex(16); }) {}

Outputs::Outputs(Delimiter delimiter) : delimiter_(std::move(delimiter)) {}

void Outputs::set(std::string_view name, std::string_view value) {
  const OutputDefinition* definition = find_output(name);
  if (definition == nullptr)
    throw Error(
        fmt::format("setting the output {}: none of that name is "
                    "declared",
                    one_line(name, 80)));
  const std::vector<std::string> lines = lines_of(value, definition->kind);
  if (definition->kind == OutputKind::line &&
      value.find_first_of("\r\n") != std::string_view::npos)
    throw Error(
        fmt::format("setting the output {}: its value has a line break", name));
  std::string text = join(lines, "\n");

  const bool may_go = definition->when_too_large == WhenTooLarge::leave_out;
  const std::size_t limit = may_go ? largest_expression : largest_job_output;
  const std::size_t size = utf16_bytes(text);
  if (size > limit && !may_go)
    throw Error(fmt::format(
        "setting the output {}: its value takes {} bytes (as UTF-16), and the "
        "outputs of a job may take {}; select fewer apps with the input app",
        name, size, limit));
  if (size > limit) {
    warnings_.push_back(fmt::format(
        "the output {} is left out (null): its value takes {} bytes (as "
        "UTF-16), and an expression may take {}; `ecr-version plan --json` "
        "prints it",
        name, size, limit));
    text = "null";
  } else if (text.size() > largest_variable) {
    remarks_.push_back(fmt::format(
        "The output {} has {} bytes: too large for `env:` or `with:` of a "
        "later step, which take 128 KiB.",
        name, text.size()));
  }

  std::erase_if(values_, [&](const auto& one) { return one.first == name; });
  values_.emplace_back(name, std::move(text));
}

void Outputs::set(std::string_view name,
                  const std::vector<std::string>& lines) {
  set(name, std::string_view(join(lines, "\n")));
}

std::string Outputs::text() const {
  std::string text;
  for (const auto& [name, value] : values_) {
    std::string delimiter = delimiter_();
    for (int tries = 0; value.find(delimiter) != std::string::npos; ++tries) {
      if (tries == 16)
        throw Error(fmt::format(
            "writing the output {}: every delimiter occurs in it", name));
      delimiter = delimiter_();
    }
    text += fmt::format("{}<<{}\n{}{}{}\n", name, delimiter, value,
                        value.empty() ? "" : "\n", delimiter);
  }
  return text;
}

void Outputs::write(const Environment& environment, Log& log) const {
  for (const std::string& warning : warnings_) log.warning(warning);
  for (const std::string& remark : remarks_) log.info(remark);

  const std::optional<std::string> path =
      named_file(environment, "GITHUB_OUTPUT");
  std::error_code ignored;
  if (path && (std::filesystem::exists(*path, ignored) ||
               std::filesystem::exists(
                   std::filesystem::path(*path).parent_path(), ignored))) {
    while_doing("writing the step's outputs",
                [&] { append_to_file(*path, text()); });
    return;
  }
  log.warning(path ? "GITHUB_OUTPUT names a file in a folder that does not "
                     "exist: the outputs are in this log only"
                   : "GITHUB_OUTPUT is not set: the outputs are in this log "
                     "only");
  log.begin_group("outputs");
  for (const auto& [name, value] : values_) {
    const bool is_secret = find_output(name)->secret && !value.empty();
    if (is_secret || value.empty() || value.find('\n') == std::string::npos) {
      log.info(fmt::format("{}={}", name, is_secret ? "***" : value));
      continue;
    }
    for (const std::string_view line : split(value, '\n'))
      log.info(fmt::format("{}={}", name, line));
  }
  log.end_group();
}

}  // namespace ecr_version::runner
