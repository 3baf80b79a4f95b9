#include "app/apps.hpp"

#include "support/sample_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace ecr_version::app {
namespace {

using Files = std::map<std::string, std::string>;

const std::string from_scratch = "FROM scratch\nCOPY . /\n";

struct Found : FoundApps {
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const core::App& app : apps) names.push_back(app.name);
    return names;
  }
  const core::App& app(const std::string& name) const {
    const auto found =
        std::find_if(apps.begin(), apps.end(),
                     [&](const core::App& one) { return one.name == name; });
    REQUIRE(found != apps.end());
    return *found;
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const Notice& notice : notices) texts.push_back(notice.text);
    return texts;
  }
};

Found find_in(const tests::SampleTree& tree, const std::string& yaml) {
  const git::Repository repository = git::Repository::open(tree.path());
  return {find_apps(repository, repository.head(),
                    read_config(yaml, "ecr-version.yml"), "shop")};
}

Found find(const Files& files, const std::string& yaml) {
  return find_in(tests::SampleTree(files), yaml);
}

std::string error_of(const Files& files, const std::string& yaml) {
  const tests::SampleTree tree(files);
  try {
    find_in(tree, yaml);
    return "";
  } catch (const UsageError& error) {
    return error.what();
  }
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "apps: every directory with a Dockerfile is one, but dot-directories") {
  const Found found = find({{"apps/api/Dockerfile", from_scratch},
                            {"apps/web/Dockerfile", from_scratch},
                            {"apps/web/nested/Dockerfile", from_scratch},
                            {"apps/lib/Dockerfile.prod", from_scratch},
                            {".devcontainer/Dockerfile", from_scratch},
                            {"apps/.cache/x/Dockerfile", from_scratch},
                            {"Dockerfile", from_scratch}},
                           "");
  CHECK(found.names() == Strings{"shop", "api", "web", "nested"});
  CHECK(found.texts() == Strings{});
  const core::App& api = found.app("api");
  CHECK(api.discovered);
  CHECK(api.inferred);
  CHECK(api.directory == "apps/api");
  CHECK(api.dockerfile == "apps/api/Dockerfile");
  CHECK(api.repository == "api");
  CHECK(api.written_paths == Strings{"apps/api/**"});
  CHECK(found.app("shop").directory == "");
  CHECK(found.app("shop").written_paths == Strings{"**"});
}

