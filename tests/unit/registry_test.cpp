#include "aws/registry.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

namespace ecr_version::aws {
namespace {

// Hosts after amazon-ecr-credential-helper's own table.
TEST_CASE("registry: every published form of host is understood") {
  const struct {
    const char* text;
    const char* account;
    const char* region;
    const char* host;
  } rows[] = {
      {"123456789012", "123456789012", "", ""},
      {" 123456789012\n", "123456789012", "", ""},
      {"123456789012.dkr.ecr.us-west-2.amazonaws.com", "123456789012",
       "us-west-2", "123456789012.dkr.ecr.us-west-2.amazonaws.com"},
      {"https://123456789012.dkr.ecr.us-west-2.amazonaws.com/v2/app",
       "123456789012", "us-west-2",
       "123456789012.dkr.ecr.us-west-2.amazonaws.com"},
      {"123456789012.dkr.ecr.us-west-2.amazonaws.com:443/team/app:1.2.3",
       "123456789012", "us-west-2",
       "123456789012.dkr.ecr.us-west-2.amazonaws.com"},
      {"123456789012.DKR.ECR.us-west-2.amazonaws.com", "123456789012",
       "us-west-2", "123456789012.dkr.ecr.us-west-2.amazonaws.com"},
      {"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "123456789012",
       "us-gov-west-1",
       "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com"},
      {"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "123456789012",
       "cn-north-1", "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"},
      {"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "123456789012",
       "us-iso-east-1", "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov"},
      {"123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "123456789012",
       "us-isob-east-1", "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov"},
      {"123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", "123456789012",
       "eu-isoe-west-1", "123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk"},
      {"123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov", "123456789012",
       "us-isof-south-1",
       "123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov"},
      {"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "123456789012",
       "eusc-de-east-1", "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu"},
      {"123456789012.dkr-ecr.us-west-2.on.aws", "123456789012", "us-west-2",
       "123456789012.dkr-ecr.us-west-2.on.aws"},
      {"123456789012.dkr-ecr-fips.us-west-2.on.aws", "123456789012",
       "us-west-2", "123456789012.dkr-ecr-fips.us-west-2.on.aws"},
      {"123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
       "123456789012", "cn-north-1",
       "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    const Registry registry = parse_registry(row.text, false);
    CHECK(registry.kind == RegistryKind::private_ecr);
    CHECK(registry.account == row.account);
    CHECK(registry.region == row.region);
    CHECK(registry.host == row.host);
  }
}

TEST_CASE("registry: what only looks like ECR is refused") {
  for (const char* const text :
       {"1234567890123", "123456789012.dkr.ecr.us-west-2.amazonaws.com.evil.io",
        "123456789012.dkr.ecr.us-west-2.evil.com",
        "evil-123456789012.dkr.ecr.us-west-2.amazonaws.com",
        "123456789012.dkr.ecr.us-west-2.amazonaws.com.cn",
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com",
        "123456789012.dkr.ecr..amazonaws.com", "docker.io/library/alpine",
        "12345678901/app", "123456789012/app", "a",
        "123456789012.dkr.ecr.us-west-2", "123456789012.dkr.s3.us-west-2.aws",
        "123456789012.dkr.ecr.us_west-2.amazonaws.com",
        "123456789012.dkr-ecr.us-west-2.on.example", "localhost:5000",
        "123456789012.dkr.ecr.us west.amazonaws.com",
        "http://123456789012.dkr.ecr.us-west-2.amazonaws.com"}) {
    CAPTURE(std::string(text));
    CHECK_THROWS_AS(parse_registry(text, false), UsageError);
  }
}

TEST_CASE("registry: an account id that YAML has eaten a zero of says so") {
  CHECK_THROWS_WITH_AS(
      parse_registry("12345678901", false),
      "registry `12345678901` has 11 digits, and an account id has 12: a "
      "leading zero was lost; put the id in quotes (registry: "
      "\"012345678901\")",
      UsageError);
}

TEST_CASE("registry: none, and an account id with a digit too many") {
  CHECK(parse_registry(" ", true).kind == RegistryKind::unspecified);
  CHECK_THROWS_WITH_AS(
      parse_registry("1234567890123", true),
      "registry `1234567890123` is no ECR registry: expected a 12-digit "
      "account id, a host such as "
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com, or public.ecr.aws/alias",
      UsageError);
}

TEST_CASE("registry: ECR Public is its alias, in us-east-1") {
  const Registry registry = parse_registry("public.ecr.aws/a1b2c3d4", false);
  CHECK(registry.kind == RegistryKind::public_ecr);
  CHECK(registry.alias == "a1b2c3d4");
  CHECK(registry.region == "us-east-1");
  CHECK(registry.host == "public.ecr.aws/a1b2c3d4");
  CHECK(parse_registry("public.ecr.aws/acme/app:1", false).host ==
        "public.ecr.aws/acme");
  CHECK(parse_registry("ecr-public.aws.com/acme", false).host ==
        "public.ecr.aws/acme");
  for (const char* const text :
       {"public.ecr.aws", "public.ecr.aws/", "public.ecr.aws/A"})
    CHECK_THROWS_WITH_AS(parse_registry(text, false),
                         ("registry `" + std::string(text) +
                          "` names no alias: write public.ecr.aws/ALIAS, the "
                          "alias as the ECR console shows it")
                             .c_str(),
                         UsageError);
}

TEST_CASE("registry: under an endpoint override any host will do") {
  const Registry registry = parse_registry("localhost:5000", true);
  CHECK(registry.kind == RegistryKind::literal_host);
  CHECK(registry.host == "localhost:5000");
  CHECK(parse_registry("registry.local/app", true).host == "registry.local");
  CHECK(parse_registry("123456789012.dkr.ecr.us-west-2.amazonaws.com", true)
            .kind == RegistryKind::private_ecr);
  for (const char* const text :
       {"local host", "localhost:", "localhost:a", ":5000"})
    CHECK_THROWS_AS(parse_registry(text, true), UsageError);
}

TEST_CASE("registry: a host is built with its partition's suffix") {
  CHECK(registry_host("123456789012", "eu-west-1") ==
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  CHECK(registry_host("123456789012", "cn-north-1") ==
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn");
}

}  // namespace
}  // namespace ecr_version::aws
