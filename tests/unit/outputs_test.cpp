#include "runner/outputs.hpp"

#include "base/error.hpp"
#include "runner/contract.hpp"
#include "runner/files.hpp"
#include "support/runner_emulator.hpp"
#include "support/temp_dir.hpp"

#include <doctest/doctest.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ecr_version::runner {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return Environment(std::move(variables));
}

using List = std::vector<std::string>;

// What the runner and act both read of an output; fails where they differ.
std::string as_read(const Outputs& outputs, const std::string& name) {
  const std::string file = outputs.text();
  CAPTURE(file);
  const emulator::FileCommand runner = emulator::read_as_runner(file);
  const emulator::FileCommand act = emulator::read_as_act(file);
  CHECK(runner.error.empty());
  CHECK(act.error.empty());
  CHECK(runner.pairs == act.pairs);
  CHECK(runner.value(name).has_value());
  return runner.value(name).value_or("");
}

std::string as_read(const std::string& name, const std::string& value) {
  Outputs outputs;
  outputs.set(name, value);
  return as_read(outputs, name);
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Captured {
  std::string text;
  Log log{{.mode = LogMode::github},
          [this](std::string_view part) { text += part; }};
};

TEST_CASE("outputs: every value is a heredoc, even a short or an empty one") {
  Outputs outputs([] { return "END"; });
  outputs.set("version", "1.2.3");
  outputs.set("tags", "");
  outputs.set("any-affected", true);
  CHECK(outputs.text() ==
        "version<<END\n1.2.3\nEND\n"
        "tags<<END\nEND\n"
        "any-affected<<END\ntrue\nEND\n");
  outputs.set("any-affected", false);
  CHECK(as_read(outputs, "any-affected") == "false");
}

TEST_CASE("outputs: the runner and act read the same") {
  CHECK(as_read("version", "1.2.3") == "1.2.3");
  CHECK(as_read("version", "") == "");
  CHECK(as_read("version", "a=b<<c") == "a=b<<c");
  CHECK(as_read("tag-names", "1.2.3\n1.2.3-abc1234\nlatest") ==
        "1.2.3\n1.2.3-abc1234\nlatest");
  CHECK(as_read("matrix", R"({"include":[]})") == R"({"include":[]})");
}

TEST_CASE("outputs: blank lines go, and a carriage return ends a line") {
  for (const char* value :
       {"\n\na\n\n \nb\n\n", "a\r\nb\r\n", "a\rb", "\ra\n\r\nb\n"}) {
    CAPTURE(value);
    CHECK(as_read("labels", value) == "a\nb");
  }
}

TEST_CASE("outputs: JSON over several lines stays the same document") {
  CHECK(as_read("plan", "{\n\n  \"a\": 1\r\n}\n") == "{\n  \"a\": 1\n}");
}

TEST_CASE("outputs: text that is not UTF-8 is repaired, controls are gone") {
  CHECK(as_read("labels", "a\xff=b") == "a\uFFFD=b");
  CHECK(as_read("version", std::string("1\0.2\x1b[31m\u2028x", 13)) ==
        "1 .2 [31m x");
}

TEST_CASE("outputs: a value that holds its delimiter gets another one") {
  int calls = 0;
  Outputs outputs([&calls] { return "END" + std::to_string(++calls); });
  outputs.set("labels", "END1\nversion=9.9.9\nEND2");
  CHECK(outputs.text() == "labels<<END3\nEND1\nversion=9.9.9\nEND2\nEND3\n");
  CHECK(as_read(outputs, "labels") == "END1\nversion=9.9.9\nEND2");

  Outputs stuck([] { return "END"; });
  stuck.set("labels", "END");
  CHECK_THROWS_WITH(stuck.text(),
                    "writing the output labels: every delimiter occurs in it");
}

TEST_CASE("outputs: delimiters differ from value to value and hold 128 bits") {
  Outputs outputs;
  outputs.set("version", "1");
  outputs.set("bump", "major");
  const std::string text = outputs.text();
  const std::string first = text.substr(9, text.find('\n') - 9);
  CHECK(first.size() == std::string("ecr_version_").size() + 32);
  CHECK(text.find(first) != text.rfind(first));  // opens and closes
  CHECK(text.find("bump<<" + first) == std::string::npos);
}

TEST_CASE("outputs: a break in a value of one line is refused") {
  for (const char* value : {"1.2.3\nlabels=x", "1\r", "\n1"}) {
    CAPTURE(value);
    Outputs outputs;
    CHECK_THROWS_WITH(outputs.set("version", value),
                      "setting the output version: its value has a line break");
  }
}

TEST_CASE("outputs: only declared names can be set") {
  Outputs outputs;
  CHECK_THROWS_WITH(outputs.set("x<<y\n", "1"),
                    "setting the output x<<y : none of that name is declared");
}

TEST_CASE("outputs: the last value of a name is the one that stands") {
  Outputs outputs;
  outputs.set("version", "1.0.0");
  outputs.set("version", "2.0.0");
  CHECK(as_read(outputs, "version") == "2.0.0");
  CHECK(emulator::read_as_runner(outputs.text()).pairs.size() == 1);
}

TEST_CASE("outputs: past what a job may hold it fails and says what to do") {
  Outputs outputs;
  outputs.set("tags", std::string(500'000, 'x'));
  CHECK_THROWS_WITH(
      outputs.set("tags", std::string(500'001, 'x')),
      "setting the output tags: its value takes 1000002 bytes (as UTF-16), and "
      "the outputs of a job may take 1000000; select fewer apps with the input "
      "app");
  // A character beyond the basic plane has two units, others one.
  std::string text;
  for (int i = 0; i < 125'000; ++i) text += "\U0001F600\u00E9x";
  outputs.set("labels", text);
  CHECK_THROWS_AS(outputs.set("labels", text + "x"), Error);
}

TEST_CASE("outputs: a plan past what an expression may hold is left out") {
  Outputs outputs;
  outputs.set("plan", "\"" + std::string(6'000'000, 'x') + "\"");
  CHECK(as_read(outputs, "plan") == "null");
  Captured captured;
  outputs.write(Environment(), captured.log);
  CHECK(captured.text.find(
            "::warning::the output plan is left out (null): its value takes "
            "12000004 bytes (as UTF-16), and an expression may take 10485760; "
            "`ecr-version plan --json` prints it\n") == 0);
}

TEST_CASE("outputs: what env: cannot take is told in the log") {
  Outputs outputs;
  outputs.set("plan", "\"" + std::string(200'000, 'x') + "\"");
  Captured captured;
  outputs.write(Environment(), captured.log);
  CHECK(captured.text.find("The output plan has 200002 bytes: too large for "
                           "`env:` or `with:` of a later step, which take 128 "
                           "KiB.\n") == 0);
}

TEST_CASE("outputs: without GITHUB_OUTPUT they are printed, but no secret") {
  Outputs outputs;
  outputs.set("version", "1.2.3");
  outputs.set("tag-names", List{"1.2.3", "::add-mask::x"});
  outputs.set("docker-password", "");
  Captured empty;
  outputs.write(Environment(), empty.log);
  CHECK(empty.text.find("\ndocker-password=\n") != std::string::npos);
  outputs.set("docker-password", "hunter2hunter2");
  const std::string lost = "/no/folder/output";
  Captured elsewhere;
  outputs.write(environment_of({{"GITHUB_OUTPUT", lost}}), elsewhere.log);
  Captured captured;
  outputs.write(Environment(), captured.log);
  const std::string warning =
      "::warning::GITHUB_OUTPUT is not set: the outputs are in this log only\n";
  CHECK(elsewhere.text ==
        "::warning::GITHUB_OUTPUT names a file in a folder that does not "
        "exist: the outputs are in this log only\n" +
            captured.text.substr(warning.size()));
  CHECK(captured.text == warning +
                             "::group::outputs\n"
                             "version=1.2.3\n"
                             "tag-names=1.2.3\n"
                             "tag-names=::add-mask::x\n"
                             "docker-password=***\n"
                             "::endgroup::\n");
  CHECK(emulator::read_log_as_runner(captured.text).commands.size() == 3);
}

TEST_CASE("outputs: they are appended to the file, or it stays as it was") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "ecr-version-outputs-test";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "output").string();
  std::ofstream(path, std::ios::binary) << "before=1\n";
  Outputs outputs([] { return "END"; });
  outputs.set("version", "1.2.3");
  Captured captured;
  outputs.write(environment_of({{"GITHUB_OUTPUT", path}}), captured.log);
  CHECK(content(path) == "before=1\nversion<<END\n1.2.3\nEND\n");
  CHECK(captured.text.empty());

  // A folder cannot be written to: an error, not a log full of outputs.
  CHECK_THROWS_AS(
      outputs.write(environment_of({{"GITHUB_OUTPUT", folder.string()}}),
                    captured.log),
      Error);
  if (std::filesystem::exists("/dev/full")) {
    try {
      outputs.write(environment_of({{"GITHUB_OUTPUT", "/dev/full"}}),
                    captured.log);
      FAIL("writing to a full device succeeded");
    } catch (const Error& error) {
      CHECK(describe(error) ==
            "writing the step's outputs: writing /dev/full: No space left on "
            "device");
    }
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("outputs: a write that ends half-way leaves the file as it was") {
  const tests::TempDir folder;
  const std::string path = (folder.path() / "output").string();
  std::ofstream(path, std::ios::binary) << "before=1\n";
  Outputs outputs;
  outputs.set("version", std::string(1000, '1'));
  Captured captured;
  std::string told;
  rlimit usual{};
  getrlimit(RLIMIT_FSIZE, &usual);
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  // The kernel writes up to here, and then refuses.
  const rlimit small{100, usual.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  try {
    outputs.write(environment_of({{"GITHUB_OUTPUT", path}}), captured.log);
  } catch (const Error& error) {
    told = describe(error);
  }
  setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, before);
  CHECK(told ==
        "writing the step's outputs: writing " + path + ": File too large");
  CHECK(content(path) == "before=1\n");
}

TEST_CASE("outputs: a reader that goes away half-way is told of") {
  const tests::TempDir folder;
  const std::string path = (folder.path() / "pipe").string();
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  Outputs outputs;
  outputs.set("labels", std::string(400'000, 'x'));
  Captured captured;
  std::string told;
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const int end = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(end >= 0);
  std::thread reader([end] {
    for (int held = 0; held == 0;) ::ioctl(end, FIONREAD, &held);
    ::close(end);
  });
  try {
    outputs.write(environment_of({{"GITHUB_OUTPUT", path}}), captured.log);
  } catch (const Error& error) {
    told = describe(error);
  }
  reader.join();
  std::signal(SIGPIPE, before);
  CHECK(told == "writing the step's outputs: writing " + path +
                    ": Broken pipe, and part of it stayed there");
}

TEST_CASE("outputs: a pipe that is read slowly gets all of it") {
  const tests::TempDir folder;
  const std::string path = (folder.path() / "pipe").string();
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const std::string text(300'000, 'x');
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(reader >= 0);
  const int size = ::fcntl(reader, F_GETPIPE_SZ);
  REQUIRE(size < static_cast<int>(text.size()));
  std::string error;
  std::thread writer([&] {
    try {
      append_to_file(path, text);
    } catch (const Error& failure) {
      error = failure.what();
    }
  });
  // Nothing is taken before the pipe is full.
  for (int held = 0; held < size;) ::ioctl(reader, FIONREAD, &held);
  std::string read;
  std::vector<char> buffer(4096);
  ::fcntl(reader, F_SETFL, 0);
  for (ssize_t count = 0;
       (count = ::read(reader, buffer.data(), buffer.size())) > 0;)
    read.append(buffer.data(), static_cast<std::size_t>(count));
  writer.join();
  ::close(reader);
  CHECK(error == "");
  CHECK(read == text);
}

TEST_CASE("outputs: a file that does not exist yet is made") {
  const tests::TempDir folder;
  const std::string path = (folder.path() / "output").string();
  Outputs outputs([] { return "END"; });
  outputs.set("version", "1.2.3");
  Captured captured;
  outputs.write(environment_of({{"GITHUB_OUTPUT", path}}), captured.log);
  CHECK(content(path) == "version<<END\n1.2.3\nEND\n");
}

TEST_CASE("outputs: in act a file may lie where act mounts it") {
  const tests::TempDir folder;
  folder.write("output", "");
  const std::string there = folder.path() / "output";
  const auto found = [&](const std::string& named, const std::string& act) {
    return named_file(environment_of({{"GITHUB_OUTPUT", named}, {"ACT", act}}),
                      "GITHUB_OUTPUT", folder.path());
  };
  CHECK(found("/host/output", "true") == there);
  CHECK(found("/host/output", "false") == "/host/output");
  CHECK(found("/host/other", "true") == "/host/other");
  CHECK(found(there, "true") == there);
  CHECK_FALSE(found("", "true"));
}

}  // namespace
}  // namespace ecr_version::runner
