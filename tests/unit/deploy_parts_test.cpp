// The pure parts of a deployment: references, kinds of images, shell words,
// the paths of a status, Docker's configuration.
#include "app/build_fields.hpp"
#include "app/docker_config.hpp"
#include "app/image_kind.hpp"
#include "app/image_reference.hpp"
#include "app/shell_words.hpp"
#include "base/crypto.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::app {
namespace {

const std::string registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const std::string digest = "sha256:" + std::string(64, 'a');

TEST_CASE("image_reference: takes a digest, a tag and the app's own name") {
  struct Row {
    std::string text;
    std::string expected;
  };
  const std::string own = registry + "/team/api";
  const std::vector<Row> rows{
      {digest, digest},
      {"1.2.3", "1.2.3"},
      {"latest", "latest"},
      {own + ":try-1", "try-1"},
      {own + "@" + digest, digest},
      {own + ":try-1@" + digest, digest},
      {"123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/team/api:1", "1"},
      {"123456789012.dkr-ecr.eu-west-1.on.aws/team/api:1", "1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_image_reference(row.text, registry, "team/api").text() ==
          row.expected);
  }
}

TEST_CASE("image_reference: a registry with a port has one repository too") {
  CHECK(
      parse_image_reference("127.0.0.1:4701/api:1.0.0", "127.0.0.1:4701", "api")
          .tag == "1.0.0");
}

TEST_CASE("image_reference: an image of elsewhere cannot be tagged here") {
  for (const std::string& text : std::vector<std::string>{
           "999999999999.dkr.ecr.eu-west-1.amazonaws.com/team/api:1",
           "123456789012.dkr.ecr.eu-west-2.amazonaws.com/team/api:1",
           registry + "/team/api2:1",
           registry + "/other/team/api:1",
           registry + "/team/api",
           registry + "/team/api:a b",
           registry + "/team/api@sha256:12",
           registry + "/team/api:!@" + digest,
           registry + "x/team/api:1",
           "team/api:1",
           "public.ecr.aws/a/team/api:1",
           "library/nginx",
           "api:1",
           "sha256:12",
           "",
           "-x",
       }) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_image_reference(text, registry, "team/api"),
                    UsageError);
  }
  CHECK_THROWS_WITH(parse_image_reference("a/b:1", "host", "api"),
                    "the image \"a/b:1\" is not one of the app's own registry "
                    "and repository: give a digest (sha256:…), a tag, or "
                    "host/api with one of them");
}

TEST_CASE("image_kind: what is no container image is told by its layers") {
  struct Row {
    std::string manifest;
    std::string expected;
  };
  const auto layered = [](const std::string& types) {
    return R"({"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
           R"("config":{"mediaType":"application/vnd.oci.image.config.v1+json"},)"
           R"("layers":[)" +
           types + "]}";
  };
  const std::vector<Row> rows{
      {layered(
           R"({"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip"})"),
       ""},
      {layered(
           R"({"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip"})"),
       ""},
      {layered(""), ""},
      {layered(R"({"mediaType":"application/vnd.in-toto+json"})"),
       "an attestation"},
      {layered(
           R"({"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json"})"),
       "a signature"},
      {layered(R"({"mediaType":"application/vnd.dsse.envelope.v1+json"})"),
       "an attestation"},
      {layered(R"({"mediaType":"text/spdx+json"})"),
       "an artifact (text/spdx+json)"},
      {R"({"subject":{"digest":"sha256:1"},"layers":[]})",
       "a statement about another image"},
      {R"({"manifests":[{"platform":{}},{"annotations":)"
       R"({"vnd.docker.reference.type":"attestation-manifest"}}]})",
       ""},
      {R"({"manifests":[{"annotations":)"
       R"({"vnd.docker.reference.type":"attestation-manifest"}}]})",
       "an index of attestations"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.manifest);
    CHECK(not_an_image(row.manifest) == row.expected);
  }
}

TEST_CASE("shell_words: a shell takes every value literally") {
  CHECK(shell_word("") == "''");
  CHECK(shell_word("a b") == "'a b'");
  CHECK(shell_word("it's $(rm) `x` \\ \"\n") == "'it'\\''s $(rm) `x` \\ \"\n'");
  CHECK(shell_word(std::string_view("a\0b", 3)) == "'ab'");
  CHECK(shell_assignment("ecr_app", "a'b") == "ecr_app='a'\\''b'\n");
}

