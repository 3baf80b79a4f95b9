// What ECR answers seldom: halves, refusals, other settings than ours. The
// transport answers from a queue.
#include "aws/ecr_wire.hpp"
#include "support/ecr_desk.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace ecr_version::aws {
namespace {

using tests::Desk;
using tests::error;
using tests::manifest;
using tests::manifest_text;
using tests::response;

std::string failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return describe(error);
  }
  return "";
}

TEST_CASE("ecr answers: a repository's settings as ECR names them") {
  const struct {
    const char* text;
    Mutability mutability;
  } rows[] = {
      {"MUTABLE", Mutability::mutable_tags},
      {"IMMUTABLE", Mutability::immutable_tags},
      {"IMMUTABLE_WITH_EXCLUSION", Mutability::immutable_with_exclusion},
      {"MUTABLE_WITH_EXCLUSION", Mutability::mutable_with_exclusion},
  };
  const auto read = [](const std::string& json) {
    return read_repository(json::parse(json, "a repository"));
  };
  for (const auto& row : rows) {
    CHECK(mutability_text(row.mutability) == std::string(row.text));
    CHECK(read(fmt::format(R"({{"imageTagMutability":"{}"}})", row.text))
              .mutability == row.mutability);
  }
  const RepositoryDetail detail =
      read(R"({"repositoryName":"a/b","repositoryUri":"h:1/a/b",)"
           R"("imageTagMutabilityExclusionFilters":[{"filter":"v*"},{}]})");
  CHECK(detail.mutability == Mutability::mutable_tags);
  CHECK(detail.exclusion_filters == std::vector<std::string>{"v*"});
  CHECK(host_in_uri(detail) == "h:1");
  CHECK(host_in_uri(read(R"({"repositoryUri":"h/"})")) == "");
  CHECK(host_in_uri(read(R"({"repositoryName":"a","repositoryUri":"h/b"})")) ==
        "");
}

TEST_CASE("ecr answers: an account in a refusal is twelve digits or none") {
  const auto told = [](const std::string& id) {
    return registry_in_words("not in the registry with id '" + id + "'");
  };
  CHECK(told("123456789012") == "123456789012");
  CHECK(told("1234") == "");
  CHECK(told("12345678901/") == "");
  CHECK(told("12345678901:") == "");
  CHECK(registry_in_words("in the registry with id '1234") == "");
  CHECK(registry_in_words("no such repository") == "");
}

