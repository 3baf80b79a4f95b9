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

}  // namespace
}  // namespace ecr_version::aws
