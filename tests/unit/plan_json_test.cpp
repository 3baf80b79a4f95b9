// What other jobs read, as GitHub's runner hands it on.
#include "app/plan_json.hpp"

#include "support/job_emulator.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace ecr_version::app {
namespace {

const std::string head = "4f2c9d1e0b7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d";

void add(Plan& plan, const std::string& name, bool affected,
         const std::vector<std::string>& depends_on = {}) {
  PlannedApp app;
  app.facts.app.name = name;
  app.facts.app.directory = "apps/" + name;
  app.facts.app.context = "apps/" + name;
  app.facts.app.dockerfile = "apps/" + name + "/Dockerfile";
  app.facts.app.repository = "shula-" + name;
  app.facts.app.depends_on = depends_on;
  app.plan.affected = affected;
  app.plan.version = "1.0.1";
  app.plan.previous_version = "1.0.0";
  if (affected) app.plan.tag_names = {"1.0.1", "latest"};
  plan.all.push_back(app.facts.app);
  plan.apps.push_back(app);
}

Plan empty_plan() {
  Plan plan;
  plan.run.head = head;
  plan.registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  return plan;
}

TEST_CASE("plan_json: nothing affected is a matrix that is valid and empty") {
  Plan plan = empty_plan();
  add(plan, "web", false);
  CHECK(matrix_json(plan, {}) == R"({"include":[]})");
  CHECK(emulator::matrix_jobs(matrix_json(plan, {})) == 0);
}

TEST_CASE("plan_json: a masked account id costs tags and plan, no matrix") {
  Plan plan = empty_plan();
  add(plan, "web", true);
  const std::string matrix = matrix_json(plan, {});
  CHECK(matrix ==
        R"({"include":[{"app":"web","version":"1.0.1",)"
        R"("previous-version":"1.0.0","bump":"patch","repository":"shula-web",)"
        R"("tag-names":"1.0.1\nlatest",)"
        R"("labels":"org.opencontainers.image.title=web\n)"
        R"(org.opencontainers.image.version=1.0.1\n)"
        R"(org.opencontainers.image.created=1970-01-01T00:00:00.000Z\n)"
        R"(org.opencontainers.image.revision=)" +
            head +
            R"(","directory":"apps/web","context":"apps/web",)"
            R"("dockerfile":"apps/web/Dockerfile","target":"","sha":")" +
            head + R"(","stage":0}]})");
  CHECK(emulator::matrix_jobs(matrix) == 1);
  emulator::Masker masker;
  masker.add("123456789012");
  CHECK(emulator::job_output(masker, matrix) == matrix);
  CHECK_FALSE(emulator::job_output(masker, plan_json(plan)));
  CHECK_FALSE(emulator::job_output(masker, plan.tags(plan.apps[0])[0]));
}

TEST_CASE("plan_json: dependencies come first, those not affected uncounted") {
  Plan plan = empty_plan();
  add(plan, "top", true, {"middle"});
  add(plan, "middle", false, {"bottom"});
  add(plan, "bottom", true);
  std::string told;
  for (const Staged& one : by_stage(plan))
    told += fmt::format("{} {} ", one.app->facts.app.name, one.stage);
  CHECK(told == "bottom 0 top 1 ");
}

TEST_CASE("plan_json: a matrix ends at 256 entries, and says what to do") {
  Plan plan = empty_plan();
  for (int i = 0; i < 256; ++i) add(plan, fmt::format("a{}", i), true);
  CHECK(emulator::matrix_jobs(matrix_json(plan, {})) == 256);
  add(plan, "one-more", true);
  CHECK_THROWS_WITH(
      matrix_json(plan, {}),
      "writing the output `matrix`: 257 apps are affected, and GitHub runs at "
      "most 256 jobs of a matrix; split them with the input `app`, one step "
      "for each part");
}

}  // namespace
}  // namespace ecr_version::app