TEST_CASE("ecr answers: what a repository is created with") {
  const struct {
    std::string registry;
    NewRepository made;
    std::string body;
  } rows[] = {
      {"",
       {"app", Mutability::mutable_tags, {"latest"}},
       R"({"repositoryName":"app","imageTagMutability":"MUTABLE"})"},
      {"",
       {"app", Mutability::mutable_with_exclusion, {}},
       R"({"repositoryName":"app","imageTagMutability":"MUTABLE"})"},
      {"",
       {"app", Mutability::mutable_with_exclusion, {"1*"}},
       R"({"repositoryName":"app","imageTagMutability":)"
       R"("MUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":)"
       R"([{"filterType":"WILDCARD","filter":"1*"}]})"},
      {"public.ecr.aws/acme",
       {"app", Mutability::immutable_tags, {}},
       R"({"repositoryName":"app"})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    Desk desk({response(200, "{}")}, row.registry);
    desk.ecr->create_repository(row.made);
    CHECK(desk.transport.requests[0].body == row.body);
  }
  Desk refused({error("LimitExceededException", "too many")}, "123456789012");
  CHECK(failure_of([&] { refused.ecr->create_repository({.name = "app"}); }) ==
        "ECR CreateRepository of repository app in account 123456789012, "
        "region eu-west-1: LimitExceededException: too many (HTTP 400, 1 "
        "attempt); a quota of ECR is used up (1000 tags an image, 100,000 "
        "images a repository): remove what is not needed by a lifecycle "
        "policy, or have the quota raised in Service Quotas");
}

TEST_CASE("ecr answers: a manifest without a type is written without one") {
  Desk desk({response(200, "")});
  desk.ecr->put_image("app", {.digest = "sha256:a", .bytes = "{}"}, "1");
  CHECK(desk.transport.requests[0].body ==
        R"({"repositoryName":"app","imageManifest":"{}","imageTag":"1",)"
        R"("imageDigest":"sha256:a"})");
}

TEST_CASE("ecr answers: a tag is gone whatever else the answer holds") {
  for (const char* const body : {"", "{}", R"({"failures":[]})"}) {
    Desk desk({response(200, body)});
    desk.ecr->untag("app", "1");
    CHECK(desk.transport.answers.empty());
  }
}

TEST_CASE("ecr answers: a manifest that is not there, or not to be trusted") {
  const auto image = [](const std::string& rest) {
    return response(200, R"({"images":[{"imageManifest":"{}")" + rest + "}]}");
  };
  const std::string digest = sha256_hex("{}");
  const std::string liar =
      "the manifest of 1 in repository app is not what its digest says: it has "
      "sha256:" +
      digest + "; do not trust this registry's answer";
  const struct {
    net::Response answer;
    std::string message;  // "" for: there is no such image
  } rows[] = {
      {response(200, "{}"), ""},
      {response(200, R"({"images":[],"failures":[]})"), ""},
      {response(200, R"({"images":[{"imageId":{"imageTag":"1"}}]})"), ""},
      {image(""), liar},
      // Asking for it again would never end: it is no digest.
      {image(R"(,"imageId":{"imageDigest":"1"})"), liar},
  };
  for (const auto& row : rows) {
    CAPTURE(row.answer.body);
    Desk desk({row.answer});
    std::optional<Manifest> found;
    CHECK(failure_of([&] { found = desk.ecr->get_manifest("app", "1"); }) ==
          row.message);
    CHECK_FALSE(found);
    CHECK(desk.transport.requests.size() == 1);
  }
}

TEST_CASE("ecr answers: an image by its tag, and who may not ask") {
  Desk desk({response(200, R"({"imageDetails":[{"imageDigest":"sha256:a"}]})"),
             response(200, ""), error("AccessDeniedException", "no")});
  CHECK(desk.ecr->describe_image("app", "1")->digest == "sha256:a");
  CHECK_FALSE(desk.ecr->describe_image("app", "1"));
  CHECK(failure_of([&] { desk.ecr->describe_image("app", "1"); }) ==
        "ECR DescribeImages of image 1 of repository app in region eu-west-1: "
        "AccessDeniedException: no (HTTP 400, 1 attempt); allow "
        "ecr:DescribeImages on "
        "arn:aws:ecr:eu-west-1:<account>:repository/app in an IAM policy of "
        "the caller; docs/iam.md has the least policy");
}

TEST_CASE("ecr answers: a filter that was refused is not tried again") {
  const auto page = [](const char* token) {
    return response(
        200, fmt::format(R"({{"imageDetails":[],"nextToken":"{}"}})", token));
  };
  Desk desk({error("InvalidParameterException"), page("")});
  desk.ecr->describe_images({"a"}, tests::unheard);
  desk.transport.answers = {page("")};
  desk.ecr->describe_images({"b"}, tests::unheard);
  CHECK(desk.transport.requests[2].body ==
        R"({"repositoryName":"b","maxResults":1000})");

  // On a later page it is another parameter that is wrong.
  Desk later({page("t"), error("InvalidParameterException", "the token")});
  const auto results = later.ecr->describe_images({"app"}, tests::unheard);
  CHECK(results[0].status == RepositoryListing::Status::failed);
  CHECK(results[0].failure->what() ==
        std::string("ECR DescribeImages of repository app in region eu-west-1: "
                    "InvalidParameterException: the token (HTTP 400, 1 "
                    "attempt)"));
}

TEST_CASE("ecr answers: the first account that a refusal names is kept") {
  const auto missing = [](const char* account) {
    return error("RepositoryNotFoundException",
                 fmt::format("in the registry with id '{}'", account));
  };
  Desk desk({missing("111122223333"), missing("444455556666")});
  desk.ecr->describe_images({"a", "b"}, tests::unheard);
  CHECK(desk.ecr->account() == "111122223333");
}

TEST_CASE("ecr answers: repositories of which some are known already") {
  const auto known = [](const std::string& names) {
    return response(200, R"({"repositories":[)" + names + "]}");
  };
  const std::string a = R"({"repositoryName":"a","repositoryUri":"h/a"})";
  const std::string b = R"({"repositoryName":"b","repositoryUri":"i/b"})";
  Desk desk(
      {known(a), known(b + "," + a), error("RepositoryNotFoundException")}, "",
      {{"AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:1"}});
  desk.ecr->describe_repositories({"a"});
  const auto answers = desk.ecr->describe_repositories({"a", "b", "a"});
  CHECK(answers[0].detail.uri == "h/a");
  CHECK(answers[1].detail.uri == "i/b");
  CHECK(answers[2].detail.uri == "h/a");
  CHECK(desk.ecr->host() == "h");  // the first that was told

  // One that an answer leaves out is asked for by itself.
  Desk half({known(a), known(b)});
  CHECK(half.ecr->describe_repositories({"a", "b"})[1].detail.uri == "i/b");

  // One name that nobody knows is asked for once.
  CHECK(desk.ecr->describe_repositories({"c"})[0].status ==
        RepositoryAnswer::Status::missing);
  CHECK(desk.transport.answers.empty());
}

net::Response login(const std::string& token, const std::string& rest = "") {
  return response(200, R"({"authorizationData":[{"authorizationToken":")" +
                           base64_encode(token) + '"' + rest + "}]}");
}

