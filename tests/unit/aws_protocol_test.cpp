// ECR's and STS's answers as values: codes, messages, images, instants.
#include "aws/api_error.hpp"
#include "aws/classify.hpp"
#include "aws/image_page.hpp"
#include "aws/skew.hpp"
#include "aws/sts.hpp"
#include "aws/timestamp.hpp"
#include "base/json.hpp"
#include "support/fake_world.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

namespace ecr_version::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using tests::response;

net::Response response_of(const json::Value& value) {
  net::Response answer{
      .status = static_cast<int>(value["status_code"].as_integer("status"))};
  answer.body = value.text("body").value_or("");
  if (value["headers"].is_object())
    for (const auto& [name, text] : value["headers"].as_object("headers"))
      answer.headers.emplace_back(name, text.as_string(name));
  return answer;
}

ImagePage read_page(std::string text, std::vector<ImageDetail>& images) {
  return read_image_page(
      text, [&](ImageDetail& image) { images.push_back(std::move(image)); });
}

TEST_CASE(
    "protocol: every published case of an error holds, and no success "
    "is mistaken") {
  const auto file = tests::vectors("ecr-model/json-protocol-output.json");
  if (!file) return;
  const json::Value document = json::parse(tests::read_file(*file), "vectors");
  int errors = 0;
  int successes = 0;
  for (const json::Value& suite : document.as_array("suites"))
    for (const json::Value& test : suite["cases"].as_array("cases")) {
      CAPTURE(test.text("id").value());
      const net::Response answer = response_of(test["response"]);
      if (const auto code = test.text("errorCode")) {
        const Failure failure = read_json_failure(answer);
        CHECK(failure.code == *code);
        CHECK(failure.message == test.text("errorMessage").value_or(""));
        ++errors;
        continue;
      }
      // Unknown members, nulls, nesting, no body: no image, and no complaint.
      CHECK(looks_like_json(answer));
      std::vector<ImageDetail> images;
      CHECK(read_page(answer.body, images).next_token.empty());
      CHECK(images.empty());
      ++successes;
    }
  CHECK(errors == 12);
  CHECK(successes == 46);
}

