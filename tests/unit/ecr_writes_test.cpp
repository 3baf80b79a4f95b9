// What is read and written of the registry, answer by answer; the transport
// answers from a queue.
#include "support/ecr_desk.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace ecr_version::aws {
namespace {

using tests::Desk;
using tests::error;
using tests::manifest;
using tests::manifest_text;
using tests::response;
using Variables = std::map<std::string, std::string>;

TEST_CASE("ecr writes: a tag is written with the manifest, byte for byte") {
  Desk desk({response(200, "{}")}, "123456789012");
  CHECK(desk.ecr->put_image("app", manifest(), "1.2.3").status ==
        PutResult::Status::written);
  const json::Value body = desk.body(0);
  CHECK(desk.target(0) == "AmazonEC2ContainerRegistry_V20150921.PutImage");
  CHECK(body.text("registryId") == "123456789012");
  CHECK(body.text("repositoryName") == "app");
  CHECK(body.text("imageManifest") == manifest_text);
  CHECK(body.text("imageTag") == "1.2.3");
  CHECK(body.text("imageDigest") == manifest().digest);
  CHECK(body.text("imageManifestMediaType") == manifest().media_type);
  CHECK(desk.transport.requests[0].fresh_connection);
}

TEST_CASE("ecr writes: what a tag that exists means") {
  using Status = PutResult::Status;
  const auto holds = [](const std::string& digest) {
    return response(
        200,
        fmt::format(R"({{"imageDetails":[{{"imageDigest":"{}"}}]}})", digest));
  };
  const net::NoAnswer lost("the answer was lost", true);
  const struct {
    std::string what;
    std::deque<net::Outcome> answers;
    Status status;
    std::string holder;
  } rows[] = {
      {"the same image",
       {error("ImageAlreadyExistsException")},
       Status::already_there,
       ""},
      {"the same image, written by a try whose answer was lost",
       {lost, error("ImageAlreadyExistsException")},
       Status::written,
       ""},
      {"an immutable tag on this very digest",
       {error("ImageTagAlreadyExistsException"), holds(manifest().digest)},
       Status::already_there,
       ""},
      {"the same, after a lost answer",
       {lost, error("ImageTagAlreadyExistsException"),
        holds(manifest().digest)},
       Status::written,
       ""},
      {"an immutable tag on another digest",
       {error("ImageTagAlreadyExistsException"), holds("sha256:other")},
       Status::taken,
       "sha256:other"},
      {"one that was gone when looked at",
       {error("ImageTagAlreadyExistsException"),
        error("ImageNotFoundException")},
       Status::taken,
       ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    Desk desk(row.answers);
    const PutResult result = desk.ecr->put_image("app", manifest(), "1.2.3");
    CHECK(result.status == row.status);
    CHECK(result.holder == row.holder);
    CHECK(desk.transport.answers.empty());
  }
  Desk desk({error("LayersNotFoundException")});
  CHECK_THROWS_WITH_AS(
      desk.ecr->put_image("app", manifest(), "1"),
      "ECR PutImage of tag 1 in repository app in region eu-west-1: "
      "LayersNotFoundException: m (HTTP 400, 1 attempt); the image must be "
      "pushed to this very repository first",
      ApiError);
}

TEST_CASE(
    "ecr writes: a manifest is asked by digest in all four forms, and "
    "must have its digest") {
  const auto answer = [](const std::string& digest, const std::string& text) {
    json::Writer writer;
    writer.begin_object().key("images").begin_array().begin_object();
    writer.key("imageId").begin_object().member("imageDigest", digest);
    writer.end_object().member("imageManifest", text);
    writer.member("imageManifestMediaType", "m").end_object().end_array();
    return response(200, writer.end_object().text());
  };
  const std::string digest = manifest().digest;
  {
    Desk desk({answer(digest, manifest_text)});
    const auto found = desk.ecr->get_manifest("app", digest);
    REQUIRE(found);
    CHECK(found->bytes == manifest_text);
    CHECK(found->media_type == "m");
    const json::Value body = desk.body(0);
    std::vector<std::string> types;
    for (const auto& type : body["acceptedMediaTypes"].as_array("it"))
      types.push_back(type.as_string("a type"));
    CHECK(types ==
          std::vector<std::string>{
              "application/vnd.docker.distribution.manifest.v2+json",
              "application/vnd.docker.distribution.manifest.list.v2+json",
              "application/vnd.oci.image.manifest.v1+json",
              "application/vnd.oci.image.index.v1+json"});
    CHECK(desk.target(0) ==
          "AmazonEC2ContainerRegistry_V20150921.BatchGetImage");
    CHECK(body["imageIds"].as_array("ids").front().text("imageDigest") ==
          digest);
  }
  {
    // Whatever the answer calls it.
    Desk desk({answer("sha256:other", manifest_text)});
    CHECK(desk.ecr->get_manifest("app", digest)->digest == digest);
  }
  {
    // Translated for a caller by tag; by digest it is what it is.
    Desk desk({answer(digest, "{}"), answer(digest, manifest_text)});
    CHECK(desk.ecr->get_manifest("app", "1.2.3")->bytes == manifest_text);
  }
  {
    Desk desk({answer(digest, "{}")});
    CHECK_THROWS_WITH_AS(
        desk.ecr->get_manifest("app", digest),
        fmt::format("the manifest of {} in repository app is not what its "
                    "digest says: it has sha256:{}; do not trust this "
                    "registry's answer",
                    digest, sha256_hex("{}"))
            .c_str(),
        Error);
  }
  {
    Desk desk({response(
        200, R"({"images":[],"failures":[{"failureCode":"ImageNotFound"}]})")});
    CHECK_FALSE(desk.ecr->get_manifest("app", "nope"));
  }
  Desk desk({response(200, R"({"failures":[{"failureCode":"KmsError",)"
                           R"("failureReason":"key is disabled"}]})")});
  CHECK_THROWS_WITH_AS(
      desk.ecr->get_manifest("app", "1"),
      "ECR BatchGetImage of image 1 of repository app in region eu-west-1: "
      "KmsError: key is disabled (HTTP 200, 1 attempt)",
      ApiError);
}

TEST_CASE("ecr writes: a repository is created immutable but for its filters") {
  const auto made = response(
      200, R"({"repository":{"repositoryName":"app","repositoryUri":"h/app",)"
           R"("imageTagMutability":"IMMUTABLE_WITH_EXCLUSION",)"
           R"("imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD",)"
           R"("filter":"latest"}]}})");
  Desk desk({made});
  const RepositoryDetail detail =
      desk.ecr
          ->create_repository({.name = "app", .exclusion_filters = {"latest"}})
          .value();
  CHECK(desk.target(0) ==
        "AmazonEC2ContainerRegistry_V20150921.CreateRepository");
  CHECK(detail.mutability == Mutability::immutable_with_exclusion);
  CHECK(detail.exclusion_filters == std::vector<std::string>{"latest"});
  CHECK(desk.transport.requests[0].body ==
        R"({"repositoryName":"app","imageTagMutability":)"
        R"("IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":)"
        R"([{"filterType":"WILDCARD","filter":"latest"}]})");

  Desk plain({made});
  plain.ecr->create_repository({.name = "app"});
  CHECK(plain.body(0).text("imageTagMutability") == "IMMUTABLE");

  Desk there({error("RepositoryAlreadyExistsException")});
  CHECK_FALSE(there.ecr->create_repository({.name = "app"}).has_value());
}

TEST_CASE("ecr writes: one unknown name does not hide the others") {
  const auto known = [](const std::string& name) {
    return response(
        200,
        fmt::format(R"({{"repositories":[{{"repositoryName":"{}"}}]}})", name));
  };
  Desk desk({error("RepositoryNotFoundException"), known("a"),
             error("RepositoryNotFoundException"),
             error("AccessDeniedException")});
  const auto answers = desk.ecr->describe_repositories({"a", "b", "c"});
  using Status = RepositoryAnswer::Status;
  CHECK(answers[0].status == Status::found);
  CHECK(answers[1].status == Status::missing);
  CHECK(answers[2].status == Status::failed);
  // Once is enough: nothing more is answered, so nothing more is asked.
  CHECK(desk.ecr->describe_repositories({"a", "a"})[1].detail.name == "a");
}

TEST_CASE("ecr writes: a tag that is gone already is untagged") {
  Desk desk(
      {response(200, R"({"failures":[{"failureCode":"ImageNotFound"}]})")});
  desk.ecr->untag("app", "try-1");
  Desk refused({response(
      200, R"({"failures":[{"failureCode":"ImageReferencedByManifestList",)"
           R"("failureReason":"in use"}]})")});
  CHECK_THROWS_WITH_AS(
      refused.ecr->untag("app", "try-1"),
      "ECR BatchDeleteImage of repository app in region eu-west-1: "
      "ImageReferencedByManifestList: in use (HTTP 200, 1 attempt)",
      ApiError);
  CHECK(refused.target(0) ==
        "AmazonEC2ContainerRegistry_V20150921.BatchDeleteImage");
}

TEST_CASE("ecr writes: a login is announced in every form it has") {
  const std::string token = base64_encode("AWS:pass:word");
  Desk desk({response(
      200, fmt::format(R"({{"authorizationData":[{{"authorizationToken":"{}",)"
                       R"("expiresAt":1.8e9,"proxyEndpoint":"https://h"}}]}})",
                       token))});
  const LoginToken login = desk.ecr->login_token();
  CHECK(desk.target(0) ==
        "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken");
  CHECK(login.username == "AWS");
  CHECK(login.password.reveal() == "pass:word");
  CHECK(login.host == "h");
  CHECK(login.expires == Time(std::chrono::seconds(1'800'000'000)));
  CHECK(desk.fake.secrets ==
        std::vector<std::string>{token, "AWS:pass:word", "pass:word"});
}

TEST_CASE("ecr writes: the registry's host, asked of no one if it can be") {
  const auto listed =
      response(200, R"({"imageDetails":[{"registryId":"111122223333"}]})");
  const auto identity =
      response(200,
               "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>"
               "444455556666</Account>"
               "</GetCallerIdentityResult></GetCallerIdentityResponse>");
  const auto repositories =
      response(200, R"({"repositories":[{"repositoryName":"a/b",)"
                    R"("repositoryUri":"localhost:5000/a/b"}]})");
  {
    Desk desk({}, "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com");
    CHECK(desk.ecr->host() ==
          "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com");
  }
  {
    Desk desk({}, "123456789012");
    CHECK(desk.ecr->host() == "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  }
  {
    Desk desk({listed});
    desk.ecr->describe_images({"app"}, tests::unheard);
    CHECK(desk.ecr->host() == "111122223333.dkr.ecr.eu-west-1.amazonaws.com");
  }
  {
    Desk desk({response(400, R"({"__type":"RepositoryNotFoundException",)"
                             R"("message":"in the registry with id )"
                             R"('777788889999'"})")});
    desk.ecr->describe_images({"app"}, tests::unheard);
    CHECK(desk.ecr->host() == "777788889999.dkr.ecr.eu-west-1.amazonaws.com");
  }
  {
    Desk desk({identity});
    CHECK(desk.ecr->host() == "444455556666.dkr.ecr.eu-west-1.amazonaws.com");
    CHECK(desk.transport.requests[0].url ==
          "https://sts.eu-west-1.amazonaws.com");
  }
  const Variables override{{"AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:4700"}};
  {
    Desk desk({repositories}, "", override);
    CHECK(desk.ecr->host() == "localhost:5000");
  }
  {
    Desk desk({repositories}, "", override);
    desk.ecr->describe_repositories({"a/b"});
    CHECK(desk.ecr->host() == "localhost:5000");
  }
  Desk desk({}, "localhost:4701", override);
  CHECK(desk.ecr->host() == "localhost:4701");
}

TEST_CASE("ecr writes: ECR Public is asked in us-east-1, in its own words") {
  Desk desk({response(200, R"({"imageDetails":[{"registryId":"1"}]})")},
            "public.ecr.aws/acme");
  desk.ecr->describe_images({"app"}, tests::unheard);
  CHECK(desk.transport.requests[0].url ==
        "https://api.ecr-public.us-east-1.amazonaws.com/");
  CHECK(desk.target(0) == "SpencerFrontendService.DescribeImages");
  CHECK(desk.transport.requests[0].body ==
        R"({"repositoryName":"app","maxResults":1000})");
  CHECK(desk.ecr->host() == "public.ecr.aws/acme");
}

TEST_CASE("ecr writes: ECR Public's manifest, by challenge and token") {
  const std::string login = base64_encode("AWS:pw");
  const auto challenge =
      response(401, "",
               {{"WWW-Authenticate",
                 "Bearer realm=\"https://public.ecr.aws/token/\","
                 "service=\"public.ecr.aws\",scope=\"aws\""}});
  const auto authorization = response(
      200,
      fmt::format(R"({{"authorizationData":{{"authorizationToken":"{}"}}}})",
                  login));
  Desk desk({challenge, authorization, response(200, R"({"token":"bt"})"),
             response(200, manifest_text,
                      {{"Docker-Content-Digest", manifest().digest},
                       {"Content-Type", "m"}})},
            "public.ecr.aws/acme");
  CHECK(desk.ecr->get_manifest("app", "1.0.0")->digest == manifest().digest);
  const auto& requests = desk.transport.requests;
  CHECK(requests[0].url ==
        "https://public.ecr.aws/v2/acme/app/manifests/1.0.0");
  CHECK(requests[2].url ==
        "https://public.ecr.aws/token/?service=public.ecr.aws&scope=aws");
  CHECK(requests[2].headers[0].second == "Basic " + login);
  CHECK(requests[3].headers.back().second == "Bearer bt");
  CHECK(desk.fake.secrets == std::vector<std::string>{login, "bt"});

  const auto elsewhere = response(
      401, "",
      {{"WWW-Authenticate", "Bearer realm=\"https://evil.example/\""}});
  Desk thief({elsewhere, authorization}, "public.ecr.aws/acme");
  CHECK_THROWS_WITH_AS(thief.ecr->get_manifest("app", "1"),
                       "the registry public.ecr.aws sends its login to "
                       "evil.example: refusing to follow",
                       Error);
}

TEST_CASE(
    "ecr writes: credentials that expire in the middle are renewed once") {
  const auto keys = [](const std::string& key) {
    return response(
        200, fmt::format("<AssumeRoleResponse><Credentials><AccessKeyId>{}"
                         "</AccessKeyId><SecretAccessKey>x"
                         "</SecretAccessKey><SessionToken>y</SessionToken>"
                         "</Credentials></AssumeRoleResponse>",
                         key));
  };
  const std::string role = "arn:aws:iam::123456789012:role/ci";
  Desk desk({keys("OLD"), error("ExpiredTokenException"), keys("NEW"),
             response(200, "{}")},
            "", {}, role);
  const auto results = desk.ecr->describe_images({"app"}, tests::unheard);
  CHECK(results[0].status == RepositoryListing::Status::listed);
  CHECK(desk.transport.requests[3].headers.back().second.find(
            "Credential=NEW/") != std::string::npos);

  Desk twice({keys("OLD"), error("ExpiredTokenException"), keys("NEW"),
              error("ExpiredTokenException")},
             "", {}, role);
  CHECK(twice.ecr->describe_images({"app"}, tests::unheard)[0].status ==
        RepositoryListing::Status::failed);
  CHECK(twice.transport.answers.empty());
}

}  // namespace
}  // namespace ecr_version::aws
