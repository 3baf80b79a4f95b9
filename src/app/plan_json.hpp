// The `plan` output and the `matrix`: stable JSON that other programs read.
#pragma once

#include "app/planning.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

inline constexpr int plan_schema = 1;

// PRODUCT section 12's shape (schema/plan.schema.json), on one line.
std::string plan_json(const Plan& plan);

// {"include":[…]}: one entry per affected app, dependencies first. No account
// id in it: a masked value would make the runner drop the job output. Throws
// Error above 256 entries, GitHub's limit for a matrix.
std::string matrix_json(const Plan& plan, const runner::Event& event);

// The affected apps, each with the number of affected apps that it depends on,
// directly or not; fewest first, which puts every app after its dependencies.
struct Staged {
  const PlannedApp* app = nullptr;
  std::size_t stage = 0;
};
std::vector<Staged> by_stage(const Plan& plan);

}  // namespace ecr_version::app
