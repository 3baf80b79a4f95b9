#include "runner/inputs.hpp"

#include "base/error.hpp"
#include "runner/contract.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ecr_version::runner {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return Environment(std::move(variables));
}

using List = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

Inputs read(const Variables& variables) {
  return read_inputs(Environment(variables));
}

TEST_CASE("inputs: nothing given means every default") {
  const Inputs inputs = read({});
  CHECK(inputs.app.empty());
  CHECK(inputs.bump == "auto");
  CHECK_FALSE(inputs.force);
  CHECK(inputs.base == "auto");
  CHECK_FALSE(inputs.version_line);
  CHECK_FALSE(inputs.prerelease);
  CHECK_FALSE(inputs.release);
  CHECK_FALSE(inputs.login);
  CHECK_FALSE(inputs.config);
  CHECK_FALSE(inputs.registry);
  CHECK_FALSE(inputs.aws_region);
  CHECK_FALSE(inputs.role_to_assume);
  CHECK(inputs.working_directory == ".");
  CHECK(inputs.github_token.empty());
  CHECK(inputs.deepen == "auto");
}

TEST_CASE("inputs: empty and blank values are unset, as the runner sets all") {
  Variables variables;
  for (const InputDefinition& one : input_definitions) {
    std::string name = "INPUT_";
    for (const char letter : one.name)
      name += letter == '-' ? '-' : static_cast<char>(letter - 'a' + 'A');
    variables[name] = one.name.size() % 2 == 0 ? "" : " \n";
  }
  const Inputs inputs = read(variables);
  CHECK(inputs.bump == "auto");
  CHECK_FALSE(inputs.force);
  CHECK(inputs.base == "auto");
  CHECK_FALSE(inputs.config);
  CHECK_FALSE(inputs.registry);
  CHECK(inputs.working_directory == ".");
}

TEST_CASE("inputs: every declared input is read from its own variable") {
  const Inputs inputs = read({{"INPUT_APP", "api, web\nworker\r\napi"},
                              {"INPUT_BUMP", "major"},
                              {"INPUT_FORCE", "True"},
                              {"INPUT_BASE", "origin/main"},
                              {"INPUT_VERSION-LINE", "1.4"},
                              {"INPUT_PRERELEASE", "beta"},
                              {"INPUT_RELEASE", "sha256:abc"},
                              {"INPUT_LOGIN", "TRUE"},
                              {"INPUT_CONFIG", " ci/apps.yml\n"},
                              {"INPUT_REGISTRY", "123456789012"},
                              {"INPUT_AWS-REGION", "eu-west-1"},
                              {"INPUT_ROLE-TO-ASSUME", "arn:aws:iam::1:role/x"},
                              {"INPUT_WORKING-DIRECTORY", "sub"},
                              {"INPUT_GITHUB-TOKEN", "ghs_x"},
                              {"INPUT_DEEPEN", "never"}});
  CHECK(inputs.app == List{"api", "web", "worker"});
  CHECK(inputs.bump == "major");
  CHECK(inputs.force);
  CHECK(inputs.base == "origin/main");
  CHECK(inputs.version_line == "1.4");
  CHECK(inputs.prerelease == "beta");
  CHECK(inputs.release == "sha256:abc");
  CHECK(inputs.login);
  CHECK(inputs.config == "ci/apps.yml");
  CHECK(inputs.registry == "123456789012");
  CHECK(inputs.aws_region == "eu-west-1");
  CHECK(inputs.role_to_assume == "arn:aws:iam::1:role/x");
  CHECK(inputs.working_directory == "sub");
  CHECK(inputs.github_token.reveal() == "ghs_x");
  CHECK(inputs.deepen == "never");
}

TEST_CASE("inputs: only ASCII white space is trimmed") {
  CHECK(read({{"INPUT_BASE", "\u00A0main "}}).base == "\u00A0main");
}