// After smithy's awsJson1_1/errors.smithy, so that it is proven without the
// vectors.
TEST_CASE("protocol: where the code of an error stands") {
  const struct {
    net::Headers headers;
    std::string body, code, message;
  } rows[] = {
      {{{"X-Amzn-ErrorType", "a.b#Foo:http://c#d"}},
       R"({"__type":"Other","message":"m"})",
       "Foo",
       "m"},
      {{}, R"({"code":"x#Foo","__type":"Other"})", "Foo", ""},
      {{}, R"({"__type":"x#Foo","Message":"M"})", "Foo", "M"},
      {{}, R"({"nested":{"__type":"Foo"}})", "", ""},
      {{}, R"({"__type":null,"message":null})", "", ""},
      {{}, R"({"__type":7})", "", ""},
      {{}, "", "", ""},
      {{}, "<html>\nno</html>", "", "<html> no</html>"},
      {{}, "[1]", "", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const Failure failure =
        read_json_failure(response(400, row.body, row.headers));
    CHECK(failure.code == row.code);
    CHECK(failure.message == row.message);
  }
}

TEST_CASE("protocol: a page that no JSON of AWS's is") {
  for (const char* const body : {"", " ", "{}", " {\"a\": [1]}\n"})
    CHECK(looks_like_json(response(200, body)));
  for (const char* const body : {"{", "}", "[]", "<html></html>"})
    CHECK_FALSE(looks_like_json(response(200, body)));
  CHECK(looks_like_xml(response(200, " <AssumeRoleResponse/>")));
  for (const char* const body : {"", "<html></html>", "a Response"})
    CHECK_FALSE(looks_like_xml(response(200, body)));
}

TEST_CASE("protocol: a page of images") {
  std::vector<ImageDetail> images;
  const ImagePage page = read_page(
      R"({"imageDetails":[{"registryId":"123456789012","imageDigest":"sha256:a",
          "imageTags":["1.0.0","1.0.0-abcdef0"],"imagePushedAt":1.7e9,
          "imageManifestMediaType":"m","artifactMediaType":"a",
          "subjectManifestDigest":"sha256:s","imageStatus":"ARCHIVED",
          "imageScanStatus":{"imageDigest":"no","imageTags":["no"]},
          "future":[{"imageTags":["no"]},["imageDigest","no"]]},
         {"imageDigest":"sha256:b","imageTags":null,"imagePushedAt":null,
          "future":[["no"],{"imagePushedAt":1}],"imageSizeInBytes":7},
         {}],
         "other":[{"imageDigest":"no","imageTags":["no"]}],
         "nextToken":"t+/="})",
      images);
  CHECK(page.next_token == "t+/=");
  CHECK(page.registry_id == "123456789012");
  REQUIRE(images.size() == 3);
  CHECK(images[0].digest == "sha256:a");
  CHECK(images[0].tags == std::vector<std::string>{"1.0.0", "1.0.0-abcdef0"});
  CHECK(images[0].pushed_at == Time(std::chrono::seconds(1'700'000'000)));
  CHECK(images[0].archived);
  CHECK(images[0].media_type == "m");
  CHECK(images[0].artifact_media_type == "a");
  CHECK(images[0].subject_digest == "sha256:s");
  CHECK(images[1].digest == "sha256:b");
  CHECK(images[1].tags.empty());
  CHECK_FALSE(images[1].pushed_at);
  CHECK_FALSE(images[1].archived);
}

TEST_CASE("protocol: a page that ends with null is the last") {
  std::vector<ImageDetail> images;
  CHECK(read_page(R"({"imageDetails":null,"nextToken":null})", images)
            .next_token.empty());
  CHECK(read_page("", images).next_token.empty());
  CHECK_THROWS_AS(read_page(R"({"imageDetails":[)", images), Error);
}

// Found by fuzzing: the second text stood where an image's member would.
TEST_CASE("protocol: what is no list of images gives none") {
  for (const std::string text :
       {R"({"imageDetails":[["imageDigest","a"],"b",7]})",
        R"({"imageDetails":{"imageDigest":"a","imageTags":["b"]}})",
        R"({"x":{"imageDetails":[{"imageDigest":"a"}]}})",
        R"({"imageDetails":[[7]]})", R"(["imageDetails"])", R"("imageDetails")",
        "7"}) {
    CAPTURE(text);
    std::vector<ImageDetail> images;
    CHECK(read_page(text, images).next_token.empty());
    CHECK(images.empty());
  }
  std::vector<ImageDetail> images;
  read_page(
      R"({"imageDetails":[{"imageTags":"a"},{"imageTags":{"b":"c"}},["d"],
          {"imageTags":[["e"]]}]})",
      images);
  CHECK(images.size() == 3);
  for (const ImageDetail& image : images) CHECK(image.tags.empty());
}

TEST_CASE("protocol: STS's answers and errors") {
  const Credentials credentials = parse_credentials_answer(
      "<R xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><X><Credentials>"
      "<AccessKeyId> A </AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
      "<SessionToken>t</SessionToken><Expiration>2026-11-25T13:00:00.5Z"
      "</Expiration></Credentials></X></R>",
      "AssumeRole");
  CHECK(credentials.access_key == "A");
  CHECK(credentials.expires ==
        parse_iso_time("2026-11-25T13:00:00Z").value() + milliseconds(500));
  CHECK_THROWS_WITH_AS(parse_credentials_answer("<R/>", "AssumeRole"),
                       "the answer of AssumeRole holds no credentials", Error);
  CHECK_THROWS_WITH_AS(parse_credentials_answer("{}", "AssumeRole"),
                       "AssumeRole answered with what is no XML", Error);

  CHECK(parse_identity_answer(
            "<R><GetCallerIdentityResult><Arn>arn:x</Arn><Account>123456789012"
            "</Account></GetCallerIdentityResult></R>")
            .account == "123456789012");
  CHECK_THROWS_WITH_AS(parse_identity_answer("<R/>"),
                       "the answer of GetCallerIdentity names no account",
                       Error);
  CHECK_THROWS_WITH_AS(parse_identity_answer("{}"),
                       "GetCallerIdentity answered with what is no XML", Error);
  for (const char* const some :
       {"<AccessKeyId>A</AccessKeyId>",
        "<AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"})
    CHECK_THROWS_WITH_AS(
        parse_credentials_answer(
            "<R><Credentials>" + std::string(some) + "</Credentials></R>",
            "AssumeRole"),
        "the answer of AssumeRole holds no credentials", Error);

  const Failure failure = read_xml_failure(
      response(403,
               "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no"
               "</Message></Error><RequestId>r</RequestId></ErrorResponse>"));
  CHECK(failure.code == "AccessDenied");
  CHECK(failure.message == "no");
  CHECK(failure.request_id == "r");
  CHECK(read_xml_failure(response(502, "<html>\nx</html>")).message ==
        "<html> x</html>");
  CHECK(read_xml_failure(response(502, "no\nXML")).message == "no XML");
  CHECK(
      read_xml_failure(response(403, "<R><Error/><RequestId>r</RequestId></R>",
                                {{"x-amzn-RequestId", "own"}}))
          .request_id == "own");
}

