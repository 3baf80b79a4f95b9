#include "core/dockerfile.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

using Lines = std::vector<std::string>;

// The sources, one a line: "2 src", "3 **" for an unresolved one.
Lines sources(std::string_view text, std::string_view target = "") {
  Lines result;
  for (const DockerSource& source : read_dockerfile(text, target).sources) {
    std::string line = std::to_string(source.line) + " ";
    line += source.is_unresolved ? "?" : "'" + source.pattern + "'";
    if (!source.parents.empty()) line += " parents " + source.parents;
    for (const std::string& exclude : source.excludes) line += " !" + exclude;
    result.push_back(line);
  }
  return result;
}

Lines images(std::string_view text, std::string_view target = "") {
  Lines result;
  for (const DockerImage& image : read_dockerfile(text, target).images)
    result.push_back(std::to_string(image.line) + " " + image.name);
  return result;
}

// The sources of lines behind "FROM a".
Lines copies(const std::string& lines) { return sources("FROM a\n" + lines); }

TEST_CASE("dockerfile: COPY and ADD name their sources") {
  CHECK(copies("COPY a b c/ /d\nADD e.tgz /") ==
        Lines{"2 'a'", "2 'b'", "2 'c'", "3 'e.tgz'"});
  CHECK(copies("COPY . .") == Lines{"2 ''"});
  CHECK(copies("COPY / /x") == Lines{"2 ''"});
  CHECK(copies("COPY ./a/../b/ ../../c /x") == Lines{"2 'b'", "2 'c'"});
  CHECK(copies("COPY --link --chown=1:1 --chmod=755 a /x") == Lines{"2 'a'"});
  CHECK(copies("COPY\ta \\\n  # why\n  b \\\n  /x") == Lines{"2 'a'", "2 'b'"});
  CHECK(copies("COPY /x").empty());
  CHECK(copies("COPY").empty());
}

TEST_CASE("dockerfile: what is written oddly is read all the same") {
  CHECK(sources("# syntax=other/x\nARG a\n") == sources("ARG a\n"));
  CHECK(sources("FROM\nCOPY a /x") == Lines{"2 'a'"});
  CHECK(images("FROM a to b\nCOPY a /x\nFROM b") == Lines{"3 b"});
  CHECK(sources("FROM a\nCOPY b /b\nFROM \"\"\nCOPY c /c") == Lines{"4 'c'"});
  CHECK(images("FROM \"\"").empty());
  CHECK(copies("ENV\nCOPY a /x") == Lines{"3 'a'"});
  CHECK(copies("ENV a=b c\nCOPY $a /x") == Lines{"3 'b'"});
  CHECK(copies("COPY a\fb\vc\rd /x") ==
        Lines{"2 'a'", "2 'b'", "2 'c'", "2 'd'"});
  CHECK(copies("COPY a\x08 /x") == Lines{"2 'a\x08'"});
  CHECK(copies("RUN --network=none x\nCOPY a /x") == Lines{"3 'a'"});
  CHECK(copies("RUN --mount=from=,source=a,target=/b x") == Lines{"2 'a'"});
}

TEST_CASE("dockerfile: what stands at the edges of an instruction") {
  CHECK(images("FROM a as\nCOPY b /b") == Lines{"1 a"});
  CHECK(images("FROM scratch").empty());
  CHECK(images("ARG n\nFROM a AS xy\nFROM x$n") == Lines{"2 a", "3 x*"});
  CHECK(read_dockerfile("# syntax=other/x\nFROM a", "").sources[0].written ==
        "# syntax=other/x");
  CHECK(copies("COPY a\tb /x") == Lines{"2 'a'", "2 'b'"});
  CHECK(copies("COPY --parents=false a/./b /x") == copies("COPY a/./b /x"));
  CHECK(copies("ARG u\nCOPY --parents x/./$u/a /d") == Lines{"3 ?"});
  CHECK(copies("RUN --mount=source=a,target=/b x") == Lines{"2 'a'"});
  CHECK(copies("COPY [\"a\", 1]") == Lines{"2 ?"});
  CHECK(sources("FROM a AS x\nCMD COPY b /b\nFROM x").empty());
  CHECK(sources("FROM a AS x\nENV v=b\nFROM x\nARG v=c\nCOPY $v /v") ==
        Lines{"5 'b'"});
  // Of one name, the last stage before is meant.
  const std::string twice =
      "FROM a AS x\nCOPY b /b\nFROM a AS x\nCOPY c /c\nFROM a AS x\nCOPY d "
      "/d\n";
  CHECK(sources(twice + "FROM x") == Lines{"6 'd'"});
  CHECK(sources("FROM a AS x\nCOPY b /b\nFROM a AS x\nCOPY c /c\nFROM x") ==
        Lines{"4 'c'"});
}

