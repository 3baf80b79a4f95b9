#include "runner/inputs.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "runner/contract.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace ecr_version::runner {
namespace {

constexpr std::string_view prefix = "INPUT_";

// The runner's own rule: upper case, a space becomes `_`, all else stays.
std::string variable_of(std::string_view input) {
  std::string name(prefix);
  // Nothing in our names comes after `z`.
  for (const char letter : input)
    name += letter >= 'a' ? static_cast<char>(letter - 'a' + 'A') : letter;
  return name;
}

[[noreturn]] void refuse(std::string_view input, std::string_view value,
                         std::string_view remedy) {
  throw UsageError(fmt::format("reading the input {}: \"{}\" {}", input,
                               one_line(value, 80), remedy));
}

class Reader {
 public:
  explicit Reader(const Environment& environment) : environment_(environment) {}

  std::string raw(const std::string& input) const {
    return environment_.get(variable_of(input)).value_or("");
  }

  // One value on one line; nullopt when unset, empty or blank.
  std::optional<std::string> text(const std::string& input) const {
    const std::string all = raw(input);
    const std::string_view value = trim(all);
    if (value.empty()) return std::nullopt;
    const bool has_control = std::any_of(
        value.begin(), value.end(),
        [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; });
    if (has_control)
      refuse(input, value,
             "has a line break or a control character; it takes one value");
    return std::string(value);
  }

  bool boolean(const std::string& input) const {
    const std::optional<std::string> value = text(input);
    return value && parse_boolean(input, *value);
  }

  std::string choice(const std::string& input) const {
    const InputDefinition& definition = *find_input(input);
    const std::string value =
        text(input).value_or(std::string(definition.default_value));
    std::vector<std::string> choices;
    for (const std::string_view one : split(definition.choices, '|'))
      choices.emplace_back(one);
    if (std::find(choices.begin(), choices.end(), value) == choices.end())
      refuse(input, value, fmt::format("is none of {}", join(choices, ", ")));
    return value;
  }

  // A path, or YAML, which a line break marks. A block scalar of one line is
  // told from a path by its colon; its line break stays as the mark.
  std::optional<std::string> document(const std::string& input) const {
    const std::string all = raw(input);
    const std::string_view value = trim(all);
    if (value.empty()) return std::nullopt;
    const bool has_break = all.find('\n') != std::string::npos;
    const bool is_one_line = value.find('\n') == std::string_view::npos;
    if (!has_break) return text(input);
    if (is_one_line && value.find(": ") == std::string_view::npos &&
        value.back() != ':')
      return text(input);
    return all;  // untrimmed: the first line's indentation counts in YAML
  }

 private:
  const Environment& environment_;
};

}  // namespace

bool parse_boolean(const std::string& input, const std::string& value) {
  for (const std::string_view yes : {"true", "True", "TRUE"})
    if (value == yes) return true;
  for (const std::string_view no : {"false", "False", "FALSE"})
    if (value == no) return false;
  refuse(input, value, "is neither true nor false");
}

Inputs read_inputs(const Environment& environment) {
  const Reader reader(environment);
  Inputs inputs;
  for (const std::string& name : split_list(reader.raw("app")))
    if (std::find(inputs.app.begin(), inputs.app.end(), name) ==
        inputs.app.end())
      inputs.app.push_back(name);
  inputs.bump = reader.choice("bump");
  inputs.force = reader.boolean("force");
  inputs.base = reader.text("base").value_or(inputs.base);
  inputs.version_line = reader.text("version-line");
  inputs.prerelease = reader.text("prerelease");
  inputs.release = reader.text("release");
  inputs.login = reader.boolean("login");
  inputs.config = reader.document("config");
  inputs.registry = reader.text("registry");
  inputs.aws_region = reader.text("aws-region");
  inputs.role_to_assume = reader.text("role-to-assume");
  inputs.working_directory =
      reader.text("working-directory").value_or(inputs.working_directory);
  inputs.github_token = Secret(reader.text("github-token").value_or(""));
  inputs.deepen = reader.choice("deepen");
  return inputs;
}

std::vector<std::string> misspelt_inputs(const Environment& environment) {
  std::vector<std::string> declared;
  for (const InputDefinition& definition : input_definitions)
    declared.emplace_back(definition.name);

  std::vector<std::string> warnings;
  for (const auto& [variable, value] : environment.all()) {
    if (!variable.starts_with(prefix)) continue;
    const std::string name = to_lower(variable.substr(prefix.size()));
    // `with:` takes these two for every container action.
    if (name == "args" || name == "entrypoint") continue;
    if (find_input(name) != nullptr) continue;
    const std::string meant = nearest(name, declared);
    if (meant.empty()) continue;
    warnings.push_back(
        fmt::format("the input {} is not one of this action's and is ignored: "
                    "did you mean {}?",
                    one_line(name, 80), meant));
  }
  return warnings;
}

}  // namespace ecr_version::runner
