#include "runner/contract.hpp"

#include "support/source_dir.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace ecr_version::runner {
namespace {

const std::string root = tests::source_dir().string();

TEST_CASE("contract: action.yml says the same of inputs and outputs") {
  const YAML::Node action = YAML::LoadFile(root + "/action.yml");
  CHECK(action["inputs"].size() == input_definitions.size());
  auto input = action["inputs"].begin();
  for (const InputDefinition& one : input_definitions) {
    CAPTURE(one.name);
    REQUIRE(input != action["inputs"].end());
    CHECK(input->first.as<std::string>() == one.name);
    CHECK(input->second["description"].as<std::string>() == one.description);
    CHECK(input->second["default"].as<std::string>() == one.default_value);
    CHECK_FALSE(input->second["required"].as<bool>());
    ++input;
  }
  CHECK(action["outputs"].size() == output_definitions.size());
  auto output = action["outputs"].begin();
  for (const OutputDefinition& one : output_definitions) {
    CAPTURE(one.name);
    REQUIRE(output != action["outputs"].end());
    CHECK(output->first.as<std::string>() == one.name);
    CHECK(output->second["description"].as<std::string>() == one.description);
    ++output;
  }
  CHECK(action["runs"]["using"].as<std::string>() == "docker");
}

TEST_CASE("contract: the README's tables say the same") {
  std::ifstream file(root + "/README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  std::size_t at = 0;
  const auto follows = [&](const std::string& row) {
    at = readme.find("\n| `" + row + " |", at);
    return at != std::string::npos;
  };
  for (const InputDefinition& one : input_definitions) {
    CAPTURE(one.name);
    CHECK(
        follows(std::string(one.name) + "` | " + std::string(one.description)));
  }
  for (const OutputDefinition& one : output_definitions) {
    CAPTURE(one.name);
    CHECK(
        follows(std::string(one.name) + "` | " + std::string(one.description)));
  }
}

TEST_CASE("contract: names are the same to the runner and to act") {
  const std::regex input_name("[a-z0-9]+(-[a-z0-9]+)*");
  const std::regex output_name("[A-Za-z_][A-Za-z0-9_-]*");
  for (const InputDefinition& one : input_definitions)
    CHECK(std::regex_match(std::string(one.name), input_name));
  for (const OutputDefinition& one : output_definitions)
    CHECK(std::regex_match(std::string(one.name), output_name));
}

TEST_CASE("contract: a description is one sentence on one line") {
  for (const InputDefinition& one : input_definitions) {
    CAPTURE(one.name);
    CHECK(one.description.find('\n') == std::string_view::npos);
    CHECK_FALSE(one.description.ends_with('.'));
    CHECK((one.kind == InputKind::choice) == !one.choices.empty());
  }
}

TEST_CASE("contract: a definition is found by its exact name") {
  CHECK(find_input("aws-region") == &input_definitions[10]);
  CHECK(find_input("aws_region") == nullptr);
  CHECK(find_output("docker-password")->secret);
  CHECK(find_output("") == nullptr);
}

}  // namespace
}  // namespace ecr_version::runner