TEST_CASE("dockerfile: a stage is read once, by number or by name") {
  const std::string first = "FROM a AS xy\nCOPY b /b\nFROM c\nARG n\n";
  CHECK(sources(first + "COPY --from=$n /b /b") == Lines{"2 'b'"});
  CHECK(sources(first + "COPY --from=x$n /b /b") == Lines{"2 'b'"});
  CHECK(sources(first + "COPY --from=z$n /b /b").empty());
  CHECK(sources("FROM a\nCOPY b /b\nFROM c\nARG n\nCOPY --from=$n /b /b") ==
        Lines{"2 'b'"});
  CHECK(sources("FROM a AS x\nCOPY b /b\nFROM x AS y\nFROM x AS z\nFROM y\n"
                "COPY --from=z /b /b") == Lines{"2 'b'"});
}

TEST_CASE("dockerfile: the JSON form may hold blanks") {
  CHECK(copies("COPY [\"a b\", \"c\", \"/x\"]") == Lines{"2 'a b'", "2 'c'"});
  CHECK(copies("COPY --link [ \"a\",\"/x\" ]") == Lines{"2 'a'"});
  CHECK(copies("COPY [\"\", \"/x\"]") == Lines{"2 ''"});
  CHECK(copies("COPY [ab]c /x") == Lines{"2 '?c'"});  // no JSON: a pattern
}

TEST_CASE("dockerfile: patterns are translated, more rather than less") {
  CHECK(copies("COPY *.json a?/b**c /x") == Lines{"2 '*.json'", "2 'a?/b*c'"});
  CHECK(copies("COPY a[0-9].txt /x") == Lines{"2 'a?.txt'"});
  CHECK(copies("COPY {a,b}(c)!d+@e /x") ==
        Lines{"2 '\\{a\\,b\\}\\(c\\)\\!d\\+\\@e'"});
  CHECK(copies("COPY [\"a\\\\*b\", \"/x\"]") == Lines{"2 'a*b'"});
  CHECK(copies("COPY a[ /x") == Lines{"2 ?"});
}