TEST_CASE("build_fields: a status shows what the app is built from") {
  core::App app;
  app.context = "api";
  app.paths = {"api/**", "proto/*.proto"};
  app.always = {"docker/api.Dockerfile"};
  app.left_out = [](std::string_view path) { return path == "api/notes.md"; };
  core::Policy policy;
  policy.shared_paths = {"libs/**"};
  const auto status = [](const std::vector<std::string>& entries) {
    std::string text;
    for (const std::string& entry : entries) text += entry + '\0';
    return text;
  };
  CHECK(dirty_paths("", app, policy).empty());
  CHECK(dirty_paths(status({" M web/main.ts", "?? README.md", "?? apix/a"}),
                    app, policy)
            .empty());
  CHECK(dirty_paths(status({" M api/notes.md"}), app, policy).empty());
  CHECK(dirty_paths(status({" M api/a b.c", "?? api/new/", "A  libs/x",
                            " D docker/api.Dockerfile", "MM proto/a.proto"}),
                    app, policy) ==
        std::vector<std::string>{"api/a b.c", "api/new/", "libs/x",
                                 "docker/api.Dockerfile", "proto/a.proto"});
  // A file that moved out of the app, and one that moved in.
  CHECK(dirty_paths(status({"R  web/a", "api/a", "R  api/b", "web/b"}), app,
                    policy) == std::vector<std::string>{"api/a", "api/b"});
}

TEST_CASE("docker_config: the host's helper is found as Docker finds it") {
  const std::string config =
      R"({"credsStore":"desktop","credHelpers":{"a":"ecr-login","b":""}})";
  CHECK(credential_helper(config, "a").name == "ecr-login");
  CHECK(credential_helper(config, "a").of_this_host);
  CHECK(credential_helper(config, "b").name == "desktop");
  CHECK_FALSE(credential_helper(config, "c").of_this_host);
  CHECK(credential_helper("", "a").name.empty());
  CHECK_THROWS_WITH(credential_helper("[1]", "a"),
                    "Docker's configuration is no JSON object");
}

TEST_CASE("docker_config: a login is put in, and every other byte stays") {
  const std::string auth = base64_encode("AWS:secret");
  const std::string login = "{\n\t\t\t\"auth\": \"" + auth + "\"\n\t\t}";
  struct Row {
    std::string before;
    std::string after;
  };
  const std::vector<Row> rows{
      {"", "{\n\t\"auths\": {\n\t\t\"host\": " + login + "\n\t}\n}\n"},
      {" { } ", " {\n\t\"auths\": {\n\t\t\"host\": " + login + "\n\t}\n } "},
      {R"({"a": 1.50, "b": "{\"}"})",
       "{\n\t\"auths\": {\n\t\t\"host\": " + login +
           "\n\t},\"a\": 1.50, \"b\": \"{\\\"}\"}"},
      {R"({"auths": {}, "x": [1,{"host":2}]})",
       "{\"auths\": {\n\t\t\"host\": " + login +
           "\n\t}, \"x\": [1,{\"host\":2}]}"},
      {R"({"auths": {"h2": {"auth": "eA=="}}})",
       "{\"auths\": {\n\t\t\"host\": " + login +
           ",\"h2\": {\"auth\": \"eA==\"}}}"},
      {R"({"auths": {"host" : {"auth":"old"} , "z":{}} ,"k":null})",
       "{\"auths\": {\"host\" : " + login + " , \"z\":{}} ,\"k\":null}"},
      {R"({"auths": {"ho\u0073t": {}}})",
       "{\"auths\": {\"ho\\u0073t\": " + login + "}}"},
      {R"({"auths": null})",
       "{\"auths\": {\n\t\t\"host\": " + login + "\n\t}}"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.before);
    const std::string after = with_login(row.before, "host", "AWS", "secret");
    CHECK(after == row.after);
    const json::Value read = json::parse(after, "the result");
    CHECK(read["auths"]["host"].text("auth") == auth);
    // A second login changes nothing more.
    CHECK(with_login(after, "host", "AWS", "secret") == after);
  }
  CHECK_THROWS_AS(with_login("{", "host", "AWS", "secret"), Error);
}

}  // namespace
}  // namespace ecr_version::app