TEST_CASE("apps: ignored directories are not discovered, with all below") {
  const Files files = {{"a/Dockerfile", from_scratch},
                       {"fixtures/Dockerfile", from_scratch},
                       {"fixtures/x/Dockerfile", from_scratch},
                       {"examples/x/y/Dockerfile", from_scratch}};
  const struct {
    const char* ignore;
    Strings names;
  } rows[] = {
      {"[fixtures/**, examples/**]", {"a"}},
      {"[fixtures, examples]", {"a"}},
      {"[fixtures/, examples/x]", {"a"}},
      {"[fixtures/x, examples]", {"a", "fixtures"}},
      {"[\"{fixtures,examples}/**\", \"!fixtures/x\"]", {"a", "x"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.ignore);
    const std::string yaml =
        std::string("repository-prefix: my-\nignore: ") + row.ignore;
    CHECK(find(files, yaml).names() == row.names);
  }
}

TEST_CASE("apps: a name that ECR cannot have is left out with a notice") {
  const Found found = find(
      {{"apps/API/Dockerfile", from_scratch}, {"web/Dockerfile", from_scratch}},
      "repository-prefix: my-\n");
  CHECK(found.names() == Strings{"web"});
  CHECK(found.app("web").repository == "my-web");
  CHECK(found.texts() ==
        Strings{"apps/API holds a Dockerfile but is left out: ECR can have no "
                "repository named \"my-API\"; name the app under `apps` to "
                "have it"});
}

TEST_CASE("apps: a repository without a Dockerfile has no apps to discover") {
  CHECK(error_of({{"README.md", ""}}, "") ==
        "no directory of HEAD holds a Dockerfile, so there is no app; commit "
        "one, or name the apps in .github/ecr-version.yml");
}

TEST_CASE("apps: a name with a glob makes one app per directory") {
  const Found found = find({{"services/api/Dockerfile", from_scratch},
                            {"services/web/Dockerfile", from_scratch},
                            {"services/special/Dockerfile", from_scratch},
                            {"services/docs/index.md", ""},
                            {"services/api/deep/Dockerfile", from_scratch},
                            {"services/.hidden/Dockerfile", from_scratch}},
                           "apps:\n"
                           "  services/*: {tag-prefix: v}\n"
                           "  unusual: services/special\n"
                           "  none/*: {}\n"
                           "ignore: [services/.hidden]\n");
  CHECK(found.names() == Strings{"api", "web", "unusual"});
  CHECK(found.app("api").tag_prefix == "v");
  CHECK_FALSE(found.app("api").discovered);
  CHECK_FALSE(found.app("api").inferred);
  CHECK(found.app("api").paths == Strings{"services/api/**"});
  CHECK(
      found.texts() ==
      Strings{"apps.none/*: no directory that it matches holds a Dockerfile"});
}

TEST_CASE("apps: a directory that two globs match is refused") {
  CHECK(error_of({{"a/b/Dockerfile", from_scratch}},
                 "apps:\n  a/*: {}\n  \"{a,c}/*\": {}\n") ==
        "ecr-version.yml:3:3: apps.{a,c}/*: a/b is matched by apps.a/* too; "
        "give it an entry of its own");
}

TEST_CASE("apps: a directory comes from itself, the Dockerfile or the paths") {
  const Found found =
      find({{"x/Dockerfile", from_scratch}},
           "repository-prefix: my-\n"
           "apps:\n"
           "  a: x\n"
           "  b: {dockerfile: docker/b.Dockerfile}\n"
           "  c: {paths: [apps/c/src/**, apps/c/*.json, \"!apps/c/src/x\"]}\n"
           "  d: {paths: [\"!docs/**\"]}\n"
           "  e: {directory: e, dockerfile: docker/e.Dockerfile}\n"
           "  f: {dockerfile: Dockerfile.f}\n");
  const struct {
    const char *name, *directory, *dockerfile;
  } rows[] = {{"a", "x", "x/Dockerfile"},
              {"b", "docker", "docker/b.Dockerfile"},
              {"c", "apps/c", "apps/c/Dockerfile"},
              {"d", "", "Dockerfile"},
              {"e", "e", "docker/e.Dockerfile"},
              {"f", "", "Dockerfile.f"}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(found.app(row.name).directory == row.directory);
    CHECK(found.app(row.name).dockerfile == row.dockerfile);
  }
  CHECK(error_of({{"x", ""}}, "apps:\n  api: {target: x}\n") ==
        "ecr-version.yml:2:3: apps.api: its directory cannot be told; write "
        "`api: <its directory>`, or give `directory`, `dockerfile` or `paths`");
}

TEST_CASE("apps: what an app does not say itself, the top says") {
  const Found found = find({{"a/x", ""}},
                           "tag-prefix: v\n"
                           "initial-version: 1.0.0\n"
                           "version-line: 1.4\n"
                           "apps:\n"
                           "  plain: a\n"
                           "  own: {directory: a, tag-prefix: \"\","
                           " initial-version: 2.0.0, version-line: 2}\n");
  CHECK(found.app("plain").tag_prefix == "v");
  CHECK(found.app("plain").initial_version == core::Version{1, 0, 0});
  CHECK(core::to_string(*found.app("plain").version_line) == "1.4");
  CHECK(found.app("own").tag_prefix == "");
  CHECK(found.app("own").initial_version == core::Version{2, 0, 0});
  CHECK(core::to_string(*found.app("own").version_line) == "2");
}

TEST_CASE("apps: a configured app must have a name that ECR can have") {
  CHECK(error_of({{"a/x", ""}}, "apps:\n  API: a\n") ==
        "ecr-version.yml:2:3: apps.API: ECR can have no repository named "
        "\"API\" (lower-case letters and digits, joined by \".\", \"_\", \"-\" "
        "or \"/\", 2 to 256); give `repository`");
  CHECK(error_of({{"a/x", ""}},
                 "apps:\n  API: {directory: a, repository: api}\n") == "");
}

TEST_CASE("apps: depends-on must name an app") {
  CHECK(error_of({{"a/x", ""}},
                 "apps:\n"
                 "  backend: a\n"
                 "  web: {directory: w, depends-on: [bakend]}\n") ==
        "ecr-version.yml:3:36: apps.web.depends-on: no app is named \"bakend\";"
        " did you mean \"backend\"?");
}

TEST_CASE("apps: a circle of dependencies is refused and printed") {
  CHECK(error_of({{"a/x", ""}},
                 "apps:\n"
                 "  z: {directory: z, depends-on: [a]}\n"
                 "  a: {directory: a, depends-on: [b]}\n"
                 "  b: {directory: b, depends-on: [c, a]}\n"
                 "  c: c\n"
                 "repository-prefix: my-\n") ==
        "ecr-version.yml:3:34: apps depend on each other in a circle: a -> b "
        "-> a");
  CHECK(error_of({{"a/x", ""}},
                 "apps:\n  app: {directory: a, depends-on: [app]}\n") ==
        "ecr-version.yml:2:36: apps depend on each other in a circle: app -> "
        "app");
}

TEST_CASE("apps: two of one name or one repository are refused, naming both") {
  const auto app = [](std::string name, std::string directory,
                      std::string repository) {
    core::App made;
    made.name = std::move(name);
    made.directory = std::move(directory);
    made.repository = std::move(repository);
    return made;
  };
  CHECK_NOTHROW(check_unique({app("a", "x", "a"), app("b", "y", "b")}));
  CHECK_THROWS_WITH_AS(
      check_unique({app("a", "x", "a"), app("a", "", "b")}),
      "two apps are named a: the one in x and the one in the repository's "
      "root; name them apart under `apps`",
      UsageError);
  CHECK_THROWS_WITH_AS(
      check_unique({app("a", "x", "r"), app("b", "y", "r")}),
      "the apps a and b have one ECR repository, r; give one of them another "
      "`repository`",
      UsageError);
}

TEST_CASE("apps: own files are those of the written paths, submodules too") {
  const tests::SampleTree tree({{"apps/api/main.cpp", "x"},
                                {"apps/docs/a.md", "x"},
                                {"libs/sub", "@submodule"}});
  const git::Repository repository = git::Repository::open(tree.path());
  const struct {
    Strings paths;
    bool has;
  } rows[] = {{{"apps/api/**"}, true},
              {{"apps/gone/**"}, false},
              {{"apps/docs/**", "!**/*.md"}, false},
              {{"**/*.cpp"}, true},
              {{"libs/sub/**"}, true},
              {{"libs/other/**"}, false}};
  for (const auto& row : rows) {
    CAPTURE(row.paths[0]);
    core::App app;
    app.written_paths = row.paths;
    CHECK(has_own_files(repository, repository.head(), app) == row.has);
  }
}

TEST_CASE("apps: a pattern that names a directory is pointed out") {
  CHECK(find({{"libs/a.txt", ""}, {"apps/api/x", ""}},
             "shared-paths: [libs, libs/a.txt, \"libs/**\"]\n"
             "apps: {api: {paths: [apps/api, \"!apps/api/y\"]}}\n"
             "repository-prefix: my-\n")
            .texts() ==
        Strings{"shared-paths: \"libs\" is a directory, and the pattern "
                "matches no file in it; write \"libs/**\"",
                "apps.api.paths: \"apps/api\" is a directory, and the pattern "
                "matches no file in it; write \"apps/api/**\""});
}

TEST_CASE("apps: ECR's grammar of repository names") {
  for (const char* good : {"ab", "a1", "my-app", "team/my_app", "a__b", "a--b",
                           "a---b", "a.b", "a/b/c", "0a"}) {
    CAPTURE(good);
    CHECK(is_repository_name(good));
  }
  for (const char* bad : {"", "a", "A1", "-ab", "ab-", "a___b", "a..b", "a._b",
                          "a//b", "/ab", "ab/", "a b", "a@b", "ab/-c"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_repository_name(bad));
  }
  CHECK(is_repository_name(std::string(256, 'a')));
  CHECK_FALSE(is_repository_name(std::string(257, 'a')));
}

}  // namespace ecr_version::app
