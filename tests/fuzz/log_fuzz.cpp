// Whatever is said, the runner and act see our commands alone, and one line
// for one call.
#include "fuzz/fuzz.hpp"
#include "runner/log.hpp"
#include "support/runner_emulator.hpp"

#include <algorithm>
#include <string>
#include <string_view>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version;
  const std::string text(text_of(data, size));
  std::string said;
  runner::Log log({.mode = runner::LogMode::github},
                  [&](std::string_view part) { said += part; });
  log.info(text);
  promise(emulator::read_log_as_runner(said).commands.empty());
  promise(emulator::read_log_as_act(said).commands.empty());
  promise(std::count(said.begin(), said.end(), '\n') == 1);

  said.clear();
  log.error(text, {.file = text, .line = 1});
  const emulator::LogReading reading = emulator::read_log_as_runner(said);
  promise(reading.commands.size() == 1 && reading.lines.empty());
  promise(reading.commands[0].name == "error");
  const auto& properties = reading.commands[0].properties;
  promise(properties.size() == (text.empty() ? 0 : 2));  // file and line
  promise(text.empty() || properties.at("line") == "1");
  return 0;
}
