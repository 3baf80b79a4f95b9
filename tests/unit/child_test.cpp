#include "base/child.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>

namespace ecr_version {
namespace {

TEST_CASE("child: its input, its two streams and its end are told apart") {
  const auto result =
      run_child({"sh", "-c", "cat; echo oops >&2; exit 3"}, "in", {});
  REQUIRE(result);
  CHECK(result->output == "in");
  CHECK(result->errors == "oops\n");
  CHECK(result->exit_code == 3);
  CHECK(run_child({"sh", "-c", "kill -TERM $$"}, "", {})->exit_code == 143);
}

TEST_CASE("child: a program that is not there is no error, others are") {
  CHECK(!run_child({"/no/such/program"}, "", {}));
  CHECK_THROWS_WITH_AS(run_child({"/etc/passwd"}, "", {}),
                       "starting /etc/passwd: Permission denied", Error);
}

TEST_CASE("child: it dies of a broken pipe, as it would without us") {
  auto* const before = std::signal(SIGPIPE, SIG_IGN);  // as run() does
  CHECK(run_child({"sh", "-c", "kill -PIPE $$"}, "", {})->exit_code == 141);
  std::signal(SIGPIPE, before);
}

TEST_CASE("child: who interrupts us ends it") {
  // Were it not ended, waiting for it would take for ever.
  CHECK_THROWS_WITH_AS(
      run_child({"sh", "-c", "exec sleep 1000000"}, "", [] { return true; }),
      "interrupted while sh ran", Interrupted);
}

TEST_CASE("child: what prints without end is ended") {
  CHECK_THROWS_WITH_AS(run_child({"sh", "-c", "exec cat /dev/zero"}, "", {}),
                       "sh printed more than 64 KiB", Error);
}

}  // namespace
}  // namespace ecr_version