TEST_CASE(
    "classify: statuses and codes, as botocore's standard mode has them") {
  using net::Verdict;
  const struct {
    int status;
    std::string code;
    Verdict verdict;
  } rows[] = {
      {200, "", Verdict::success},
      {204, "", Verdict::success},
      {301, "", Verdict::final},
      {400, "", Verdict::final},
      {400, "ThrottlingException", Verdict::throttled},
      {400, "ThrottleException", Verdict::throttled},
      {400, "TooManyRequestsException", Verdict::throttled},
      {503, "SlowDown", Verdict::throttled},
      {429, "", Verdict::throttled},
      {400, "RequestTimeoutException", Verdict::transient},
      {400, "IDPCommunicationError", Verdict::transient},
      {400, "ServerException", Verdict::transient},
      {408, "", Verdict::transient},
      {500, "", Verdict::transient},
      {502, "", Verdict::transient},
      {503, "", Verdict::transient},
      {504, "", Verdict::transient},
      {501, "", Verdict::final},
      {505, "", Verdict::final},
      {400, "LimitExceededException", Verdict::final},
      {400, "AccessDeniedException", Verdict::final},
      {403, "ExpiredTokenException", Verdict::final},
      {404, "RepositoryNotFoundException", Verdict::final},
  };
  for (const auto& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.code);
    CHECK(verdict_of(row.status, row.code) == row.verdict);
  }
  CHECK(is_expired("ExpiredTokenException"));
  CHECK_FALSE(is_expired("AccessDeniedException"));
}

