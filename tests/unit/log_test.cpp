#include "runner/log.hpp"

#include "base/crypto.hpp"
#include "support/job_emulator.hpp"
#include "support/runner_emulator.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ecr_version::runner {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return Environment(std::move(variables));
}

struct Captured {
  explicit Captured(LogStyle style = {.mode = LogMode::github})
      : log(style, [this](std::string_view part) { text += part; }) {}
  std::string text;
  Log log;
};

TEST_CASE("log: GitHub gets workflow commands, a terminal plain words") {
  Captured github;
  github.log.info("hello");
  github.log.notice("n", {.file = "a.yml"});
  github.log.warning("w", {.file = "a.yml", .line = 3});
  github.log.error("e: 100%", {.file = "a,b:c%.yml", .line = 3, .column = 7});
  CHECK(github.text ==
        "hello\n::notice file=a.yml::n\n::warning file=a.yml,line=3::w\n"
        "::error file=a%2Cb%3Ac%25.yml,line=3,col=7::e: 100%25\n");

  Captured terminal(LogStyle{});
  terminal.log.info("hello");
  terminal.log.notice("n", {.file = "a.yml"});
  terminal.log.warning("w", {.file = "a.yml", .line = 3});
  terminal.log.error("e: 100%", {.file = "a.yml", .line = 3, .column = 7});
  CHECK(terminal.text ==
        "hello\nnotice: a.yml: n\nwarning: a.yml:3: w\nerror: a.yml:3:7: e: "
        "100%\n");
}

TEST_CASE("log: the runner reads back exactly what was said") {
  Captured captured;
  captured.log.error("50% of a:b,c ##[x] end",
                     {.file = "x y.yml", .line = 2, .column = 1});
  const auto reading = emulator::read_log_as_runner(captured.text);
  REQUIRE(reading.commands.size() == 1);
  CHECK(reading.commands[0].name == "error");
  CHECK(reading.commands[0].data == "50% of a:b,c ## [x] end");
  CHECK(reading.commands[0].properties.at("file") == "x y.yml");
  CHECK(reading.commands[0].properties.at("col") == "1");
}

TEST_CASE("log: no line of text is taken for a command") {
  for (const char* hostile : {"::set-output name=version::9.9.9",
                              "  ::add-mask::{",
                              "\u2003\u00A0::stop-commands::x",
                              "##[set-output name=a]b",
                              "deep in ##[add-mask]text",
                              "a\n::set-output name=a::b",
                              "a\r::set-output name=a::b",
                              "a\u2028::set-output name=a::b",
                              "\u200B::add-mask::x",
                              "\uFEFF::add-mask::x",
                              "\x01::add-mask::x",
                              "\u00AD\u00AD::add-mask::x",
                              ":::add-mask::x",
                              "###[add-mask]x",
                              "#\u200B#[add-mask]x",
                              "##\u200B[add-mask]x",
                              ":\u200B:add-mask::x",
                              "\x1b[31m::add-mask::x",
                              "\xC2::add-mask::x",
                              "\x7F::add-mask::x"}) {
    CAPTURE(hostile);
    Captured captured;
    captured.log.info(hostile);
    const auto as_runner = emulator::read_log_as_runner(captured.text);
    CHECK(as_runner.commands.empty());
    CHECK(as_runner.lines.size() == 1);
    const auto as_act = emulator::read_log_as_act(captured.text);
    CHECK(as_act.commands.empty());
    CHECK(as_act.lines.size() == 1);
  }
}

TEST_CASE("log: ordinary text is left as it is") {
  for (const char* text :
       {"std::vector<int>", "fix(api): handle #12 [minor]", "50 %", "a ## b",
        "Ünïcödé – 漢字 😀", "path/to::file"}) {
    CAPTURE(text);
    CHECK(harmless_line(text) == text);
  }
}

