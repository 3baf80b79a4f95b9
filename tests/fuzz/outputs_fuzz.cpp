// Whatever a value is, the runner and act read back one output of that name,
// the same in both, and the one written after it is untouched.
#include "base/error.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "runner/outputs.hpp"
#include "support/runner_emulator.hpp"

#include <string>
#include <string_view>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version;
  const std::string value(text_of(data, size));
  // A short delimiter, so that values that hold it are found.
  int calls = 0;
  runner::Outputs outputs([&calls] { return "d" + std::to_string(++calls); });
  for (const std::string_view name : {"labels", "plan", "version"}) {
    try {
      outputs.set(name, std::string_view(value));
    } catch (const Error&) {
      promise(name == "version");  // a line break
    }
  }
  outputs.set("any-affected", true);

  std::string file;
  try {
    file = outputs.text();
  } catch (const Error&) {
    return 0;  // it holds d1 to d16
  }
  const emulator::FileCommand runner = emulator::read_as_runner(file);
  const emulator::FileCommand act = emulator::read_as_act(file);
  promise(runner.error.empty() && act.error.empty());
  promise(runner.pairs == act.pairs);
  promise(runner.pairs.size() == 3 || runner.pairs.size() == 4);
  promise(runner.value("any-affected") == "true");
  promise(runner.value("labels").has_value());
  promise(to_utf8(file) == file);
  return 0;
}