// After aws-sdk-go-v2's table of the 2026 rule.
TEST_CASE("skew: AWS's Date against the middle of the request") {
  const Time received = parse_iso_time("2026-11-25T12:00:10Z").value();
  net::Response answer =
      response(400, "", {{"Date", "Wed, 25 Nov 2026 12:10:05 GMT"}});
  answer.duration = milliseconds(10'000);
  CHECK(measured_skew(answer, received) == minutes(10));
  answer.duration = minutes(16);
  CHECK_FALSE(measured_skew(answer, received));
  answer.duration = milliseconds(0);
  answer.headers.emplace_back("Age", "0");
  CHECK_FALSE(measured_skew(answer, received));
  CHECK_FALSE(measured_skew(response(400, ""), received));
  CHECK_FALSE(measured_skew(response(400, "", {{"Date", "today"}}), received));
}

TEST_CASE("skew: more than four minutes apart, in either direction") {
  CHECK_FALSE(differs(minutes(0), minutes(4)));
  CHECK(differs(minutes(0), minutes(4) + milliseconds(1)));
  CHECK(differs(minutes(5), minutes(0)));
  CHECK_FALSE(differs(minutes(60), minutes(57)));
  CHECK(may_be_skew("AccessDeniedException"));
  CHECK(may_be_skew("InvalidSignatureException"));
  CHECK_FALSE(may_be_skew("RequestExpired"));
}

TEST_CASE("timestamp: instants in AWS's three forms") {
  const Time when = Time(milliseconds(946845296123));
  CHECK(parse_iso_time("2000-01-02T20:34:56.123Z") == when);
  CHECK(parse_iso_time("2000-01-02T21:34:56.123+01:00") == when);
  CHECK(parse_iso_time("2000-01-02T19:34:56.123456-01:00") == when);
  CHECK(parse_iso_time("2000-01-02 20:34:56.123z") == when);
  CHECK(parse_iso_time("2000-01-02t20:34:56z") == when - milliseconds(123));
  CHECK(parse_iso_time("1999-12-31T23:59:60Z") ==
        parse_iso_time("2000-01-01T00:00:00Z"));
  CHECK(unix_time(946845296.123) == when);
  CHECK_FALSE(unix_time(1.1e12));
  CHECK_FALSE(unix_time(-9.2e15));
  CHECK(parse_http_date("Sun, 02 Jan 2000 20:34:56 GMT") ==
        when - milliseconds(123));
  CHECK(amz_date(when) == "20000102T203456Z");
  CHECK(iso_time(when) == "2000-01-02T20:34:56Z");
  CHECK(amz_date(Time(milliseconds(-1))) == "19691231T235959Z");
  for (const std::string text :
       {"", "2000-01-02", "2000-01-02T20:34:56", "2000-13-02T20:34:56Z",
        "2000-02-30T20:34:56Z", "2000-01-02T24:34:56Z", "2000-01-02T20:34:56ZZ",
        "2000-01-02T20:60:56Z", "2000-01-02T20:34:61Z",
        "2000-01-02T20-34:56.1Z", "2000-01-02T20:34:56.",
        "2000-01-02T20:34:56.xZ", "xx00-01-02T20:34:56Z",
        "2000-01-02T20:34:56.Z x", "-200-01-02T20:34:56Z",
        "2000-01-02T20:34:56+1:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso_time(text));
  }
  for (const std::string text :
       {"", "Sun, 02 Foo 2000 20:34:56 GMT", "Sun, 2 Jan 2000 20:34:56 GMT",
        "Sunday, 02-Jan-00 20:34:56 GMT", "Sun, 02 Jan 2000 20:34:56 CET"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("protocol: what to do about a refusal") {
  const Operation describe{.service = "ecr",
                           .name = "DescribeImages",
                           .resource = "arn:aws:ecr:eu-west-1:1:repository/app",
                           .account = "1",
                           .region = "eu-west-1"};
  const std::string who = "User: arn:aws:iam::1:user/ci is not authorized ";
  const struct {
    std::string code, message, remedy;
  } rows[] = {
      {"AccessDeniedException", "no",
       "allow ecr:DescribeImages on arn:aws:ecr:eu-west-1:1:repository/app in "
       "an IAM policy of the caller, and, when account 1 is not its own, in "
       "the repository's policy too; docs/iam.md has the least policy"},
      {"AccessDeniedException",
       who + "to perform: ecr:PutImage on resource: arn:x with an explicit "
             "deny in a service control policy",
       "a policy denies ecr:PutImage on arn:x explicitly, which no Allow "
       "overrides: find it in the identity, resource, boundary or service "
       "control policies of arn:aws:iam::1:user/ci"},
      {"AccessDeniedException",
       who + "to perform: ecr:PutImage on resource: arn:x because no "
             "resource-based policy allows it",
       "allow ecr:PutImage on arn:x for arn:aws:iam::1:user/ci in the policy "
       "of that repository, in its own account"},
      {"RegionDisabledException", "",
       "activate the region eu-west-1 for the account, or STS in it"},
      {"OptInRequired", "",
       "activate the region eu-west-1 for the account, or STS in it"},
      {"MissingAuthenticationToken", "",
       "something on the way removed the signature: check the proxy and the "
       "endpoint override"},
      {"UnsupportedCommandException", "",
       "ECR Public is not to be had there: its API lives in us-east-1"},
      {"LayersNotFoundException", "",
       "the image must be pushed to this very repository first"},
      {"ReferencedImagesNotFoundException", "",
       "the image must be pushed to this very repository first"},
      {"SomethingNew", "", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.code);
    CHECK(remedy(describe,
                 {.code = row.code, .message = row.message, .status = 400},
                 "") == row.remedy);
  }
  const auto told = [](const Failure& failure) {
    return remedy({.service = "sts", .name = "GetCallerIdentity"}, failure, "");
  };
  CHECK(told({.code = "AccessDenied",
              .message = who + "to perform: sts:GetCallerIdentity, with an "
                               "explicit deny on resource: *."}) ==
        "a policy denies sts:GetCallerIdentity on * explicitly, which no Allow "
        "overrides: find it in the identity, resource, boundary or service "
        "control policies of arn:aws:iam::1:user/ci");
  CHECK(remedy(describe, {.code = "RepositoryNotFoundException"}, "") ==
        "check its name, the registry (account 1) and the region (eu-west-1)");
  // A clock that was wrong is not to blame for this.
  CHECK(told({.code = "AccessDenied", .skew = minutes(10)}) ==
        "allow sts:GetCallerIdentity in an IAM policy of the caller; "
        "docs/iam.md has the least policy");
  CHECK(told({.code = "SignatureDoesNotMatch"}) ==
        "the secret key does not fit its access key: copy both anew");
  CHECK(told({.code = "RequestTimeTooSkewed", .skew = minutes(-10)}) ==
        "the clock here is 600 s ahead of AWS's: set it right");
}

}  // namespace
}  // namespace ecr_version::aws