TEST_CASE("inputs: config is YAML when it has a line break, else a path") {
  struct Row {
    const char* given;
    const char* read;
  };
  const std::vector<Row> rows = {
      {"apps.yml", "apps.yml"},
      {"apps.yml\n", "apps.yml"},
      {"\n  apps.yml\n", "apps.yml"},
      {"apps: {a: b}\n", "apps: {a: b}\n"},
      {"apps:\n", "apps:\n"},
      {"  apps:\n    a: b\n", "  apps:\n    a: b\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.given);
    CHECK(read({{"INPUT_CONFIG", row.given}}).config == row.read);
  }
}

TEST_CASE("inputs: booleans are GitHub's six words and nothing else") {
  for (const char* yes : {"true", "True", "TRUE"})
    CHECK(parse_boolean("force", yes));
  for (const char* no : {"false", "False", "FALSE"})
    CHECK_FALSE(parse_boolean("force", no));
  for (const char* other : {"yes", "1", "0", "on", "tRUE", "t", "true x"}) {
    CAPTURE(other);
    CHECK_THROWS_WITH_AS(read({{"INPUT_FORCE", other}}),
                         ("reading the input force: \"" + std::string(other) +
                          "\" is neither true nor false")
                             .c_str(),
                         UsageError);
  }
}

TEST_CASE("inputs: a word that is no choice is refused with the choices") {
  CHECK_THROWS_WITH_AS(read({{"INPUT_BUMP", "Major"}}),
                       "reading the input bump: \"Major\" is none of auto, "
                       "patch, minor, major",
                       UsageError);
  CHECK_THROWS_WITH_AS(
      read({{"INPUT_DEEPEN", "yes"}}),
      "reading the input deepen: \"yes\" is none of auto, never", UsageError);
}

TEST_CASE("inputs: a line break where one value belongs is refused") {
  for (const char* value : {"a\nb", "a\r\nb", "a\x1b[31m", "a\x7f"}) {
    CAPTURE(value);
    CHECK_THROWS_AS(read({{"INPUT_BASE", value}}), UsageError);
  }
  CHECK_THROWS_WITH_AS(
      read({{"INPUT_AWS-REGION", "eu\n::set-output name=x::y"}}),
      "reading the input aws-region: \"eu ::set-output name=x::y\" has a line "
      "break or a control character; it takes one value",
      UsageError);
}

TEST_CASE("inputs: a name near a declared one is a warning with that name") {
  struct Row {
    const char* variable;
    const char* name;
    const char* meant;
  };
  const std::vector<Row> rows = {
      {"INPUT_AWS_REGION", "aws_region", "aws-region"},
      {"INPUT_APPS", "apps", "app"},
      {"INPUT_GITHUB_TOKEN", "github_token", "github-token"},
      {"INPUT_WORKING_DIRECTORY", "working_directory", "working-directory"},
      {"INPUT_REGISTRIES", "registries", "registry"},
      {"INPUT_PRE-RELEASE", "pre-release", "prerelease"},
      {"INPUT_ROLE_TO_ASSUME", "role_to_assume", "role-to-assume"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.variable);
    CHECK(misspelt_inputs(environment_of({{row.variable, "x"}})) ==
          List{"the input " + std::string(row.name) +
               " is not one of this action's and is ignored: did you mean " +
               row.meant + "?"});
  }
}

TEST_CASE("inputs: names far off, declared, or legal everywhere stay silent") {
  CHECK(misspelt_inputs(environment_of({{"INPUT_DOCKER-IMAGE", "x"},
                                        {"INPUT_ARGS", "x"},
                                        {"INPUT_ENTRYPOINT", "x"},
                                        {"INPUT_AWS-REGION", "x"},
                                        {"INPUT_WHO_TO_GREET", "x"},
                                        {"NOINPUT_APPS", "x"}}))
            .empty());
}

}  // namespace
}  // namespace ecr_version::runner
