#include "core/docker_context.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ecr_version::core {
namespace {

// A Dockerfile's lines behind "FROM a", and a .dockerignore.
DockerContext context(const std::string& lines, std::string_view ignore = "") {
  return {read_dockerfile("FROM a\n" + lines, "").sources,
          read_dockerignore(ignore)};
}

TEST_CASE("docker context: a source is read with all below it") {
  const DockerContext read = context("COPY src package*.json /x");
  CHECK(read.reads("src/a/b.c"));
  CHECK(read.reads("src"));
  CHECK(read.reads("package-lock.json"));
  CHECK(read.reads("package.json/x"));
  CHECK_FALSE(read.reads("srcs/a"));
  CHECK_FALSE(read.reads("a/src/b"));
  CHECK_FALSE(read.reads("a/package.json"));
  CHECK_FALSE(read.reads("README.md"));
}

TEST_CASE("docker context: stars match hidden files, and no slash") {
  const DockerContext read = context("COPY * a/*/b /x");
  CHECK(read.reads(".env"));
  CHECK(read.reads("a/x/y"));
  CHECK(context("COPY a/*/b /x").reads("a/x/b/c"));
  CHECK_FALSE(context("COPY a/*/b /x").reads("a/x/y/b"));
}

TEST_CASE("docker context: the whole context, less what is ignored") {
  const DockerContext read =
      context("COPY . .", "**/*.md\n!README.md\nnode_modules");
  CHECK(read.reads("a/b.c"));
  CHECK(read.reads("README.md"));
  CHECK_FALSE(read.reads("a/x.md"));
  CHECK_FALSE(read.reads("node_modules/x/y"));
  CHECK(read.reads("a/node_modules/x"));
  CHECK(read.source_reads(0, "node_modules/x"));
  CHECK(read.ignores("node_modules/x"));
  // Older engines take it back.
  CHECK_FALSE(context("COPY . .", "a-b/x/a-b\n!a*").ignores("a-b/x/a-b"));
}

TEST_CASE("docker context: an unresolved source reads everything not ignored") {
  const DockerContext read = context("COPY $D /x", "b");
  CHECK(read.reads("a"));
  CHECK_FALSE(read.reads("b"));
}

TEST_CASE("docker context: nothing is read without a source") {
  CHECK_FALSE(context("RUN x").reads("a"));
}

TEST_CASE("docker context: --exclude counts from what was named") {
  const DockerContext read = context("COPY --exclude=*.md --exclude=t src /x");
  CHECK(read.reads("src/a"));
  CHECK_FALSE(read.reads("src/a.md"));
  CHECK(read.reads("src/b/a.md"));
  CHECK_FALSE(read.reads("src/t/a"));
  CHECK(
      context("COPY --exclude=**/*.md --exclude=!**/k.md . .").reads("a/k.md"));
  // A second source may read what the first leaves out.
  CHECK(context("COPY --exclude=*.md src /x\nCOPY src/a.md /y")
            .reads("src/a.md"));
}

TEST_CASE("docker context: --parents takes Docker's own patterns") {
  const DockerContext read = context("COPY --parents **/package.json x/./y /d");
  CHECK(read.reads("package.json"));
  CHECK(read.reads("a/b/package.json"));
  CHECK(read.reads("x/y/z"));
  CHECK_FALSE(read.reads("y/z"));
  // What is named before the pivot is read if it is a file.
  CHECK(read.reads("x"));
  CHECK(context("COPY --exclude=** src /x").reads("src"));
  CHECK_FALSE(read.reads("a/package.jsonx"));
}

TEST_CASE("docker context: our patterns cover all that is read") {
  for (const char* lines :
       {"COPY a b* /x", "COPY {a,b} c[0-9] /x", "COPY --parents a/**/b.c /x",
        "COPY --parents */./b.c /x", "RUN --mount=source=a/b,target=/x y",
        "COPY [\"a b\", \"/x\"]"}) {
    const auto sources =
        read_dockerfile("FROM a\n" + std::string(lines), "").sources;
    const DockerContext read(sources, {});
    for (const char* path :
         {"a", "b", "a/b", "b/c", "a/b.c", "a/x/y/b.c", "{a,b}", "{a,b}/x",
          "c0", "c1/d", "a b", "a/b/c", "z"}) {
      CAPTURE(lines);
      CAPTURE(path);
      bool is_covered = false;
      for (const DockerSource& source : sources) {
        is_covered = is_covered || PathSet(source.globs()).matches(path);
      }
      CHECK((is_covered || !read.reads(path)));
    }
  }
}

}  // namespace
}  // namespace ecr_version::core
