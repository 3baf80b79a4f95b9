// What Docker itself would rebuild is asked of Docker by tests/inference; here
// are the rules around it: contexts, links, ignore files, notices.
#include "app/build_inputs.hpp"

#include "core/glob.hpp"
#include "support/sample_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace ecr_version::app {
namespace {

using Files = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;

struct Built {
  core::App app;
  std::vector<UsedImage> images;
  std::vector<Notice> notices;

  bool has(const std::string& path) const { return belongs(app, path); }
};

Built settle(const Files& files, const std::string& directory,
             std::optional<std::string> context = std::nullopt) {
  const tests::SampleTree sample(files);
  const git::Repository repository = git::Repository::open(sample.path());
  Tree tree(repository, repository.head());
  Built built;
  built.app.name = "api";
  built.app.directory = directory;
  built.app.dockerfile = join_path(directory, "Dockerfile");
  built.app.inferred = true;
  built.app.written_paths = {below_pattern(directory)};
  built.images = settle_build(tree, context, built.app, built.notices);
  return built;
}

std::string context_of(const std::string& dockerfile, Files files) {
  files["a/Dockerfile"] = "FROM scratch\n" + dockerfile;
  const Built built = settle(files, "a");
  return built.notices.empty() ? built.app.context
                               : built.app.context + " with a notice";
}

}  // namespace

TEST_CASE("build inputs: the context is where every source exists") {
  const Files files = {{"a/src/x", ""},      {"a/package.json", ""},
                       {"package.json", ""}, {"yarn.lock", ""},
                       {"lib/y", ""},        {"App.sln", ""}};
  const struct {
    const char *dockerfile, *context;
  } rows[] = {
      {"COPY src /", "a"},
      {"COPY . /", "a"},
      {"COPY lib /", ""},
      {"COPY lib a/src /x/", ""},
      {"COPY *.sln /x/", ""},
      {"COPY package.json yarn.lock* /x/\nCOPY src /", "a"},
      {"COPY package.json yarn.lock /x/", ""},
      {"COPY src lib /x/", "a with a notice"},
      {"COPY dist /", "a with a notice"},
      {"RUN --mount=type=bind,source=lib,target=/m true", ""},
      {"COPY --from=other lib /", "a"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.dockerfile);
    CHECK(context_of(row.dockerfile, files) == row.context);
  }
}

TEST_CASE("build inputs: a written context is taken as it is") {
  const Built built =
      settle({{"a/Dockerfile", "FROM scratch\nCOPY lib /\n"}, {"b/lib/x", ""}},
             "a", "b");
  CHECK(built.app.context == "b");
  CHECK(built.has("b/lib/x"));
  CHECK_FALSE(built.has("a/lib/x"));
  CHECK(built.notices.empty());
}

TEST_CASE("build inputs: what HEAD does not hold makes the context count") {
  const Built built = settle({{"a/Dockerfile", "FROM scratch\nCOPY dist /\n"},
                              {"a/.dockerignore", "*\n!dist\n"},
                              {"a/src/x", ""}},
                             "a");
  CHECK(built.has("a/src/x"));
  CHECK_FALSE(built.has("b/src/x"));
  REQUIRE(built.notices.size() == 2);
  CHECK(built.notices[0].text ==
        "api: a/Dockerfile:2 reads \"dist\", which HEAD holds neither in a nor "
        "in the repository's root; the first is taken for the build context, "
        "and `context` says otherwise");
  CHECK(built.notices[1].text ==
        "api: a/Dockerfile:2 reads \"dist\", which HEAD does not hold, so "
        "everything in a counts");
}

TEST_CASE(
    "build inputs: a source that cannot be told makes the context count") {
  const Built built = settle(
      {{"a/Dockerfile", "FROM scratch\nARG X\nCOPY $X /\n"}, {"a/x", ""}}, "a");
  CHECK(built.has("a/any/file"));
  REQUIRE(built.notices.size() == 1);
  CHECK(built.notices[0].text ==
        "api: a/Dockerfile:3: what \"$X\" means cannot be told, so everything "
        "in a counts");
}

TEST_CASE("build inputs: without a Dockerfile the directory counts") {
  const Built built = settle({{"a/x", ""}}, "a");
  CHECK(built.has("a/y"));
  CHECK_FALSE(built.has("b"));
  REQUIRE(built.notices.size() == 1);
  CHECK(built.notices[0].text ==
        "api: HEAD holds no a/Dockerfile, so everything in a counts");
}

