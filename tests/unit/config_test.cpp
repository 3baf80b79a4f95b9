// The files of tests/data/config are judged here by the parser and in
// tests/schema_agrees.py by the JSON Schema; `*` at the end of an .error file
// stands for any rest.
#include "app/config.hpp"

#include "support/source_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ecr_version::app {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> files_of(const std::string& folder) {
  std::vector<fs::path> files;
  const fs::path data = tests::source_dir() / "tests/data/config";
  for (const auto& entry : fs::directory_iterator(data / folder)) {
    if (entry.path().extension() == ".yml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() > 5);
  return files;
}

// The message without its file name; "" when the text is accepted.
std::string error_of(const std::string& text) {
  try {
    read_config(text, "f.yml");
    return "";
  } catch (const ConfigError& error) {
    const std::string message = error.what();
    CHECK(message.starts_with("f.yml:" + std::to_string(error.line) + ":" +
                              std::to_string(error.column) + ": "));
    CHECK(error.file == "f.yml");
    return message.substr(6);
  }
}

void check_refused(const std::string& folder) {
  for (const fs::path& path : files_of(folder)) {
    CAPTURE(path.filename().string());
    std::string expected = read(fs::path(path).replace_extension(".error"));
    REQUIRE(expected.ends_with('\n'));
    expected.pop_back();
    std::string error = error_of(read(path));
    CHECK(error != "");
    if (expected.ends_with('*')) {
      expected.pop_back();
      error = error.substr(0, expected.size());
    }
    CHECK(error == expected);
  }
}

}  // namespace

TEST_CASE("config: accepts the files that the schema accepts") {
  for (const fs::path& path : files_of("good")) {
    CAPTURE(path.filename().string());
    CHECK(error_of(read(path)) == "");
  }
}

TEST_CASE("config: refuses with the place and the remedy") {
  check_refused("bad");
}

TEST_CASE("config: refuses what no schema can tell") {
  check_refused("beyond-schema");
}

TEST_CASE("config: reads every key") {
  const fs::path data = tests::source_dir() / "tests/data/config";
  const Config config = read_config(read(data / "good/every-key.yml"), "f.yml");
  CHECK(config.repository_prefix == "shula-");
  CHECK(config.policy.shared_paths ==
        std::vector<std::string>{"libs/**", "package-lock.json"});
  CHECK(config.app_policy.tag_prefix == "");
  CHECK(config.app_policy.initial_version == core::Version{0, 1, 0});
  CHECK(core::to_string(*config.app_policy.version_line) == "1");
  CHECK(config.policy.float_latest);
  CHECK_FALSE(config.policy.float_major);
  CHECK(config.policy.sha_length == 7);
  CHECK(config.ignore == std::vector<std::string>{"fixtures/**"});
  CHECK(config.registry->value == "123456789012");
  CHECK(config.region->value == "eu-west-1");

  REQUIRE(config.apps);
  REQUIRE(config.apps->size() == 3);
  const AppEntry& backend = config.apps->at(0);
  CHECK(backend.name.value == "backend");
  CHECK(backend.directory->value == "apps/backend");
  const AppEntry& whatsapp = config.apps->at(1);
  CHECK(whatsapp.directory->value == "apps/whatsapp");
  CHECK(whatsapp.paths.size() == 2);
  CHECK(whatsapp.paths[1].value == "!**/*.md");
  CHECK(whatsapp.paths[1].mark.line == 7);
  CHECK(whatsapp.paths[1].mark.column == 33);
  CHECK(whatsapp.depends_on[0].value == "backend");
  CHECK(whatsapp.repository->value == "shula-whatsapp-container");
  CHECK(whatsapp.dockerfile->value == "apps/whatsapp/Dockerfile");
  CHECK(whatsapp.context->value == "");
  CHECK(whatsapp.target->value == "runtime");
  CHECK(whatsapp.policy.tag_prefix == "w");
  CHECK(whatsapp.policy.initial_version == core::Version{1, 0, 0});
  const AppEntry& services = config.apps->at(2);
  CHECK(services.is_glob);
  CHECK_FALSE(services.directory);
}

TEST_CASE("config: an empty file leaves everything to the defaults") {
  const Config config = read_config("# nothing\n", "f.yml");
  CHECK_FALSE(config.apps);
  CHECK(config.file == "f.yml");
  CHECK(config.policy.float_latest);
  CHECK(config.policy.missing_repository == core::MissingRepository::fail);
  CHECK_FALSE(config.app_policy.tag_prefix);
}

TEST_CASE("config: an unquoted version line keeps its zero") {
  const Config config = read_config("version-line: 1.10\n", "f.yml");
  CHECK(core::to_string(*config.app_policy.version_line) == "1.10");
}

TEST_CASE("config: a merged map gives what the app does not say itself") {
  const Config config = read_config(
      "apps:\n"
      "  a: &d {directory: a, target: x, tag-prefix: v}\n"
      "  b: &e {directory: b, target: y}\n"
      "  c: {<<: [*e, *d], directory: c}\n",
      "f.yml");
  const AppEntry& merged = config.apps->at(2);
  CHECK(merged.directory->value == "c");
  CHECK(merged.target->value == "y");
  CHECK(merged.policy.tag_prefix == "v");
}

TEST_CASE("config: paths lose `./` and trailing slashes") {
  const Config config =
      read_config("apps: {a: ./x/y/, b: ., c: {dockerfile: ./d/F}}\n", "f");
  CHECK(config.apps->at(0).directory->value == "x/y");
  CHECK(config.apps->at(1).directory->value == "");
  CHECK(config.apps->at(2).dockerfile->value == "d/F");
}

TEST_CASE("config: floating tags are those listed and no others") {
  const struct {
    const char* list;
    bool latest, major, minor;
  } rows[] = {{"[]", false, false, false},
              {"[latest]", true, false, false},
              {"[minor, major]", false, true, true}};
  for (const auto& row : rows) {
    CAPTURE(row.list);
    const core::Policy policy =
        read_config(std::string("floating-tags: ") + row.list, "f").policy;
    CHECK(policy.float_latest == row.latest);
    CHECK(policy.float_major == row.major);
    CHECK(policy.float_minor == row.minor);
  }
}

}  // namespace ecr_version::app
