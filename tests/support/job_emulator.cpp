#include "support/job_emulator.hpp"

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace ecr_version::emulator {
namespace {

void replace_all(std::string& text, std::string_view from,
                 std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// With CR and LF each for an end.
std::vector<std::string> lines_of(std::string_view text) {
  std::string all(text);
  std::replace(all.begin(), all.end(), '\r', '\n');
  std::vector<std::string> lines;
  for (const std::string_view line : split(all, '\n')) lines.emplace_back(line);
  return lines;
}

}  // namespace

void Masker::add(std::string_view secret) {
  if (trim(secret).empty()) return;
  add_forms(std::string(secret));
  for (const std::string& line : lines_of(secret))
    if (!trim(line).empty()) add_forms(std::string(trim(line)));
}

void Masker::add_forms(const std::string& secret) {
  forms_.push_back(secret);
  for (std::size_t skip = 0; skip < 3 && skip < secret.size(); ++skip) {
    std::string encoded = base64_encode(secret.substr(skip));
    // Of the last group only what does not depend on what follows.
    const std::size_t rest = (secret.size() - skip) % 3;
    if (rest != 0) encoded.resize(encoded.size() - 4 + rest);
    forms_.push_back(encoded);
  }
  std::string quoted = secret;
  replace_all(quoted, "\"", "\\\"");
  forms_.push_back(quoted);
  std::string expression = secret;
  replace_all(expression, "'", "''");
  forms_.push_back(expression);
  json::Writer writer;
  writer.value(secret);
  const std::string json = writer.text();
  forms_.push_back(json.substr(1, json.size() - 2));
  std::string xml = secret;
  replace_all(xml, "&", "&amp;");
  replace_all(xml, "<", "&lt;");
  replace_all(xml, ">", "&gt;");
  forms_.push_back(xml);
  if (secret.size() > 8 && secret.starts_with('"') && secret.ends_with('"'))
    forms_.push_back(secret.substr(1, secret.size() - 2));
  std::erase(forms_, "");
}

std::string Masker::mask(std::string_view text) const {
  std::string masked(text);
  for (const std::string& form : forms_) replace_all(masked, form, "***");
  return masked;
}

std::optional<std::string> job_output(const Masker& masker,
                                      const std::string& value) {
  if (value.empty() || masker.mask(value) != value) return std::nullopt;
  return value;
}

std::size_t matrix_jobs(std::string_view json) {
  const json::Value matrix = json::parse(json, "the matrix");
  if (matrix.as_object("the matrix").empty())
    throw std::runtime_error("Matrix must define at least one vector");
  for (const auto& [name, vector] : matrix.as_object("the matrix"))
    if (name != "include")
      throw std::runtime_error("a matrix of ours has no vector but include");
  const json::Array& include =
      matrix["include"].as_array("the matrix's include");
  for (const json::Value& job : include) job.as_object("a job of the matrix");
  if (include.size() > 256)
    throw std::runtime_error("a matrix generates at most 256 jobs");
  return include.size();
}

}  // namespace ecr_version::emulator