TEST_CASE("build inputs: the Dockerfile and the ignore file in force count") {
  const std::string all = "FROM scratch\nCOPY src /\n";
  const Files plain = {{"a/Dockerfile", all}, {"a/src/x", ""}};
  Files beside = plain;
  beside["a/.dockerignore"] = "Dockerfile\n.dockerignore\n";
  Files own = beside;
  own["a/Dockerfile.dockerignore"] = "x\n";

  for (const Files& files : {plain, beside, own}) {
    const Built built = settle(files, "a");
    CHECK(built.has("a/Dockerfile"));
    // Whose coming, or going, would change what is ignored.
    CHECK(built.has("a/Dockerfile.dockerignore"));
  }
  CHECK(settle(plain, "a").has("a/.dockerignore"));
  CHECK(settle(beside, "a").has("a/.dockerignore"));
  CHECK_FALSE(settle(own, "a").has("a/.dockerignore"));
}

TEST_CASE("build inputs: links that a source names are followed") {
  const Built built =
      settle({{"a/Dockerfile",
               "FROM scratch\nCOPY one /\nCOPY way/in /\nCOPY l* /x/\n"
               "COPY abs /\nCOPY out /\n"},
              {"a/one", "-> two"},
              {"a/two", "-> real/file"},
              {"a/real/file", ""},
              {"a/way", "-> road"},
              {"a/road/in", ""},
              {"a/link", "-> far"},
              {"a/far/x", ""},
              {"a/abs", "-> /root"},
              {"a/root/x", ""},
              {"a/out", "-> ../../../../top"},
              {"a/top", ""},
              {"a/other", ""}},
             "a");
  for (const char* path :
       {"a/one", "a/two", "a/real/file", "a/way", "a/road/in", "a/link",
        "a/far/x", "a/far/new", "a/abs", "a/root/x", "a/out", "a/top"}) {
    CAPTURE(path);
    CHECK(built.has(path));
  }
  for (const char* path : {"a/other", "a/real/other", "a/road/out", "top"}) {
    CAPTURE(path);
    CHECK_FALSE(built.has(path));
  }
}

TEST_CASE("build inputs: a link in a circle is no source, and no hang") {
  CHECK(context_of("COPY x /", {{"a/x", "-> y"}, {"a/y", "-> x"}}) ==
        "a with a notice");
}

TEST_CASE("build inputs: a Dockerfile that is a link is read where it leads") {
  const Built built = settle({{"a/Dockerfile", "-> ../docker/common"},
                              {"docker/common", "FROM scratch\nCOPY x /\n"},
                              {"a/x", ""},
                              {"a/y", ""}},
                             "a");
  CHECK(built.has("docker/common"));
  CHECK(built.has("a/Dockerfile"));
  CHECK(built.has("a/x"));
  CHECK_FALSE(built.has("a/y"));
}

TEST_CASE("build inputs: a source inside of a submodule means the submodule") {
  const Built built =
      settle({{"a/Dockerfile", "FROM scratch\nCOPY sub/src/*.c /x/\n"},
              {"a/sub", "@submodule"}},
             "a");
  CHECK(built.app.context == "a");
  CHECK(built.notices.empty());
  CHECK(built.has("a/sub"));
}

TEST_CASE("build inputs: images of the stages in use, with their lines") {
  const Built built =
      settle({{"a/Dockerfile",
               "FROM r.example/base:1 AS b\nFROM scratch\n"
               "COPY --from=b / /\nCOPY --from=r.example/tool /t /\n"}},
             "a");
  REQUIRE(built.images.size() == 2);
  CHECK(built.images[0].reference == "r.example/base:1");
  CHECK(built.images[0].place == "a/Dockerfile:1");
  CHECK(built.images[1].reference == "r.example/tool");
  CHECK(built.images[1].place == "a/Dockerfile:4");
}

TEST_CASE("build inputs: each pattern names the line that gave it") {
  const Built built =
      settle({{"a/Dockerfile", "FROM scratch\nCOPY src /\nCOPY f[[]x].c /\n"},
              {"a/src/x", ""},
              {"a/f[x].c", ""}},
             "a");
  Strings sources;
  for (const core::PathSource& source : built.app.path_sources) {
    sources.push_back(source.pattern + " from " + source.place);
  }
  CHECK(std::count(sources.begin(), sources.end(),
                   "a/Dockerfile from always") == 1);
  CHECK(std::any_of(sources.begin(), sources.end(), [](const auto& source) {
    return source.starts_with("a/src") &&
           source.ends_with(" from a/Dockerfile:2");
  }));
  CHECK(built.has("a/f[x].c"));
}

TEST_CASE("build inputs: any path has a pattern that matches it alone") {
  for (const char* path :
       {"a/b", "a*b/?", "[x]/{y,z}", "!a", "a\\b", "@(a|b)/+c", "(auth)/x"}) {
    CAPTURE(path);
    const core::Glob glob(literal_pattern(path));
    CHECK(glob.matches(path));
    CHECK_FALSE(glob.matches(std::string(path) + "x"));
    CHECK(core::Glob(below_pattern(path)).matches(std::string(path) + "/x/y"));
  }
}

}  // namespace ecr_version::app
