// The action's inputs, from INPUT_* variables to values.
//
// An input that was not given and one given empty cannot be told apart (the
// runner sets every declared one), so both are "unset". Only ASCII white space
// is trimmed: JavaScript's trim also eats characters that a ref may hold.
// Whether a value makes sense (a region, a label, an account id) is judged by
// whoever uses it.
#pragma once

#include "base/env.hpp"
#include "base/secret.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ecr_version::runner {

struct Inputs {
  std::vector<std::string> app;  // empty: all
  std::string bump = "auto";     // auto, patch, minor or major
  bool force = false;
  std::string base = "auto";  // auto, released, event, or a ref or sha
  std::optional<std::string> version_line;
  std::optional<std::string> prerelease;
  std::optional<std::string> release;
  bool login = false;
  std::optional<std::string> config;  // a path, or YAML when it has a newline
  std::optional<std::string> registry;
  std::optional<std::string> aws_region;
  std::optional<std::string> role_to_assume;
  std::string working_directory = ".";
  Secret github_token;          // empty: none
  std::string deepen = "auto";  // auto or never
};

// Throws UsageError, naming the input and what it accepts, for a boolean that
// is none, a word that is no choice, or a line break where one value belongs.
Inputs read_inputs(const Environment& environment);

// One warning for each INPUT_* whose name is near a declared one but is none:
// a slip of the hand, such as `aws_region`. Others stay silent: under act the
// inputs of a surrounding composite action leak into ours.
std::vector<std::string> misspelt_inputs(const Environment& environment);

// "true", "True", "TRUE" and the same of false, as @actions/core has it; else
// throws UsageError naming `input`.
bool parse_boolean(const std::string& input, const std::string& value);

}  // namespace ecr_version::runner
