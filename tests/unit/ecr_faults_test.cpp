// What goes wrong between us and ECR, over real sockets: each row with the
// calls it must take, the result, and the whole message. Waits go through the
// clock, so none of this takes time.
#include "aws/ecr.hpp"
#include "net/curl_transport.hpp"
#include "support/fake_world.hpp"
#include "support/scripted_server.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

namespace ecr_version::aws {
namespace {

using tests::http_answer;
using tests::Step;
using tests::Then;
using Status = RepositoryListing::Status;

constexpr const char* one_image =
    R"({"imageDetails":[{"imageDigest":"sha256:aa","imageTags":["1.0.0"]}]})";

Step ok() { return {http_answer(200, one_image)}; }

Step error(int status, const std::string& code, const std::string& message,
           const std::string& headers = "") {
  return {http_answer(
      status, fmt::format(R"({{"__type":"{}","message":"{}"}})", code, message),
      "x-amzn-RequestId: r-1\r\n" + headers)};
}

struct Row {
  std::string what;
  std::vector<Step> script;
  int calls;
  Status status;
  std::string message;  // after "... in region eu-west-1: "; "" for none
  int waited = 0;       // milliseconds, at full jitter; -1: not looked at
};

const std::string throttle_remedy =
    "; AWS wants fewer calls: let fewer jobs run at once, or set "
    "AWS_MAX_ATTEMPTS higher";

std::vector<Row> rows() {
  const auto down = error(500, "ServerException", "down");
  const auto slow = error(400, "ThrottlingException", "Rate exceeded");
  const auto html = [](int status) {
    return Step{http_answer(status, "<html>\n<b>502</b>", "Age: 1\r\n")};
  };
  return {
      {"a plain answer", {ok()}, 1, Status::listed, ""},
      {"an empty body is an empty list",
       {{http_answer(200, "")}},
       1,
       Status::listed,
       ""},
      {"500 passes", {down, ok()}, 2, Status::listed, "", 50},
      {"500 for good",
       {down, down, down, down, down},
       5,
       Status::failed,
       "ServerException: down (HTTP 500, request id r-1, 5 attempts)",
       50 + 100 + 200 + 400},
      {"408 passes", {{http_answer(408, "")}, ok()}, 2, Status::listed, ""},
      {"502 with a proxy's page passes",
       {html(502), ok()},
       2,
       Status::listed,
       ""},
      {"503 with a page for good",
       {html(503), html(503), html(503), html(503), html(503)},
       5,
       Status::failed,
       "<html> <b>502</b> (HTTP 503, 5 attempts)"},
      {"504 passes", {html(504), ok()}, 2, Status::listed, ""},
      {"501 will not change",
       {html(501)},
       1,
       Status::failed,
       "<html> <b>502</b> (HTTP 501, 1 attempt)"},
      {"429 without a body is throttling",
       {{http_answer(429, "")}, ok()},
       2,
       Status::listed,
       "",
       1000},
      {"ThrottlingException", {slow, slow, ok()}, 3, Status::listed, "", 3000},
      {"ThrottleException, ECR's own",
       {error(400, "ThrottleException", "slow"), ok()},
       2,
       Status::listed,
       "",
       1000},
      {"throttling for good",
       {slow, slow, slow, slow, slow},
       5,
       Status::failed,
       "ThrottlingException: Rate exceeded (HTTP 400, request id r-1, 5 "
       "attempts)" +
           throttle_remedy,
       15000},
      {"x-amz-retry-after lengthens the wait",
       {error(500, "ServerException", "x", "x-amz-retry-after: 1500\r\n"),
        ok()},
       2,
       Status::listed,
       "",
       1500},
      {"x-amz-retry-after is capped five seconds above ours",
       {error(500, "ServerException", "x", "x-amz-retry-after: 900000\r\n"),
        ok()},
       2,
       Status::listed,
       "",
       5050},
      {"an odd x-amz-retry-after is ignored",
       {error(500, "ServerException", "x", "x-amz-retry-after: soon\r\n"),
        ok()},
       2,
       Status::listed,
       "",
       50},
      {"a quota is not asked twice",
       {error(400, "LimitExceededException", "too many")},
       1,
       Status::failed,
       "LimitExceededException: too many (HTTP 400, request id r-1, 1 attempt)"
       "; a quota of ECR is used up (1000 tags an image, 100,000 images a "
       "repository): remove what is not needed by a lifecycle policy, or have "
       "the quota raised in Service Quotas"},
      {"a missing repository is no failure",
       {error(400, "RepositoryNotFoundException", "no such")},
       1,
       Status::missing,
       "RepositoryNotFoundException: no such (HTTP 400, request id r-1, 1 "
       "attempt); check its name, the registry and the region (eu-west-1)"},
      {"no repository goes missing between two pages",
       {{http_answer(200, R"({"imageDetails":[],"nextToken":"t"})")},
        error(400, "RepositoryNotFoundException", "no such")},
       2,
       Status::failed,
       "RepositoryNotFoundException: no such (HTTP 400, request id r-1, 1 "
       "attempt); check its name, the registry and the region (eu-west-1)"},
      {"AccessDenied never means missing",
       {error(400, "AccessDeniedException",
              "User: arn:aws:iam::1:user/ci is not authorized to perform: "
              "ecr:DescribeImages on resource: arn:aws:ecr:x because no "
              "identity-based policy allows the ecr:DescribeImages action")},
       1,
       Status::failed,
       "AccessDeniedException: User: arn:aws:iam::1:user/ci is not authorized "
       "to perform: ecr:DescribeImages on resource: arn:aws:ecr:x because no "
       "identity-based policy allows the ecr:DescribeImages action (HTTP 400, "
       "request id r-1, 1 attempt); allow ecr:DescribeImages on arn:aws:ecr:x "
       "in an IAM policy of arn:aws:iam::1:user/ci; docs/iam.md has the least "
       "policy"},
      {"AccessDenied without words names action and resource",
       {{http_answer(403, R"({"Message":"no"})",
                     "X-Amzn-ErrorType: AccessDeniedException:http://x\r\n")}},
       1,
       Status::failed,
       "AccessDeniedException: no (HTTP 403, 1 attempt); allow "
       "ecr:DescribeImages on "
       "arn:aws:ecr:eu-west-1:<account>:repository/app in an IAM policy of the "
       "caller; docs/iam.md has the least policy"},
      {"an expired token of static keys is final",
       {error(400, "ExpiredTokenException", "expired")},
       1,
       Status::failed,
       "ExpiredTokenException: expired (HTTP 400, request id r-1, 1 attempt); "
       "the credentials of the environment (AWS_ACCESS_KEY_ID) have expired: "
       "obtain them anew just before this step, or with a longer "
       "role-duration-seconds"},
      {"an unknown key",
       {error(400, "UnrecognizedClientException", "invalid")},
       1,
       Status::failed,
       "UnrecognizedClientException: invalid (HTTP 400, request id r-1, 1 "
       "attempt); the credentials of the environment (AWS_ACCESS_KEY_ID) are "
       "not known to AWS: the key was deleted, its session token is missing, "
       "or it belongs to another partition than the region"},
      {"a wrong secret: what was signed is not shown",
       {error(400, "InvalidSignatureException",
              "does not match.\\n\\nThe Canonical String for this request "
              "should have been\\n'POST\\nx-amz-security-token:SECRET'")},
       1,
       Status::failed,
       "InvalidSignatureException: does not match. (HTTP 400, request id r-1, "
       "1 attempt); the secret key of the environment (AWS_ACCESS_KEY_ID) does "
       "not fit its access key: copy both anew"},
      {"our clock is an hour behind: corrected, and asked again",
       {error(400, "InvalidSignatureException", "Signature expired",
              "Date: Wed, 25 Nov 2026 13:00:00 GMT\r\n"),
        ok()},
       2,
       Status::listed,
       ""},
      {"our clock is an hour ahead: the same",
       {error(400, "InvalidSignatureException", "Signature not yet current",
              "Date: Wed, 25 Nov 2026 11:00:00 GMT\r\n"),
        ok()},
       2,
       Status::listed,
       ""},
      {"a Date in a cached answer proves nothing",
       {error(400, "InvalidSignatureException", "no",
              "Age: 10\r\nDate: Wed, 25 Nov 2026 13:00:00 GMT\r\n")},
       1,
       Status::failed,
       "InvalidSignatureException: no (HTTP 400, request id r-1, 1 attempt); "
       "the secret key of the environment (AWS_ACCESS_KEY_ID) does not fit its "
       "access key: copy both anew"},
      {"the same refusal after the clock was corrected is final",
       {error(400, "InvalidSignatureException", "no",
              "Date: Wed, 25 Nov 2026 13:00:00 GMT\r\n"),
        error(400, "InvalidSignatureException", "no",
              "Date: Wed, 25 Nov 2026 13:00:00 GMT\r\n")},
       2,
       Status::failed,
       "InvalidSignatureException: no (HTTP 400, request id r-1, 2 attempts); "
       "the clock here is 3600 s behind AWS's: set it right",
       -1},
      {"reset before an answer",
       {{"", Then::reset}, ok()},
       2,
       Status::listed,
       ""},
      {"closed without a word",
       {{"", Then::close}, ok()},
       2,
       Status::listed,
       ""},
      {"reset within the body",
       {{"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"im", Then::reset},
        ok()},
       2,
       Status::listed,
       ""},
      {"cut short",
       {{"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"im", Then::close},
        ok()},
       2,
       Status::listed,
       ""},
      {"a chunk cut short",
       {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n900\r\n{\"im",
         Then::close},
        ok()},
       2,
       Status::listed,
       ""},
      {"a body that stops in the middle",
       {{"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"im", Then::hold},
        ok()},
       2,
       Status::listed,
       ""},
      {"no answer at all", {{"", Then::hold}, ok()}, 2, Status::listed, ""},
      {"a portal's page instead of AWS",
       {html(200), html(200), html(200), html(200), html(200)},
       5,
       Status::failed,
       "the answer is none of AWS's: <html> <b>502</b> (HTTP 200, 5 attempts)"},
      {"JSON of the wrong kind",
       {{http_answer(200, R"({"imageDetails":[{"imageDigest":}]})")}},
       1,
       Status::failed,
       "reading the list of images: not JSON at byte 32: Invalid value (HTTP "
       "200, 1 attempt)"},
      {"a redirect is not followed",
       {{http_answer(301, "", "Location: http://127.0.0.1:1/\r\n")}},
       1,
       Status::failed,
       "no reason given (HTTP 301, 1 attempt)"},
      {"not HTTP: old servers' greeting",
       {{"SSH-2.0-OpenSSH_9\r\n", Then::close}},
       1,
       Status::failed,
       "-"},
      {"the filter for archived images is not known there",
       {error(400, "InvalidParameterException", "Unknown key imageStatus"),
        ok()},
       2,
       Status::listed,
       ""},
      {"an invalid parameter that stays so",
       {error(400, "InvalidParameterException", "one"),
        error(400, "InvalidParameterException", "two")},
       2,
       Status::failed,
       "InvalidParameterException: two (HTTP 400, request id r-1, 1 attempt)"},
      {"an empty page with a token is not the end",
       {{http_answer(200, R"({"imageDetails":[],"nextToken":"t"})")}, ok()},
       2,
       Status::listed,
       ""},
      {"a page that repeats for ever",
       {{http_answer(200, R"({"imageDetails":[],"nextToken":"t"})")},
        {http_answer(200, R"({"imageDetails":[],"nextToken":"u"})")},
        {http_answer(200, R"({"imageDetails":[],"nextToken":"t"})")}},
       3,
       Status::failed,
       "the service repeats a page (the same nextToken again): the list of "
       "images would never end (HTTP 200, 1 attempt)"},
      {"KMS",
       {error(400, "KmsException", "disabled")},
       1,
       Status::failed,
       "KmsException: disabled (HTTP 400, request id r-1, 1 attempt); the "
       "repository is encrypted by a KMS key: check that it is enabled and "
       "that "
       "its key policy lets the caller use it"},
      {"hostile words of the server stay on one line",
       {error(400, "Bad\\nCode", "a\\r\\n::error::b\\u001b[31m\\u2028c")},
       1,
       Status::failed,
       "Bad Code: a  ::error::b [31m c (HTTP 400, request id r-1, 1 attempt)"},
  };
}

std::map<std::string, std::string> env_for(const std::string& endpoint) {
  return {{"AWS_ENDPOINT_URL_ECR", endpoint},
          {"AWS_REGION", "eu-west-1"},
          {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
          {"AWS_SECRET_ACCESS_KEY", "secret"}};
}

TEST_CASE("ecr: every fault takes the calls, and gives the words, it should") {
  for (const Row& row : rows()) {
    CAPTURE(row.what);
    tests::ScriptedServer server(row.script);
    net::CurlTransport curl({});
    // Whoever holds its tongue is not waited for, whoever answers may be slow.
    const bool is_silent =
        std::any_of(row.script.begin(), row.script.end(),
                    [](const Step& step) { return step.then == Then::hold; });
    tests::Hurried transport(curl, is_silent ? std::chrono::milliseconds(300)
                                             : std::chrono::minutes(2));
    tests::FakePorts fake;
    Session session({}, fake.ports(transport, env_for(server.url())));
    const auto results = Ecr(session).describe_images({"app"}, tests::unheard);

    CHECK(server.requests().size() == static_cast<std::size_t>(row.calls));
    CHECK(results.front().status == row.status);
    const std::string message =
        results.front().failure ? results.front().failure->what() : "";
    const std::string start =
        "ECR DescribeImages of repository app in region eu-west-1: ";
    if (row.message.empty())
      CHECK(message == "");
    else if (row.message != "-")
      CHECK(message == start + row.message);
    if (row.waited > 0) CHECK(fake.time.slept.count() == row.waited);
    // What will not change fails at once.
    if (row.calls == 1) CHECK(fake.time.slept.count() == 0);
  }
}

TEST_CASE("ecr: nobody listens") {
  net::CurlTransport transport({});
  tests::FakePorts fake;
  const int port = tests::unused_port();
  Session session(
      {},
      fake.ports(transport, env_for(fmt::format("http://127.0.0.1:{}", port))));
  const auto results = Ecr(session).describe_images({"app"}, tests::unheard);
  CHECK(results.front().status == Status::failed);
  const std::string message = results.front().failure->what();
  CHECK(message.starts_with(fmt::format(
      "ECR DescribeImages of repository app in region eu-west-1: no answer "
      "from 127.0.0.1:{}: the connection was refused (",
      port)));
  CHECK(message.ends_with(" (5 attempts)"));
  CHECK(fake.time.slept.count() == 750);
}

}  // namespace
}  // namespace ecr_version::aws
