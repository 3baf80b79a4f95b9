#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <new>
#include <string>

namespace ecr_version {
namespace {

TEST_CASE("env: a variable that is set but empty counts as unset") {
  const Environment environment({{"EMPTY", ""}, {"FULL", "x"}});
  CHECK(environment.get("FULL") == "x");
  CHECK(environment.get("EMPTY") == std::nullopt);
  CHECK(environment.get("ABSENT") == std::nullopt);
  CHECK(environment.all().size() == 2);
}

TEST_CASE("env: true and 1 are true, in any letter case") {
  const Environment environment({{"A", "true"},
                                 {"B", "TRUE"},
                                 {"C", "1"},
                                 {"D", "false"},
                                 {"E", "yes"},
                                 {"F", ""}});
  CHECK(environment.is_true("A"));
  CHECK(environment.is_true("B"));
  CHECK(environment.is_true("C"));
  for (const char* name : {"D", "E", "F", "ABSENT"}) {
    CAPTURE(name);
    CHECK_FALSE(environment.is_true(name));
  }
}

TEST_CASE("env: the process's own variables are read, `=` in values kept") {
  REQUIRE(setenv("ECR_VERSION_TEST_VARIABLE", "a=b", 1) == 0);
  CHECK(Environment::of_process().get("ECR_VERSION_TEST_VARIABLE") == "a=b");
  REQUIRE(unsetenv("ECR_VERSION_TEST_VARIABLE") == 0);
}

TEST_CASE("clock: time is of this era and chance lies between 0 and 1") {
  const Clock clock = system_clock();
  CHECK(clock.now() >
        Time(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)));
  bool differs = false;
  const double first = clock.random();
  for (int i = 0; i < 1000; ++i) {
    const double fraction = clock.random();
    CHECK(fraction >= 0.0);
    CHECK(fraction < 1.0);
    differs = differs || fraction != first;
  }
  CHECK(differs);
}

TEST_CASE(
    "clock: what is done to the machine's clock meanwhile moves nothing") {
  Time wall = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 25));
  const Time start = wall;
  std::chrono::milliseconds passed{7000};
  const auto now = passing_time([&] { return wall; }, [&] { return passed; });
  CHECK(now() == start);
  wall -= std::chrono::hours(24 * 365);
  passed += std::chrono::milliseconds(250);
  CHECK(now() == start + std::chrono::milliseconds(250));
}

TEST_CASE("error: memory that is used up is told in words") {
  CHECK(describe(std::bad_alloc()) == "out of memory");
  try {
    while_doing("reading the payload", [] { throw std::bad_alloc(); });
  } catch (const Error& error) {
    CHECK(describe(error) == "reading the payload: out of memory");
  }
}

TEST_CASE("error: context gathers from the outside in") {
  const auto work = [] {
    return while_doing("reading the configuration", [] {
      return while_doing("opening the file",
                         []() -> int { throw Error("no such file"); });
    });
  };
  std::string text;
  try {
    work();
  } catch (const std::exception& error) {
    text = describe(error);
  }
  CHECK(text == "reading the configuration: opening the file: no such file");
}

TEST_CASE("error: while_doing passes results through") {
  CHECK(while_doing("counting", [] { return 3; }) == 3);
}

TEST_CASE("error: a mistake in the configuration knows its place") {
  const ConfigError error("unknown key", "ecr-version.yml", 3, 5);
  CHECK(std::string(error.what()) == "unknown key");
  CHECK(error.file == "ecr-version.yml");
  CHECK(error.line == 3);
  CHECK(error.column == 5);
}

}  // namespace
}  // namespace ecr_version
