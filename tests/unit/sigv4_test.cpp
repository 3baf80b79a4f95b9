#include "aws/sigv4.hpp"

#include "aws/timestamp.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

namespace ecr_version::aws {
namespace {

// The request line and headers of a request.txt: raw spaces and UTF-8 in the
// path, folded header lines, body without a final newline.
Signable read_request(std::string_view text) {
  Signable request;
  const auto head_end = text.find("\n\n");
  request.body = head_end == std::string::npos ? "" : text.substr(head_end + 2);
  bool first = true;
  for (const std::string_view line : split(text.substr(0, head_end), '\n')) {
    if (first) {
      const auto method_end = line.find(' ');
      const auto path_end = line.rfind(' ');
      const std::string_view target =
          line.substr(method_end + 1, path_end - method_end - 1);
      const auto question = target.find('?');
      request.method = line.substr(0, method_end);
      request.path = target.substr(0, question);
      if (question != std::string_view::npos)
        request.query = target.substr(question + 1);
      first = false;
    } else if (line.starts_with(' ')) {
      request.headers.back().second += " " + std::string(trim(line));
    } else if (const auto colon = line.find(':');
               colon != std::string_view::npos) {
      request.headers.emplace_back(line.substr(0, colon),
                                   line.substr(colon + 1));
    }
  }
  return request;
}

TEST_CASE("sigv4: every case of AWS's suite holds at all three levels") {
  const auto folder = tests::vectors("sigv4");
  if (!folder) return;
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (!entry.is_directory()) continue;
    CAPTURE(entry.path().filename().string());
    const auto read = [&](const char* name) {
      return tests::read_file(entry.path() / name);
    };
    const auto context = json::parse(read("context.json"), "the context");
    const auto& keys = context["credentials"];
    const Scope scope{context.text("region").value(),
                      context.text("service").value()};
    const Time when = parse_iso_time(context.text("timestamp").value()).value();

    Signable request = read_request(read("request.txt"));
    request.normalize = context["normalize"].as_bool("normalize")
                            ? NormalizePath::yes
                            : NormalizePath::no;
    request.headers.emplace_back("X-Amz-Date", amz_date(when));
    const bool late_token = !context["omit_session_token"].is_null() &&
                            context["omit_session_token"].as_bool("omit");
    if (const auto token = keys.text("token"); token && !late_token)
      request.headers.emplace_back("X-Amz-Security-Token", *token);
    if (context["sign_body"].as_bool("sign_body"))
      request.headers.emplace_back("X-Amz-Content-Sha256",
                                   sha256_hex(request.body));

    const std::string canonical = canonical_request(request);
    const std::string to_sign = string_to_sign(canonical, scope, when);
    CHECK(canonical == read("header-canonical-request.txt"));
    CHECK(to_sign == read("header-string-to-sign.txt"));
    CHECK(signature(to_sign, keys.text("secret_access_key").value(), scope,
                    when) == read("header-signature.txt"));
    ++cases;
  }
  CHECK(cases == 38);
}

// Made by botocore 1.44.8's SigV4Auth, key AKIDEXAMPLE, 2026-11-25T12:00:00Z.
TEST_CASE(
    "sigv4: requests as ECR gets them are signed as botocore signs them") {
  const std::string ecr = "AmazonEC2ContainerRegistry_V20150921.";
  const std::string amz_json = "application/x-amz-json-1.1";
  const struct {
    std::string url, region, service;
    net::Headers headers;
    std::string body, token, signature;
  } rows[] = {
      {"https://api.ecr.eu-west-1.amazonaws.com/",
       "eu-west-1",
       "ecr",
       {{"Content-Type", amz_json}, {"X-Amz-Target", ecr + "DescribeImages"}},
       R"({"repositoryName":"app","maxResults":1000,"filter":{"imageStatus":"ANY"}})",
       "",
       "ba27037bf69d62c08f747883e43e3b4109b410515438abf8f4a73c436a3a9583"},
      {"https://api.ecr.eu-west-1.amazonaws.com/",
       "eu-west-1",
       "ecr",
       {{"Content-Type", amz_json},
        {"X-Amz-Target", ecr + "DescribeImages"},
        {"amz-sdk-invocation-id", "9a699a35-0a06-480b-b8bc-d6e532ef249e"},
        {"amz-sdk-request", "attempt=2; max=5"}},
       R"({"repositoryName":"app"})",
       "FQoGZXIvYXdzEXAMPLE/+==",
       "0b6f79995d6cbaaf948556fcbced7be317a803bfc0c1ab6f51fe4fc2d732d86f"},
      {"http://127.0.0.1:4700/",
       "eu-west-1",
       "ecr",
       {{"Content-Type", amz_json}, {"X-Amz-Target", ecr + "PutImage"}},
       R"({"imageManifest":"{\"a\": \"ü\"}\n","imageTag":"1.2.3"})",
       "",
       "b5a9e8e2b235a8604ddca0643a4181bce5f13a5bd18ea6532125abc48ee4c902"},
      {"https://vpce-1.example:8443/base//path/../x%20y/",
       "us-gov-west-1",
       "ecr",
       {{"Content-Type", amz_json}, {"X-Amz-Target", ecr + "BatchGetImage"}},
       "{}",
       "",
       "edf85fabcff9f904f1a728322a01757680c89e8c3bd2681558b387e73499bcb8"},
      {"https://api.ecr-public.us-east-1.amazonaws.com/",
       "us-east-1",
       "ecr-public",
       {{"Content-Type", amz_json},
        {"X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken"}},
       "{}",
       "",
       "33d13ebdca5b2ec7553b7ee70e2191eba701cc8b72e43a19793c834884d25d85"},
      {"https://sts.eu-west-1.amazonaws.com/",
       "eu-west-1",
       "sts",
       {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
       "Action=GetCallerIdentity&Version=2011-06-15",
       "",
       "414e05bf25c9f258758d621791a05e047845493b7b58c68c39c0e62c679c8ed4"},
      {"https://api.ecr.cn-north-1.amazonaws.com.cn/",
       "cn-north-1",
       "ecr",
       {{"Content-Type", amz_json}, {"X-Amz-Target", ecr + "PutImage"}},
       std::string(3'000'000, 'x'),
       "",
       "0492f1793b6e730c69a121c1128246ab21031fb0fde693db9dfe9695cd736a02"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.url);
    net::Request request{.method = "POST",
                         .url = row.url,
                         .headers = row.headers,
                         .body = row.body};
    const Credentials credentials{
        .access_key = "AKIDEXAMPLE",
        .secret_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        .session_token = Secret(row.token)};
    sign(request, credentials, {row.region, row.service},
         parse_iso_time("2026-11-25T12:00:00Z").value());
    CHECK(request.headers.back().first == "Authorization");
    CHECK(
        request.headers.back().second.ends_with("Signature=" + row.signature));
  }
}

TEST_CASE("sigv4: what proxies and clients change on the way is not signed") {
  const net::Headers headers{{"Host", "h"},
                             {"Connection", "x"},
                             {"Keep-Alive", "x"},
                             {"Trailer", "x"},
                             {"Transfer-Encoding", "x"},
                             {"Expect", "x"},
                             {"User-Agent", "x"},
                             {"TE", "x"},
                             {"Proxy-Connection", "x"},
                             {"X-Amzn-Trace-Id", "x"},
                             {"Upgrade", "x"},
                             {"Sec-WebSocket-Key", "x"},
                             {"Authorization", "x"},
                             {"X-Amz-Target", "x"}};
  CHECK(signed_headers(headers) == "host;x-amz-target");
}

TEST_CASE("sigv4: escapes of a query are written one way, what is none stays") {
  const struct {
    const char* query;
    const char* canonical;
  } rows[] = {
      {"a=%41%5a%7a", "a=AZz"},
      {"a=%00%09%9f", "a=%00%09%9F"},
      {"a=%aA%Ff", "a=%AA%FF"},
      {"a=%2f%2F", "a=%2F%2F"},
      {"a=%", "a=%25"},
      {"a=%4", "a=%254"},
      {"a=%4g%g4%4G%/4%:4%`4%@4",
       "a=%254g%25g4%254G%25%2F4%25%3A4%25%604%25%404"},
      {"a=%4/%4:%4`%4@", "a=%254%2F%254%3A%254%60%254%40"},
      {"b&a=&a", "a=&a=&b="},
  };
  for (const auto& row : rows) {
    CAPTURE(row.query);
    CHECK(split(canonical_request({.method = "GET", .query = row.query}),
                '\n')[2] == row.canonical);
  }
}

TEST_CASE("sigv4: paths lose their dots, values of headers their white space") {
  const Signable request{.method = "GET",
                         .path = "/../a//./b/../c",
                         .headers = {{"X", " a\t\tb\r\n c "}, {"Y", "1"}}};
  const std::string canonical = canonical_request(request);
  CHECK(canonical.starts_with("GET\n/a/c\n\nx:a b c\ny:1\n\nx;y\n"));
  CHECK(canonical_request({.method = "GET", .path = "/.."})
            .starts_with("GET\n/\n\n"));
}

}  // namespace
}  // namespace ecr_version::aws
