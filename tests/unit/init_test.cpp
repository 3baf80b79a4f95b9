#include "app/init.hpp"

#include "app/apps.hpp"
#include "app/init_templates.hpp"
#include "support/sample_tree.hpp"
#include "support/source_dir.hpp"
#include "support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace ecr_version::app {
namespace {

using Files = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;
namespace fs = std::filesystem;

std::string config_for(const Files& files) {
  const tests::SampleTree sample(files);
  const git::Repository repository = git::Repository::open(sample.path());
  return first_files(repository, repository.head(), "My Shop", "main")[0].text;
}

Strings apps_of(const Files& files) {
  const tests::SampleTree sample(files);
  const git::Repository repository = git::Repository::open(sample.path());
  const auto written =
      first_files(repository, repository.head(), "My Shop", "main");
  const FoundApps found =
      find_apps(repository, repository.head(),
                read_config(written[0].text, "ecr-version.yml"), "shop");
  Strings apps;
  for (const core::App& app : found.apps) {
    CHECK(app.inferred);
    apps.push_back(app.name + " in " + app.directory);
  }
  return apps;
}

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

const std::string scratch = "FROM scratch\n";

}  // namespace

TEST_CASE("init: the configuration names the apps that discovery finds") {
  CHECK(apps_of({{"apps/api/Dockerfile", scratch},
                 {"apps/web/Dockerfile", scratch},
                 {"Dockerfile", scratch}}) ==
        Strings{"my-shop in ", "api in apps/api", "web in apps/web"});
}

TEST_CASE("init: three apps side by side are named by a glob") {
  const Files files = {{"services/a1/Dockerfile", scratch},
                       {"services/b1/Dockerfile", scratch},
                       {"services/c1/Dockerfile", scratch},
                       {"tool/Dockerfile", scratch}};
  CHECK(config_for(files).find("  services/*: {paths: auto}\n") !=
        std::string::npos);
  CHECK(apps_of(files) == Strings{"a1 in services/a1", "b1 in services/b1",
                                  "c1 in services/c1", "tool in tool"});
}

TEST_CASE("init: names are made possible and told apart") {
  CHECK(apps_of({{"Web App/Dockerfile", scratch},
                 {"a/api/Dockerfile", scratch},
                 {"b/api/Dockerfile", scratch},
                 {"true/Dockerfile", scratch},
                 {"x: \"y\"/Dockerfile", scratch}}) ==
        Strings{"web-app in Web App", "a-api in a/api", "b-api in b/api",
                "true in true", "x-y in x: \"y\""});
}

TEST_CASE("init: without a Dockerfile the configuration shows how") {
  const std::string text = config_for({{"README.md", ""}});
  CHECK(text.starts_with("# yaml-language-server: $schema=https://"));
  CHECK_FALSE(read_config(text, "f").apps);
}

TEST_CASE("init: workspace members that are no app are shared") {
  const tests::SampleTree sample(
      {{"package.json", R"({"workspaces": ["apps/*", "./packages/*/"]})"},
       {"package-lock.json", "{}"},
       {"apps/api/package.json", "{}"},
       {"apps/api/Dockerfile", scratch},
       {"packages/ui/package.json", "{}"},
       {"packages/notes/README.md", ""},
       {"go.work", "go 1.22\n\nuse (\n\t./apps/api\n\t./golib // ours\n)\n"},
       {"golib/go.mod", "module x\n"},
       {"pnpm-workspace.yaml", "packages: [\"tools/**\", \"!tools/old\"]\n"},
       {"tools/new/package.json", "{}"},
       {"tools/old/package.json", "{}"}});
  const git::Repository repository = git::Repository::open(sample.path());
  CHECK(shared_patterns(repository, repository.head(), {"apps/api"}) ==
        Strings{"golib/**", "packages/ui/**", "tools/new/**", "go.work",
                "package-lock.json", "package.json", "pnpm-workspace.yaml"});
}

TEST_CASE("init: a manifest that is broken shares nothing") {
  const tests::SampleTree sample({{"package.json", "{"},
                                  {"pnpm-workspace.yaml", "packages: [a"},
                                  {"a/package.json", "{}"}});
  const git::Repository repository = git::Repository::open(sample.path());
  CHECK(shared_patterns(repository, repository.head(), {}) == Strings{});
}

TEST_CASE("init: the workflow is the example, for pushes to one's branch") {
  std::string example =
      text_of(tests::source_dir() / "examples/affected-apps.yml");
  CHECK(workflow_template("main") == example);
  const std::string slot = "branches: [main]";
  example.replace(example.find(slot), slot.size(), "branches: [\"a, b\"]");
  CHECK(workflow_template("a, b") == example);
}

TEST_CASE("init: never writes over a file") {
  const tests::TempDir directory;
  const std::vector<NewFile> files = {{"a/b/one.yml", "one\n"},
                                      {"two.sh", "two\n", true}};
  CHECK(write_new_files(directory.path(), files) ==
        Strings{"a/b/one.yml", "two.sh"});
  CHECK(text_of(directory.path() / "a/b/one.yml") == "one\n");
  CHECK((fs::status(directory.path() / "two.sh").permissions() &
         fs::perms::owner_exec) != fs::perms::none);

  std::ofstream(directory.path() / "two.sh") << "mine\n";
  fs::remove(directory.path() / "a/b/one.yml");
  fs::create_symlink("elsewhere", directory.path() / "a/b/one.yml");
  CHECK(write_new_files(directory.path(), files) == Strings{});
  CHECK(text_of(directory.path() / "two.sh") == "mine\n");
  CHECK_FALSE(fs::exists(directory.path() / "a/b/elsewhere"));
}

TEST_CASE("init: any text becomes YAML that is read back as it was") {
  for (const char* text :
       {"main", "release/*", "a: b", "- x", "#x", "true", "1.10", "", "*x",
        "\"q\" \\ 'p'", "tab\there", "null", "ü", "{a}", "~", "x #y"}) {
    CAPTURE(text);
    const yaml::NodePtr node = yaml::parse("k: " + yaml_text(text), "f");
    REQUIRE(node->entries.size() == 1);
    CHECK(node->entries[0].value->kind == yaml::Node::Kind::text);
    CHECK(node->entries[0].value->text == text);
  }
}

}  // namespace ecr_version::app
