// What GitHub's runner makes of a job's masks, outputs and matrix.
//
// Written from the behaviour of actions/runner (SecretMasker, ValueEncoders,
// FinalizeJob, WorkflowTemplateConverter), never from src/runner.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::emulator {

// The runner's masker, with every encoding that it registers by itself.
class Masker {
 public:
  void add(std::string_view secret);  // the data of ::add-mask::, unescaped
  std::string mask(std::string_view text) const;

 private:
  void add_forms(const std::string& secret);
  std::vector<std::string> forms_;
};

// A job output: nullopt when the runner drops it for what it may reveal.
std::optional<std::string> job_output(const Masker& masker,
                                      const std::string& value);

// The jobs of `strategy.matrix: ${{ fromJSON(value) }}` with an `include`
// alone; throws std::runtime_error with the runner's words when it fails.
std::size_t matrix_jobs(std::string_view json);

}  // namespace ecr_version::emulator
