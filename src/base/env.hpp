// The process environment as a value, so that tests can pass their own.
//
// A variable that is set but empty counts as unset: workflows write
// `VAR: ${{ inputs.x }}` and cannot leave the name out. Nothing else in the
// project calls getenv.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace ecr_version {

class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> values);
  static Environment of_process();

  // The variable's value; unset and empty are the same: nullopt.
  std::optional<std::string> get(const std::string& name) const;
  // `true`, `1` in any letter case.
  bool is_true(const std::string& name) const;
  // Every variable, set but empty ones included.
  const std::map<std::string, std::string>& all() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace ecr_version
