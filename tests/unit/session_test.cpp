// What variables, profiles and inputs make of a session: region, endpoints,
// patience.
#include "aws/session.hpp"

#include "base/error.hpp"
#include "support/credentials_look.hpp"
#include "support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <deque>

namespace ecr_version::aws {
namespace {

using tests::response;
using Variables = std::map<std::string, std::string>;

constexpr const char* no_region =
    "no AWS region is known: set the input or option aws-region, `region` in "
    "the configuration, or AWS_REGION, or give the registry as a host "
    "(123456789012.dkr.ecr.eu-west-1.amazonaws.com)";

struct Place {
  tests::FakeTransport transport;
  tests::FakePorts fake;
  tests::TempDir home;

  explicit Place(const std::string& config = "") {
    if (!config.empty()) home.write(".aws/config", config);
  }
  Ports ports(Variables env) {
    env["HOME"] = home.path();
    env.emplace("AWS_EC2_METADATA_DISABLED", "true");
    return fake.ports(transport, env);
  }
};

TEST_CASE("session: a region by input, host, variables, profile, instance") {
  const std::string config = "[default]\nregion = eu-south-1\n";
  const std::string host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  const Variables both{{"AWS_REGION", "eu-west-2"},
                       {"AWS_DEFAULT_REGION", "eu-west-3"}};
  const struct {
    Settings settings;
    Variables env;
    std::string config, region;
  } rows[] = {
      {{.registry = host, .region = "eu-north-1"}, both, config, "eu-north-1"},
      {{.registry = host}, both, config, "eu-west-1"},
      {{.registry = "123456789012"}, both, config, "eu-west-2"},
      {{}, both, config, "eu-west-2"},
      {{}, {{"AWS_DEFAULT_REGION", "eu-west-3"}}, config, "eu-west-3"},
      {{}, {}, config, "eu-south-1"},
      {{}, {{"AWS_EC2_METADATA_DISABLED", "false"}}, "", "eu-central-1"},
      {{.registry = "public.ecr.aws/acme"}, both, config, "us-east-1"},
      {{.registry = host, .region = "eu-west-1"}, {}, "", "eu-west-1"},
      {{.registry = "123456789012", .region = "eu-west-1"},
       {},
       "",
       "eu-west-1"},
      {{.registry = "public.ecr.aws/acme", .region = "eu-west-1"},
       {},
       "",
       "us-east-1"},
      {{},
       {{"AWS_EC2_METADATA_DISABLED", "false"}},
       "[default]\noutput = json\n",
       "eu-central-1"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.region);
    Place place(row.config);
    place.transport.answers = {response(200, "token"),
                               response(200, "eu-central-1")};
    Session session(row.settings, place.ports(row.env));
    CHECK(session.region() == row.region);
    CHECK(place.fake.notices.size() == (row.region == "eu-north-1" ? 1 : 0));
  }
}

TEST_CASE("session: FIPS, dual stack and overrides, by variable or profile") {
  const std::string both =
      "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n";
  const std::string own = "[default]\nendpoint_url = http://own:1\n";
  const struct {
    Variables env;
    std::string config;
    Service service;
    std::string url;
  } rows[] = {
      {{}, "", Service::ecr, "https://api.ecr.us-west-2.amazonaws.com"},
      {{{"AWS_USE_FIPS_ENDPOINT", "true"}},
       "",
       Service::ecr,
       "https://api.ecr-fips.us-west-2.amazonaws.com"},
      {{{"AWS_USE_DUALSTACK_ENDPOINT", "true"}},
       "",
       Service::ecr,
       "https://ecr.us-west-2.api.aws"},
      {{}, both, Service::ecr, "https://ecr-fips.us-west-2.api.aws"},
      {{},
       "[default]\nuse_fips_endpoint = no\n",
       Service::ecr,
       "https://api.ecr.us-west-2.amazonaws.com"},
      {{{"AWS_USE_FIPS_ENDPOINT", "false"}},
       both,
       Service::ecr,
       "https://ecr.us-west-2.api.aws"},
      {{{"AWS_USE_FIPS_ENDPOINT", "true"}},
       "",
       Service::sts,
       "https://sts-fips.us-west-2.amazonaws.com"},
      {{}, own, Service::sts, "http://own:1"},
      {{{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}},
       own,
       Service::sts,
       "https://sts.us-west-2.amazonaws.com"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.url);
    Place place(row.config);
    Variables env = row.env;
    env["AWS_REGION"] = "us-west-2";
    Session session({}, place.ports(env));
    CHECK(session.endpoint(row.service) == row.url);
  }
}

TEST_CASE("session: how often to ask, by variable or profile") {
  // Outlives what is thrown: a folder that goes with it is kept for a look.
  std::deque<Place> places;
  const auto attempts = [&](const Variables& env, const std::string& config) {
    Place& place = places.emplace_back(config);
    const Ports ports = place.ports(env);
    const ProfileFiles files = load_profiles(ports.env);
    return retry_policy(ports.env, files.profile("default")).most_attempts;
  };
  const std::string config = "[default]\nmax_attempts = 3\n";
  CHECK(attempts({}, "") == 5);
  CHECK(attempts({}, config) == 3);
  CHECK(attempts({{"AWS_MAX_ATTEMPTS", "1"}}, config) == 1);
  for (const char* const mode : {"standard", "adaptive", "legacy"})
    CHECK(attempts({{"AWS_RETRY_MODE", mode}}, "") == 5);
  for (const char* const text : {"0", "-1", "2.5", "many"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(
        attempts({{"AWS_MAX_ATTEMPTS", text}}, ""),
        ("AWS_MAX_ATTEMPTS (or max_attempts of the profile) is `" +
         std::string(text) + "`: it must be a number from 1")
            .c_str(),
        UsageError);
  }
  CHECK_THROWS_WITH_AS(
      attempts({}, "[default]\nretry_mode = eager\n"),
      "AWS_RETRY_MODE (or retry_mode of the profile) is `eager`: it must be "
      "standard, adaptive or legacy",
      UsageError);
}

TEST_CASE("session: a region that differs from the host's wins, and says so") {
  tests::FakeTransport transport;
  tests::FakePorts fake;
  Session session({.registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                   .region = "us-east-1"},
                  fake.ports(transport, {}));
  CHECK(session.region() == "us-east-1");
  CHECK(session.registry().region == "us-east-1");
  CHECK(session.registry().host ==
        "123456789012.dkr.ecr.us-east-1.amazonaws.com");
  CHECK(fake.notices ==
        std::vector<std::string>{
            "aws-region us-east-1 wins over the region in the registry "
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com: the account's "
            "registry in us-east-1 is used"});
}

TEST_CASE("session: without a region the message lists where one may stand") {
  tests::FakeTransport transport;
  tests::FakePorts fake;
  Session session(
      {}, fake.ports(transport, {{"AWS_EC2_METADATA_DISABLED", "true"}}));
  CHECK_THROWS_WITH_AS(session.region(), no_region, UsageError);
}

TEST_CASE("session: STS without a region is that of the role's partition") {
  std::deque<Place> places;
  const auto url = [&](const std::string& role) {
    Place& place = places.emplace_back();
    Session session({.role_to_assume = role}, place.ports({}));
    return session.endpoint(Service::sts);
  };
  CHECK(url("arn:aws-us-gov:iam::123456789012:role/ci") ==
        "https://sts.us-gov-west-1.amazonaws.com");
  for (const char* const role : {"", "ci", "arn:moon:iam::1:role/ci"})
    CHECK_THROWS_WITH_AS(url(role), no_region, UsageError);
}

TEST_CASE("session: keys are asked for anew a minute before they expire") {
  const std::string role = "arn:aws:iam::123456789012:role/ci";
  const Variables keys{{"AWS_ACCESS_KEY_ID", "AK"},
                       {"AWS_SECRET_ACCESS_KEY", "s"},
                       {"AWS_CREDENTIAL_EXPIRATION", "2026-11-25T13:00:00Z"},
                       {"AWS_REGION", "eu-west-1"}};
  const auto minute_before = std::chrono::seconds(3540);
  Place place;
  place.transport.answers = {response(200, tests::sts_answer("OLD")),
                             response(200, tests::sts_answer("NEW"))};
  Session session({.role_to_assume = role}, place.ports(keys));
  CHECK(session.credentials().access_key == "OLD");
  place.fake.time.now += minute_before;
  CHECK(session.credentials().access_key == "OLD");
  place.fake.time.now += std::chrono::milliseconds(1);
  CHECK(session.credentials().access_key == "NEW");

  // Where they were given, there are no others.
  Place given;
  Session fixed({}, given.ports(keys));
  fixed.credentials();
  given.fake.time.now += std::chrono::hours(1);
  CHECK(fixed.credentials().access_key == "AK");
}

TEST_CASE("session: whether there are credentials, and why not") {
  std::string why_not;
  Place place;
  Session none(
      {}, place.ports({{"AWS_REGION", "eu-west-1"}, {"AWS_PROFILE", "p"}}));
  CHECK_FALSE(none.has_credentials(why_not));
  CHECK(why_not ==
        "the profile p (AWS_PROFILE) is neither in ~/.aws/config nor in "
        "~/.aws/credentials");
  CHECK(none.credentials_source() == "");

  Place interrupted;
  Ports ports =
      interrupted.ports({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/c"}});
  ports.interrupted = [] { return true; };
  Session ends({}, ports);
  CHECK_THROWS_AS(ends.has_credentials(why_not), Interrupted);

  Place found;
  Session some({}, found.ports({{"AWS_ACCESS_KEY_ID", "AK"},
                                {"AWS_SECRET_ACCESS_KEY", "s"},
                                {"AWS_REGION", "eu-west-1"}}));
  CHECK(some.has_credentials(why_not));
  CHECK(some.credentials_source() == "the environment (AWS_ACCESS_KEY_ID)");
  found.transport.answers = {
      response(200,
               "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>"
               "444455556666</Account></GetCallerIdentityResult>"
               "</GetCallerIdentityResponse>")};
  CHECK(some.caller_account() == "444455556666");
  CHECK(some.caller_account() == "444455556666");  // asked once
}

}  // namespace
}  // namespace ecr_version::aws