TEST_CASE("ecr answers: where a login goes") {
  const std::map<std::string, std::string> own{
      {"AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:1"}};
  const std::string endpoint = R"(,"proxyEndpoint":"https://asked.example")";
  const std::string host = "123456789012.dkr.ecr.eu-west-2.amazonaws.com";
  const struct {
    std::string registry;
    std::map<std::string, std::string> env;
    std::string rest, host;
  } rows[] = {
      {"public.ecr.aws/acme", {}, "", "public.ecr.aws"},
      {host, {}, endpoint, host},
      {"123456789012",
       {},
       endpoint,
       "123456789012.dkr.ecr.eu-west-1.amazonaws.com"},
      {"123456789012", own, endpoint, "asked.example"},
      {"", {}, R"(,"proxyEndpoint":"plain.example")", "plain.example"},
      {"", {}, "", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host);
    Desk desk({login("AWS:pw", row.rest)}, row.registry, row.env);
    const LoginToken token = desk.ecr->login_token();
    CHECK(token.host == row.host);
    CHECK_FALSE(token.expires);
  }
}

TEST_CASE("ecr answers: a login that is none") {
  const std::string none =
      "ECR GetAuthorizationToken in region eu-west-1: the answer holds no "
      "token (HTTP 200, 1 attempt)";
  const struct {
    net::Response answer;
    std::string message;
  } rows[] = {
      {response(200, "{}"), none},
      {response(200, R"({"authorizationData":[]})"), none},
      {response(200, R"({"authorizationData":{}})"), none},
      {login("AWS"),
       "the token of ECR GetAuthorizationToken has no password in it"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.answer.body);
    Desk desk({row.answer});
    CHECK(failure_of([&] { desk.ecr->login_token(); }) == row.message);
  }
}

