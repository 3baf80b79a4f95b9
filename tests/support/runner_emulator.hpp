// What GitHub's runner and act make of a step's files and output, to judge our
// writers from outside.
//
// Written from the behaviour of actions/runner (FileCommandManager,
// ActionCommand) and of act (parse_env_file.go,
// command.go), never from src/runner; it is stricter than they are where their
// behaviour depends on a culture: it takes for a command whatever might be one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::emulator {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct FileCommand {
  Pairs pairs;        // those before a bad line were applied already
  std::string error;  // "" when the whole file was read
  // The last value of a name; names are compared without letter case.
  std::optional<std::string> value(std::string_view name) const;
};

FileCommand read_as_runner(std::string_view file);  // .NET on Linux
FileCommand read_as_act(std::string_view file);     // Go

struct Command {
  std::string name;
  std::map<std::string, std::string> properties;
  std::string data;
};

struct LogReading {
  std::vector<Command> commands;
  std::vector<std::string> lines;  // what was not a command
};

// stdout or stderr of a step, split and parsed.
LogReading read_log_as_runner(std::string_view output);
LogReading read_log_as_act(std::string_view output);

}  // namespace ecr_version::emulator