TEST_CASE("log: a line of megabytes is cut") {
  Captured captured;
  captured.log.info(std::string(10'000'000, 'x'));
  CHECK(captured.text == std::string(16'384, 'x') + "…\n");
  Captured annotation;
  annotation.log.error(std::string(10'000'000, 'x'));
  CHECK(annotation.text == "::error::" + std::string(4000, 'x') + "…\n");
}

TEST_CASE("log: the tenth annotation of a type counts those in the log") {
  Captured captured;
  for (int i = 1; i <= 12; ++i) captured.log.warning("w" + std::to_string(i));
  captured.log.notice("n");
  captured.log.finish();
  captured.log.finish();
  std::string expected;
  for (int i = 1; i <= 9; ++i)
    expected += "::warning::w" + std::to_string(i) + "\n";
  expected +=
      "warning: w10\nwarning: w11\nwarning: w12\n::notice::n\n"
      "::warning::3 more warnings are in the log of this step\n";
  CHECK(captured.text == expected);

  Captured terminal(LogStyle{});
  for (int i = 1; i <= 12; ++i) terminal.log.warning("w");
  terminal.log.finish();
  std::string lines;
  for (int i = 1; i <= 12; ++i) lines += "warning: w\n";
  CHECK(terminal.text == lines);
}

TEST_CASE("log: debug speaks only when RUNNER_DEBUG=1") {
  Captured quiet;
  quiet.log.debug("x");
  CHECK(quiet.text.empty());
  CHECK_FALSE(quiet.log.debug_enabled());
  Captured loud({.mode = LogMode::github, .debug = true});
  loud.log.debug("50%");
  CHECK(loud.text == "::debug::50%25\n");
  Captured terminal({.debug = true});
  terminal.log.debug("50%");
  CHECK(terminal.text == "debug: 50%\n");
}

TEST_CASE("log: groups do not nest, and are closed at the end") {
  Captured captured;
  captured.log.begin_group("a ::b");
  captured.log.info("1");
  captured.log.begin_group("c");
  captured.log.finish();
  CHECK(captured.text ==
        "::group::a ::b\n1\n::endgroup::\n::group::c\n::endgroup::\n");
  Captured terminal(LogStyle{});
  terminal.log.begin_group("a");
  terminal.log.info("1");
  terminal.log.end_group();
  terminal.log.info("2");
  CHECK(terminal.text == "a\n  1\n2\n");
  Captured coloured({.colour = true});
  coloured.log.begin_group("a");
  coloured.log.progress("not wanted");
  CHECK(coloured.text == "\x1b[1ma\x1b[0m\n");
}

TEST_CASE("log: one that cannot be written ends without a word") {
  bool is_broken = false;
  {
    Log log({.mode = LogMode::github}, [&](std::string_view) {
      if (is_broken) throw Error("no space");
    });
    log.begin_group("a");
    is_broken = true;
    CHECK_THROWS_WITH_AS(log.info("b"), "no space", Error);
  }
}

TEST_CASE("log: a stream gets what is said at once") {
  std::FILE* const file = std::tmpfile();
  REQUIRE(file != nullptr);
  Log log(LogStyle{}, stream_sink(file));
  log.info("hello");
  std::string text(6, ' ');
  CHECK(::pread(::fileno(file), text.data(), text.size(), 0) == 6);
  CHECK(text == "hello\n");
  std::fclose(file);
}

TEST_CASE("log: a mask covers the secret, its lines and their base64") {
  Captured captured;
  captured.log.add_mask("AWS:password-of-the-day%\n{\nsecond-line");
  const std::string line = "AWS:password-of-the-day%";
  const std::string text = captured.text;
  CHECK(text == "::add-mask::AWS:password-of-the-day%25\n::add-mask::" +
                    base64_encode(line) + "\n::add-mask::second-line\n" +
                    "::add-mask::" + base64_encode("second-line") + "\n");
  emulator::Masker masker;
  for (const auto& command : emulator::read_log_as_runner(text).commands)
    masker.add(command.data);
  CHECK(masker.mask("x " + line + " y") == "x *** y");
  CHECK(emulator::job_output(masker, "{\"include\":[]}") == "{\"include\":[]}");
}

TEST_CASE("log: what is short or empty is never masked") {
  Captured captured;
  for (const char* secret : {"", "\n", "{", "main", "1234567"})
    captured.log.add_mask(secret);
  CHECK(captured.text.empty());
}

TEST_CASE("log: a secret that reaches the log is hidden, escaped or not") {
  Captured terminal(LogStyle{});
  terminal.log.add_mask("s3cr%t-token");
  terminal.log.info("with s3cr%t-token inside");
  terminal.log.error("base64 " + base64_encode("s3cr%t-token"));
  CHECK(terminal.text == "with *** inside\nerror: base64 ***\n");
  Captured github;
  github.log.add_mask("s3cr%t-token");
  github.text.clear();
  github.log.error("s3cr%t-token");
  CHECK(github.text == "::error::***\n");
}

TEST_CASE("log: an error of the configuration stands at its place") {
  Captured captured;
  try {
    throw ConfigError("unknown key `pathes`: did you mean paths?", "a.yml", 4,
                      5);
  } catch (const std::exception& error) {
    captured.log.report(error);
  }
  try {
    while_doing("outer", [] { throw Error("inner"); });
  } catch (const std::exception& error) {
    captured.log.report(error);
  }
  CHECK(captured.text ==
        "::error file=a.yml,line=4,col=5::unknown key `pathes`: did you mean "
        "paths?\n::error::outer: inner\n");
}

TEST_CASE("log: a place that the text begins with is not said twice") {
  const ConfigError error("a.yml:4:5: unknown key", "a.yml", 4, 5);
  Captured terminal(LogStyle{});
  terminal.log.report(error);
  CHECK(terminal.text == "error: a.yml:4:5: unknown key\n");
  Captured github;
  github.log.report(error);
  CHECK(github.text ==
        "::error file=a.yml,line=4,col=5::a.yml:4:5: unknown key\n");
}

TEST_CASE("log: colour and progress belong to a terminal that wants them") {
  struct Row {
    std::map<std::string, std::string> variables;
    bool is_terminal;
    bool github;
    bool colour;
    bool progress;
  };
  const std::vector<Row> rows = {
      {{}, true, false, true, true},
      {{}, false, false, false, false},
      {{{"NO_COLOR", "1"}}, true, false, false, true},
      {{{"NO_COLOR", ""}}, true, false, true, true},
      {{{"TERM", "dumb"}}, true, false, false, false},
      {{{"GITHUB_ACTIONS", "true"}}, true, true, false, false},
      {{{"GITHUB_ACTIONS", "false"}}, true, false, true, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.variables.size());
    const LogStyle style =
        choose_style(environment_of(row.variables), row.is_terminal);
    CHECK((style.mode == LogMode::github) == row.github);
    CHECK(style.colour == row.colour);
    CHECK(style.progress == row.progress);
  }
  CHECK(choose_style(environment_of({{"RUNNER_DEBUG", "1"}}), false).debug);

  Captured captured({.colour = true, .progress = true});
  captured.log.progress("reading\nhistory \x1b[31m");
  captured.log.error("no");
  captured.log.progress("more");
  captured.log.finish();
  CHECK(captured.text ==
        "\r\x1b[2Kreading history  [31m"
        "\r\x1b[2K\x1b[1;31merror:\x1b[0m no\n"
        "\r\x1b[2Kmore\r\x1b[2K");
}

}  // namespace
}  // namespace ecr_version::runner
