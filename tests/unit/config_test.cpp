// The files of tests/data/config are judged here by the parser and in
// tests/support/schema_agrees.py by the JSON Schema; `*` at the end of an
// .error file stands for any rest.
#include "app/config.hpp"

#include "app/config_keys.hpp"
#include "base/json.hpp"
#include "support/source_dir.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

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

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> names_in(const json::Value& properties) {
  std::vector<std::string> names;
  for (const auto& entry : properties.as_object("properties"))
    names.push_back(entry.first);
  return sorted(names);
}

std::string as_yaml(const json::Value& value) {
  if (value.is_string()) return "\"" + value.as_string("default") + "\"";
  if (!value.is_array()) return std::to_string(value.as_integer("default"));
  std::vector<std::string> items;
  for (const json::Value& item : value.as_array("default"))
    items.push_back(item.as_string("default"));
  return "[" + join(items, ", ") + "]";
}

// What an app gets where it says nothing itself.
std::string told(const Config& config) {
  const core::Policy& policy = config.policy;
  return fmt::format(
      "prefix {} initial {} line {} latest {} major {} minor {} rules {} sha "
      "{} "
      "missing {} unknown {} shared {} ignored {} registry {} region {}",
      config.app_policy.tag_prefix.value_or(""),
      config.app_policy.initial_version.has_value(),
      config.app_policy.version_line.has_value(), policy.float_latest,
      policy.float_major, policy.float_minor,
      static_cast<int>(policy.bump_rules), policy.sha_length,
      static_cast<int>(policy.missing_repository),
      static_cast<int>(policy.on_unknown_base), policy.shared_paths.size(),
      config.ignore.size(), config.registry.has_value(),
      config.region.has_value());
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

TEST_CASE("config: the schema has the parser's keys and its defaults") {
  const json::Value schema = json::parse(
      read(tests::source_dir() / "schema/ecr-version.schema.json"), "schema");
  const json::Value& definitions = schema["definitions"];
  const json::Value& top = schema["properties"];
  CHECK(names_in(top) == sorted(names_of(top_keys())));
  CHECK(names_in(definitions["app"]["properties"]) ==
        sorted(names_of(app_keys())));

  // Written out, each default is what the parser takes for one left out.
  const std::string left_out = told(read_config("", "f.yml"));
  std::vector<std::string> with_default;
  for (const auto& [key, inline_value] : top.as_object("properties")) {
    const std::string name = key;
    CAPTURE(name);
    const std::string shared = inline_value.text("$ref").value_or("");
    const json::Value& value =
        shared.empty() ? inline_value
                       : definitions[shared.substr(shared.rfind('/') + 1)];
    if (value["default"].is_null()) continue;
    with_default.push_back(key);
    const std::string written = key + ": " + as_yaml(value["default"]) + "\n";
    CHECK(told(read_config(written, "f.yml")) == left_out);
  }
  CHECK(with_default == std::vector<std::string>{"tag-prefix", "floating-tags",
                                                 "bump-rules", "sha-length",
                                                 "missing-repository",
                                                 "on-unknown-base"});
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
