#include "net/proxy.hpp"

#include "base/error.hpp"
#include "support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace ecr_version::net {
namespace {

using Variables = std::map<std::string, std::string>;

TEST_CASE("proxy: which variable counts for which scheme") {
  const struct {
    Variables env;
    std::string scheme, url, shown, variable;
  } rows[] = {
      {{}, "https", "", "", ""},
      {{{"HTTPS_PROXY", "http://p:3128"}},
       "https",
       "http://p:3128",
       "p:3128",
       "HTTPS_PROXY"},
      {{{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", "http://lower:2"}},
       "https",
       "http://lower:2",
       "lower:2",
       "https_proxy"},
      {{{"HTTPS_PROXY", "http://p:3128"}}, "http", "", "", ""},
      {{{"HTTP_PROXY", "http://p:3128"}},
       "http",
       "http://p:3128",
       "p:3128",
       "HTTP_PROXY"},
      {{{"HTTP_PROXY", "http://p:3128"}}, "https", "", "", ""},
      {{{"ALL_PROXY", "p:3128"}},
       "https",
       "http://p:3128",
       "p:3128",
       "ALL_PROXY"},
      {{{"https_proxy", " http://me:s3cret@p:3128\n"}},
       "https",
       "http://me:s3cret@p:3128",
       "p:3128",
       "https_proxy"},
      {{{"all_proxy", "socks5h://me:s3cret@p:1080"}},
       "https",
       "socks5h://me:s3cret@p:1080",
       "p:1080",
       "all_proxy"},
      {{{"HTTPS_PROXY", ""}}, "https", "", "", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.url);
    const Proxy proxy = proxy_for(Environment(row.env), row.scheme);
    CHECK(proxy.url == row.url);
    CHECK(proxy.shown == row.shown);
    CHECK(proxy.variable == row.variable);
  }
}

TEST_CASE("proxy: a broken one is refused without showing its password") {
  CHECK_THROWS_WITH_AS(
      proxy_for(
          Environment(Variables{{"HTTPS_PROXY", "http://me:s3cret@p:99999"}}),
          "https"),
      "HTTPS_PROXY is not a usable URL: its port is not a number from 1 to "
      "65535",
      Error);
}

TEST_CASE("proxy: CA certificates: AWS_CA_BUNDLE, then OpenSSL's variables") {
  const tests::TempDir folder;
  folder.write("ca.pem", "x");
  const std::string file = folder.path() / "ca.pem";
  const std::string missing = folder.path() / "no.pem";
  const std::string directory = folder.path();
  const auto find = [](Variables env) {
    return find_ca_bundle(Environment(std::move(env)));
  };
  CHECK(find({{"AWS_CA_BUNDLE", file}, {"SSL_CERT_FILE", missing}}).file ==
        file);
  CHECK(find({{"AWS_CA_BUNDLE", directory}}).directory == directory);
  CHECK(find({{"SSL_CERT_FILE", file}}).file == file);
  CHECK(find({{"SSL_CERT_DIR", directory}}).directory == directory);
  // A runner hands on a path of its host: the system's certificates then.
  CHECK(find({{"SSL_CERT_FILE", missing}}).file != missing);
  CHECK_THROWS_AS(find({{"AWS_CA_BUNDLE", missing}}), Error);
}

TEST_CASE("proxy: CA certificates: where each distribution keeps them") {
  for (const char* const place :
       {"/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem", "/var/lib/ca-certificates/ca-bundle.pem"}) {
    CAPTURE(place);
    const tests::TempDir root;
    const std::filesystem::path file = root.path().string() + place;
    std::filesystem::create_directories(file.parent_path());
    root.write(std::string(place).substr(1), "x");
    CHECK(find_ca_bundle(Environment(), root.path()).file == file);
  }
  const tests::TempDir root;
  const std::string hashed = root.path().string() + "/etc/ssl/certs";
  CHECK(find_ca_bundle(Environment(), root.path()).directory.empty());
  std::filesystem::create_directories(hashed);
  CHECK(find_ca_bundle(Environment(), root.path()).directory == hashed);
}

}  // namespace
}  // namespace ecr_version::net
