#include "aws/endpoint.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

namespace ecr_version::aws {
namespace {

bool flag(const json::Value& params, const char* name) {
  return !params[name].is_null() && params[name].as_bool(name);
}

void check_rule_set(const char* name, Service service, int expected_cases) {
  const auto file = tests::vectors(name);
  if (!file) return;
  const json::Value document = json::parse(tests::read_file(*file), name);
  int cases = 0;
  for (const auto& test : document["testCases"].as_array("testCases")) {
    const json::Value& params = test["params"];
    const EndpointChoice choice{
        .region = params.text("Region").value_or(""),
        .fips = flag(params, "UseFIPS"),
        .dual_stack = flag(params, "UseDualStack"),
        .override_url = params.text("Endpoint").value_or("")};
    CAPTURE(test.text("documentation").value());
    ++cases;
    if (const auto url = test["expect"]["endpoint"].text("url")) {
      CHECK(endpoint_url(service, choice) == *url);
      continue;
    }
    std::string message;
    try {
      endpoint_url(service, choice);
    } catch (const UsageError& error) {
      message = error.what();
    }
    CHECK(message.starts_with(test["expect"].text("error").value()));
  }
  CHECK(cases == expected_cases);
}

TEST_CASE("endpoint: every case of ECR's rule set holds") {
  check_rule_set("endpoints/ecr.json", Service::ecr, 26);
}

TEST_CASE("endpoint: every case of ECR Public's rule set holds") {
  check_rule_set("endpoints/ecr-public.json", Service::ecr_public, 22);
}

TEST_CASE("endpoint: every published region finds its partition") {
  const auto file = tests::vectors("endpoints/partitions.json");
  if (!file) return;
  const json::Value document = json::parse(tests::read_file(*file), "it");
  for (const auto& row : document["partitions"].as_array("partitions")) {
    const std::string id = row.text("id").value();
    const Partition* const partition = partition_named(id);
    REQUIRE_MESSAGE(partition != nullptr, id);
    CHECK(partition->dns_suffix == row["outputs"].text("dnsSuffix"));
    CHECK(partition->dual_stack_suffix ==
          row["outputs"].text("dualStackDnsSuffix"));
    CHECK(partition->global_region ==
          row["outputs"].text("implicitGlobalRegion"));
    for (const auto& entry : row["regions"].as_object("regions")) {
      const std::string& region = entry.first;
      CAPTURE(region);
      CHECK(partition_of(region).id == id);
    }
  }
}

// After botocore's rule sets (Apache-2.0), so that the same is proven without
// the vectors.
TEST_CASE("endpoint: hosts by service, partition and variant") {
  const struct {
    Service service;
    const char* region;
    bool fips, dual_stack;
    const char* url;
  } rows[] = {
      {Service::ecr, "eu-west-1", false, false,
       "https://api.ecr.eu-west-1.amazonaws.com"},
      {Service::ecr, "us-east-1", true, false,
       "https://api.ecr-fips.us-east-1.amazonaws.com"},
      {Service::ecr, "us-east-1", false, true, "https://ecr.us-east-1.api.aws"},
      {Service::ecr, "us-gov-west-1", true, true,
       "https://ecr-fips.us-gov-west-1.api.aws"},
      {Service::ecr, "cn-north-1", false, false,
       "https://api.ecr.cn-north-1.amazonaws.com.cn"},
      {Service::ecr, "eusc-de-east-1", false, false,
       "https://api.ecr.eusc-de-east-1.amazonaws.eu"},
      {Service::ecr, "us-isob-east-1", false, false,
       "https://api.ecr.us-isob-east-1.sc2s.sgov.gov"},
      {Service::ecr, "xx-new-9", false, false,
       "https://api.ecr.xx-new-9.amazonaws.com"},
      // None of China's, though they begin so.
      {Service::ecr, "cn-1", false, false,
       "https://api.ecr.cn-1.amazonaws.com"},
      {Service::ecr, "cn--1", false, false,
       "https://api.ecr.cn--1.amazonaws.com"},
      {Service::ecr, "cn-north-", false, false,
       "https://api.ecr.cn-north-.amazonaws.com"},
      {Service::ecr_public, "us-east-1", false, false,
       "https://api.ecr-public.us-east-1.amazonaws.com"},
      {Service::sts, "us-east-1", false, false,
       "https://sts.us-east-1.amazonaws.com"},
      {Service::sts, "us-gov-east-1", true, false,
       "https://sts.us-gov-east-1.amazonaws.com"},
      {Service::sts, "us-east-1", true, false,
       "https://sts-fips.us-east-1.amazonaws.com"},
      {Service::sts, "us-east-1", false, true, "https://sts.us-east-1.api.aws"},
      {Service::sts, "us-gov-west-1", true, true,
       "https://sts-fips.us-gov-west-1.api.aws"},
      {Service::sts, "cn-north-1", true, false,
       "https://sts-fips.cn-north-1.amazonaws.com.cn"},
      {Service::ecr, "us-gov-west-1", true, false,
       "https://api.ecr-fips.us-gov-west-1.amazonaws.com"},
      {Service::portal_sso, "us-east-1", true, false,
       "https://portal.sso-fips.us-east-1.amazonaws.com"},
      {Service::portal_sso, "us-east-1", true, true,
       "https://portal.sso-fips.us-east-1.api.aws"},
      {Service::portal_sso, "us-east-1", false, true,
       "https://portal.sso.us-east-1.api.aws"},
      {Service::portal_sso, "us-gov-west-1", true, false,
       "https://portal.sso.us-gov-west-1.amazonaws.com"},
      {Service::portal_sso, "eu-west-1", false, false,
       "https://portal.sso.eu-west-1.amazonaws.com"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.url));
    CHECK(endpoint_url(row.service, {.region = row.region,
                                     .fips = row.fips,
                                     .dual_stack = row.dual_stack}) == row.url);
  }
}

TEST_CASE("endpoint: names that requests are signed for") {
  CHECK(signing_name(Service::ecr) == "ecr");
  CHECK(signing_name(Service::ecr_public) == "ecr-public");
  CHECK(signing_name(Service::sts) == "sts");
  CHECK(partition_named("aws-moon") == nullptr);
}

TEST_CASE("endpoint: an override beats everything, in the order of the CLI") {
  const ProfileFiles files = parse_profiles(
      "[profile p]\nservices = local\nendpoint_url = http://profile\n"
      "[profile off]\nendpoint_url = http://profile\n"
      "ignore_configured_endpoint_urls = true\n"
      "[profile bare]\nservices = bare\nendpoint_url = http://profile\n"
      "[profile lost]\nservices = lost\n"
      "[services bare]\necr =\n  api_version = 1\n"
      "[services local]\necr =\n  endpoint_url = http://section\n",
      "config", "", "credentials");
  const struct {
    std::map<std::string, std::string> env;
    const char* profile;
    Service service;
    const char* url;  // nullptr: none
  } rows[] = {
      {{{"AWS_ENDPOINT_URL_ECR", "http://ecr"},
        {"AWS_ENDPOINT_URL", "http://g"}},
       "p",
       Service::ecr,
       "http://ecr"},
      {{{"AWS_ENDPOINT_URL_ECR", "http://ecr"},
        {"AWS_ENDPOINT_URL", "http://g"}},
       "p",
       Service::sts,
       "http://g"},
      {{{"AWS_ENDPOINT_URL_ECR_PUBLIC", "http://pub"}},
       "none",
       Service::ecr_public,
       "http://pub"},
      {{{"AWS_ENDPOINT_URL_STS", "http://sts"}},
       "p",
       Service::sts,
       "http://sts"},
      {{{"AWS_ENDPOINT_URL_SSO", "http://sso"}},
       "p",
       Service::portal_sso,
       "http://sso"},
      {{}, "p", Service::ecr, "http://section"},
      {{}, "p", Service::sts, "http://profile"},
      {{}, "off", Service::ecr, nullptr},
      {{{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"},
        {"AWS_ENDPOINT_URL_ECR", "http://ecr"}},
       "p",
       Service::ecr,
       nullptr},
      {{}, "none", Service::ecr, nullptr},
      {{}, "bare", Service::ecr, "http://profile"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.profile));
    const auto url = configured_endpoint(row.service, Environment(row.env),
                                         files, row.profile);
    CHECK(url.value_or("-") == (row.url == nullptr ? "-" : row.url));
  }
  CHECK_THROWS_WITH_AS(
      configured_endpoint(Service::ecr, Environment(), files, "lost"),
      "the profile lost names the services section lost, which ~/.aws/config "
      "does not have",
      Error);
}

TEST_CASE("endpoint: a region that could leave the host name is refused") {
  for (const char* const region :
       {"", "eu-west-1.evil.com", "eu/west", "EU-WEST-1", "eu west"})
    CHECK_THROWS_AS(checked_region(region, "AWS_REGION"), UsageError);
  CHECK_THROWS_AS(checked_region(std::string(64, 'a'), "AWS_REGION"),
                  UsageError);
  CHECK(checked_region(std::string(63, 'a'), "x") == std::string(63, 'a'));
  CHECK(checked_region("eu-west-1", "AWS_REGION") == "eu-west-1");
}

}  // namespace
}  // namespace ecr_version::aws