// Found by the fuzzer: what Docker takes and our patterns refuse.
TEST_CASE("dockerfile: a pattern that ours cannot say is the whole context") {
  CHECK(copies("COPY src/\\\\/*/x.json /x") == Lines{"2 ?"});
  CHECK(copies("COPY src/\\\\./x /x") == Lines{"2 ?"});
  CHECK(copies("COPY " + std::string(70'000, '?') + " /x") == Lines{"2 ?"});
  CHECK(copies("RUN --mount=source=" + std::string(70'000, 'a') + " x") ==
        Lines{"2 ?"});
}

TEST_CASE("dockerfile: remote and inline sources are no files") {
  CHECK(copies("ADD https://x/y.tgz a /d/") == Lines{"2 'a'"});
  CHECK(
      copies("ADD https://x/$V.tgz git@x:y.git#v1 git://x ssh://y /d").empty());
  CHECK(copies("COPY <<EOF /x\na\nEOF\nCOPY b /y") == Lines{"5 'b'"});
  CHECK(copies("COPY a <<EOF b /x/\nc\nEOF") == Lines{"2 'a'", "2 'b'"});
}

TEST_CASE("dockerfile: a stage, a number or an image may be copied from") {
  const std::string text =
      "FROM a AS one\nCOPY x /\n"
      "FROM b\nCOPY y /\n"
      "FROM c\nCOPY --from=ONE / /\nCOPY --from=1 / /\n"
      "COPY --from=nginx:1.25 /etc /\n";
  CHECK(sources(text) == Lines{"2 'x'", "4 'y'"});
  CHECK(images(text) == Lines{"1 a", "3 b", "5 c", "8 nginx:1.25"});
}

TEST_CASE("dockerfile: only the stages that the last one needs count") {
  const std::string text =
      "FROM a AS deps\nCOPY package.json .\n"
      "FROM deps AS test\nCOPY tests tests\n"
      "FROM deps AS build\nCOPY src src\n"
      "FROM scratch\nCOPY --from=build /app /app\n";
  CHECK(sources(text) == Lines{"2 'package.json'", "6 'src'"});
  CHECK(sources(text, "Test") == Lines{"2 'package.json'", "4 'tests'"});
  CHECK(sources(text, "0") == Lines{"2 'package.json'"});
  CHECK(images(text) == Lines{"1 a"});
}

TEST_CASE("dockerfile: without the target every stage counts, and it is said") {
  const std::string text = "FROM a AS x\nCOPY b .\nFROM c\nCOPY d .\n";
  CHECK(sources(text, "nope") == Lines{"2 'b'", "4 'd'"});
  CHECK_FALSE(read_dockerfile(text, "nope").has_target);
  CHECK(read_dockerfile(text, "x").has_target);
  CHECK(read_dockerfile(text, "").has_target);
}

TEST_CASE("dockerfile: a stage goes before an image of its name") {
  const std::string text =
      "FROM node AS node\nCOPY a .\nFROM node\nCOPY b .\nFROM python";
  CHECK(sources(text, "1") == Lines{"2 'a'", "4 'b'"});
  CHECK(images(text, "1") == Lines{"1 node"});
  CHECK(images("FROM --platform=$BUILDPLATFORM golang:1.22 AS b\nFROM b") ==
        Lines{"1 golang:1.22"});
}

TEST_CASE("dockerfile: arguments have defaults, of the stage or of the top") {
  CHECK(copies("ARG D=src\nCOPY $D /x") == Lines{"3 'src'"});
  CHECK(copies("ENV D=src E=\"a b\"\nCOPY [\"$D/$E\",\"x\"]") ==
        Lines{"3 'src/a b'"});
  CHECK(copies("ENV D src\nCOPY ${D}/c /x") == Lines{"3 'src/c'"});
  CHECK(copies("ENV D=a\nARG D=b\nCOPY $D /x") == Lines{"4 'a'"});
  CHECK(copies("ARG A=x\nARG B=$A/y\nCOPY $B /x") == Lines{"4 'x/y'"});
  CHECK(sources("ARG D=src\nFROM a\nARG D\nCOPY $D /x") == Lines{"4 'src'"});
  CHECK(sources("ARG D=src\nFROM a\nARG D=own\nCOPY $D /x") ==
        Lines{"4 'own'"});
  CHECK(sources("FROM a AS b\nARG D=src\nFROM b\nCOPY $D /x") ==
        Lines{"4 'src'"});
  CHECK(copies("ARG D\nCOPY ${D:-src} /x") == Lines{"3 'src'"});
  CHECK(copies("COPY ${D:-src} /x") == Lines{"2 'src'"});
  CHECK(copies("ARG D=b\nCOPY a${D:+/$D} /x") == Lines{"3 'a/b'"});
  CHECK(copies("ARG TARGETARCH\nCOPY bin/$TARGETARCH/a /x") ==
        Lines{"3 'bin/*/a'"});
}

TEST_CASE("dockerfile: what is not known counts as the whole context") {
  CHECK(copies("ARG D\nCOPY $D/src /x") == Lines{"3 ?"});
  CHECK(copies("COPY $D /x") == Lines{"2 ?"});
  CHECK(sources("ARG D=src\nFROM a\nCOPY $D /x") == Lines{"3 ?"});
  CHECK(copies("ARG TARGETPLATFORM\nCOPY $TARGETPLATFORM /x") == Lines{"3 ?"});
  CHECK(copies("COPY \"a b\" /x").front() == "2 ?");  // Docker refuses it
  CHECK(sources("").front() == "1 ?");
  CHECK(sources("RUN x").front() == "1 ?");
  CHECK(sources("FROM a\nRUN <<EOF\nx").back() == "1 ?");
  CHECK(sources("# syntax=example/other\nFROM a") == Lines{"1 ?"});
  CHECK(sources("# syntax=docker/dockerfile:1-labs\nFROM a").empty());
  CHECK(sources("FROM node:18-onbuild") == Lines{"1 ?"});
}

TEST_CASE("dockerfile: images whose name is not all known") {
  CHECK(images("ARG TAG\nFROM r/base:$TAG") == Lines{"2 r/base:*"});
  CHECK(images("ARG R=reg\nFROM ${R}/base:1") == Lines{"2 reg/base:1"});
  CHECK(images("FROM ${R}/base:1") == Lines{"1 */base:1"});
  // Any of these stages may be meant.
  const std::string text =
      "FROM a AS base-x\nCOPY x .\nFROM b AS base-y\nCOPY y .\n"
      "FROM c AS other\nCOPY z .\nFROM base-$TARGETARCH\nCOPY w .";
  CHECK(sources(text) == Lines{"2 'x'", "4 'y'", "8 'w'"});
  const std::string chosen =
      "ARG V=y\nFROM a AS base-x\nCOPY x .\nFROM b AS base-y\nCOPY y .\n"
      "FROM base-$V";
  CHECK(sources(chosen) == Lines{"5 'y'"});
}

TEST_CASE("dockerfile: bind mounts read the context") {
  CHECK(copies("RUN --mount=type=bind,source=a,target=/b x") == Lines{"2 'a'"});
  CHECK(copies("RUN --mount=target=/b,src=a/ x") == Lines{"2 'a'"});
  CHECK(copies("RUN --mount=type=bind,target=. x") == Lines{"2 ''"});
  CHECK(copies("RUN --mount=type=bind,source=a*,target=/b x") ==
        Lines{"2 'a\\*'"});
  CHECK(copies("ARG D\nRUN --mount=source=$D,target=/b x") == Lines{"3 ?"});
  CHECK(copies("RUN --mount=type=cache,target=/c --mount=type=secret,id=a "
               "--mount=type=ssh --mount=type=tmpfs,target=/t x")
            .empty());
  CHECK(copies("RUN --mount=source=a,target=/a --mount=source=b,target=/b x") ==
        Lines{"2 'a'", "2 'b'"});
  const std::string text =
      "FROM a AS b\nCOPY c .\nFROM d\n"
      "RUN --mount=from=b,target=/x --mount=type=cache,from=e,target=/y z";
  CHECK(sources(text) == Lines{"2 'c'"});
  CHECK(images(text) == Lines{"1 a", "3 d", "4 e"});
}

TEST_CASE("dockerfile: --parents and --exclude come with the source") {
  CHECK(copies("COPY --parents a/**/x.json /d") ==
        Lines{"2 '' parents a/**/x.json"});
  CHECK(copies("COPY --parents ./a/./b/*.c /d") ==
        Lines{"2 'a' parents b/*.c"});
  CHECK(copies("COPY --exclude=*.md --exclude='b c' a /d") ==
        Lines{"2 'a' !*.md !b c"});
  CHECK(copies("ARG E\nCOPY --exclude=$E --exclude=x a /d") == Lines{"3 'a'"});
}

TEST_CASE("dockerfile: ONBUILD runs in the stages built on it") {
  const std::string text =
      "FROM a AS base\nONBUILD COPY x .\nONBUILD RUN "
      "--mount=source=y,target=/y "
      "z\nFROM base AS one\nFROM one AS two";
  CHECK(sources(text, "base").empty());
  CHECK(sources(text, "one") == Lines{"2 'x'", "3 'y'"});
  CHECK(sources(text, "two") == Lines{"2 'x'", "3 'y'"});
}

TEST_CASE("dockerfile: the escape character may be a backtick") {
  CHECK(sources("# escape=`\nFROM a\nCOPY b `\n  c /x") ==
        Lines{"3 'b'", "3 'c'"});
}

TEST_CASE("dockerfile: sources as patterns of ours") {
  const auto globs = [](const std::string& line) {
    return read_dockerfile("FROM a\n" + line, "").sources.at(0).globs();
  };
  CHECK(globs("COPY src /x") == Lines{"src", "src/**"});
  CHECK(globs("COPY . /x") == Lines{"**"});
  CHECK(globs("COPY $D /x") == Lines{"**"});
  CHECK(globs("COPY --parents a/./b/**/c.* /x") ==
        Lines{"a", "a/b/**/c.*", "a/b/**/c.*/**"});
  CHECK(globs("COPY --parents b**c /x") == Lines{"**"});
}

TEST_CASE("dockerfile: of triggers without end the rest is the whole context") {
  std::string text = "FROM a AS x\n";
  for (int i = 0; i <= 10'000; ++i) text += "ONBUILD ADD b /\n";
  const auto found = read_dockerfile(text + "FROM x", "").sources;
  REQUIRE(found.size() == 10'001);
  CHECK(found[9'999].pattern == "b");
  CHECK(found[10'000].is_unresolved);
  CHECK(found[10'000].line == 10'002);
}

TEST_CASE("dockerfile: hostile files end") {
  for (const std::string part :
       {"FROM a\n", "FROM 0\n", "FROM a AS a\n", "ONBUILD COPY a b\nFROM 0\n",
        "FROM a AS a\nONBUILD COPY b c\n", "ENV A=$A$A\n", "ARG A=$A$A\n",
        "COPY --from=a b c\n", "COPY a ", "RUN <<A\n", "\\\n", "# escape=`\n",
        "${a:-", "COPY [", "--mount=", "ONBUILD "}) {
    CAPTURE(part);
    std::string text = "FROM a AS b\nENV A=x\n";
    while (text.size() < 100'000) text += part;
    read_dockerfile(text, "");
  }
}

}  // namespace
}  // namespace ecr_version::core
