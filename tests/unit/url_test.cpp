#include "net/url.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

namespace ecr_version::net {
namespace {

TEST_CASE("url: the parts of what is a URL") {
  const struct {
    std::string text, scheme, host, path, query, authority, again;
    int port;
  } rows[] = {
      {"https://api.ecr.eu-west-1.amazonaws.com", "https",
       "api.ecr.eu-west-1.amazonaws.com", "/", "",
       "api.ecr.eu-west-1.amazonaws.com",
       "https://api.ecr.eu-west-1.amazonaws.com/", 443},
      {"HTTP://LocalHost:4700/a%20b?x=1&y", "http", "localhost", "/a%20b",
       "x=1&y", "localhost:4700", "http://localhost:4700/a%20b?x=1&y", 4700},
      {"https://u:p@h:443/", "https", "h", "/", "", "h", "https://h/", 443},
      {"https://u@evil:p@h/", "https", "h", "/", "", "h", "https://h/", 443},
      {"http://[FD00:ec2::254]/latest", "http", "fd00:ec2::254", "/latest", "",
       "[fd00:ec2::254]", "http://[fd00:ec2::254]/latest", 80},
      {"http://[::1]:8080?q", "http", "::1", "/", "q", "[::1]:8080",
       "http://[::1]:8080/?q", 8080},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const Url url = parse_url(row.text, "it");
    CHECK(url.scheme == row.scheme);
    CHECK(url.host == row.host);
    CHECK(url.port == row.port);
    CHECK(url.path == row.path);
    CHECK(url.query == row.query);
    CHECK(url.authority() == row.authority);
    CHECK(url.text() == row.again);
  }
  CHECK(parse_url("https://u:p@h/", "it").user_info == "u:p");
}

TEST_CASE("url: what is none is refused, and not shown") {
  for (const std::string text :
       {"", "h", "//h/", "ftp://h/", "https://", "https:///x", "https://h:0/",
        "https://h:65536/", "https://h:x/", "https://h:80:80/", "https://h/ x",
        "https://h/\n", "https://h/#f", "https://[::1", "https://[::1]x/",
        "https://h\\x/", "https://a,b/", "file:///etc/passwd"}) {
    CAPTURE(text);
    std::string message;
    try {
      parse_url(text, "AWS_ENDPOINT_URL");
    } catch (const Error& error) {
      message = error.what();
    }
    CHECK(message.starts_with("AWS_ENDPOINT_URL is not a usable URL: "));
  }
}

TEST_CASE("url: everything but the unreserved characters is encoded") {
  CHECK(percent_encode("aZ09-_.~") == "aZ09-_.~");
  CHECK(percent_encode("a b/ü+") == "a%20b%2F%C3%BC%2B");
  CHECK(percent_encode("a/b c", "/") == "a/b%20c");
  CHECK(Form().add("a", "1 2").add("b&", "").text() == "a=1%202&b%26=");
}

TEST_CASE("url: loopback is this machine and nothing that looks like it") {
  for (const char* const host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
    CHECK(is_loopback_host(host));
  for (const char* const host :
       {"127.0.0.1.evil.com", "128.0.0.1", "localhost.evil", "169.254.169.254"})
    CHECK_FALSE(is_loopback_host(host));
}

}  // namespace
}  // namespace ecr_version::net