TEST_CASE("ecr answers: a stand-in's host, where it names no repository") {
  const std::map<std::string, std::string> own{
      {"AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:1"},
      {"AWS_ENDPOINT_URL_ECR_PUBLIC", "http://127.0.0.1:1"}};
  const auto by_login = login("AWS:pw", R"(,"proxyEndpoint":"http://h:1")");
  for (const auto& answer :
       {response(200, "{}"), response(200, R"({"repositories":[]})"),
        error("AccessDeniedException")}) {
    CAPTURE(answer.body);
    Desk desk({answer, by_login}, "", own);
    CHECK(desk.ecr->host() == "h:1");
  }
  Desk nowhere({response(200, "{}"), login("AWS:pw")}, "123456789012", own);
  CHECK(nowhere.ecr->host() == "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  Desk open({response(200, "{}")}, "public.ecr.aws/acme", own);
  CHECK(open.ecr->host() == "public.ecr.aws/acme");
  Desk broken({error("ValidationException", "odd")}, "", own);
  CHECK(failure_of([&] { broken.ecr->host(); }) ==
        "ECR DescribeRepositories in region eu-west-1: ValidationException: "
        "odd (HTTP 400, 1 attempt)");
}

const net::Response challenge = response(
    401, "",
    {{"WWW-Authenticate", "Bearer realm=\"https://public.ecr.aws/token/\""}});
const net::Response authorization =
    response(200, R"({"authorizationData":{"authorizationToken":"QVdTOnB3"}})");

TEST_CASE("ecr answers: ECR Public's manifest, and what may stand in its way") {
  const std::string asked =
      "ECR Public GetManifest of image 1 of repository app in region "
      "us-east-1: ";
  const net::NoAnswer refused("a certificate of a stranger", false);
  const struct {
    std::string what;
    std::deque<net::Outcome> answers;
    std::string message;  // after `asked`; "" for: there is no such image
  } rows[] = {
      {"no such image", {response(404, "")}, ""},
      {"no such image for this token",
       {challenge, authorization, response(200, R"({"token":"t"})"),
        response(404, "")},
       ""},
      {"no answer", {refused}, "a certificate of a stranger (1 attempt)"},
      {"a registry's own words",
       {response(403,
                 R"({"errors":[{"code":"DENIED","message":"not yours"}]})")},
       "DENIED: not yours (HTTP 403, 1 attempt)"},
      {"words without a code",
       {response(403, R"({"errors":[{}],"message":"no"})")},
       "no (HTTP 403, 1 attempt)"},
      {"no words",
       {response(403, "")},
       "no reason given (HTTP 403, 1 attempt)"},
      {"white space",
       {response(403, " ")},
       "no reason given (HTTP 403, 1 attempt)"},
      {"an empty list",
       {response(403, R"({"errors":[]})")},
       "no reason given (HTTP 403, 1 attempt)"},
      {"no list",
       {response(403, R"({"errors":7,"message":"no"})")},
       "no (HTTP 403, 1 attempt)"},
      {"no JSON in braces",
       {response(403, "{no}")},
       "{no} (HTTP 403, 1 attempt)"},
      {"a page",
       {response(403, "<b>no</b>")},
       "<b>no</b> (HTTP 403, 1 attempt)"},
      {"a token service that refuses",
       {challenge, authorization, response(403, "")},
       "no reason given (HTTP 403, 1 attempt)"},
      {"a token service without a token",
       {challenge, authorization, response(200, "{}"), challenge},
       "no reason given (HTTP 401, 1 attempt)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    Desk desk(row.answers, "public.ecr.aws/acme");
    std::optional<Manifest> found;
    CHECK(failure_of([&] { found = desk.ecr->get_manifest("app", "1"); }) ==
          (row.message.empty() ? "" : asked + row.message));
    CHECK_FALSE(found);
    CHECK(desk.transport.answers.empty());
  }
  Desk plain({response(401, "",
                       {{"WWW-Authenticate",
                         "Bearer realm=\"http://public.ecr.aws/token/\""}}),
              authorization},
             "public.ecr.aws/acme");
  CHECK(failure_of([&] { plain.ecr->get_manifest("app", "1"); }) ==
        "the registry public.ecr.aws sends its login to public.ecr.aws: "
        "refusing to follow");
}

TEST_CASE("ecr answers: a stand-in of ECR Public is asked by its own host") {
  Desk desk({response(200, R"({"repositories":[{"repositoryName":"app",)"
                           R"("repositoryUri":"localhost:5000/app"}]})"),
             response(200, manifest_text,
                      {{"Docker-Content-Digest", manifest().digest}})},
            "public.ecr.aws/acme",
            {{"AWS_ENDPOINT_URL_ECR_PUBLIC", "http://127.0.0.1:1"}});
  CHECK(desk.ecr->get_manifest("app", "1")->bytes == manifest_text);
  CHECK(desk.transport.requests[1].url ==
        "http://localhost:5000/v2/app/manifests/1");
}

}  // namespace
}  // namespace ecr_version::aws
