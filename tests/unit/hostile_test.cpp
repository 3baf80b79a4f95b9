// Every text of tests/data/hostile through every surface that GitHub reads.
#include "support/hostile.hpp"

#include "base/json.hpp"
#include "runner/event.hpp"
#include "runner/inputs.hpp"
#include "runner/log.hpp"
#include "runner/outputs.hpp"
#include "support/job_emulator.hpp"
#include "support/runner_emulator.hpp"
#include "support/source_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ecr_version::runner {
namespace {

const std::map<std::string, std::string>& texts() {
  static const std::map<std::string, std::string> all =
      hostile_texts(tests::source_dir().string() + "/tests/data/hostile");
  return all;
}

// Of ASCII, or U+0080 to U+009F, which terminals obey too.
bool has_control(const std::string& text) {
  unsigned char before = 0;
  return std::any_of(text.begin(), text.end(), [&](unsigned char byte) {
    const bool is_c1 = before == 0xC2 && byte >= 0x80 && byte <= 0x9F;
    before = byte;
    return is_c1 || (byte < 0x20 && byte != '\n') || byte == 0x7F;
  });
}

TEST_CASE("hostile: the corpus is there") { CHECK(texts().size() >= 40); }

TEST_CASE("hostile: the log has our commands alone, one line a call") {
  for (const auto& entry : texts()) {
    const std::string& name = entry.first;
    const std::string& text = entry.second;
    CAPTURE(name);
    std::string said;
    {
      Log log({.mode = LogMode::github, .debug = true},
              [&](std::string_view part) { said += part; });
      log.begin_group(text);
      log.info(text);
      log.info("about " + text);
      log.debug(text);
      log.notice(text, {.file = text, .line = 1});
      log.warning(text);
      log.error(text, {.file = text, .line = 1, .column = 2});
    }
    const std::vector<std::string> expected = {"group",   "debug", "notice",
                                               "warning", "error", "endgroup"};
    std::vector<std::string> names;
    const emulator::LogReading reading = emulator::read_log_as_runner(said);
    for (const emulator::Command& command : reading.commands)
      names.push_back(command.name);
    CHECK(names == expected);
    CHECK(std::count(said.begin(), said.end(), '\n') == 8);
    CHECK_FALSE(has_control(said));

    // act's greedy pattern may cut a name elsewhere, never into another one.
    for (const emulator::Command& command :
         emulator::read_log_as_act(said).commands) {
      const std::string start = command.name.substr(0, command.name.find(':'));
      CHECK(std::find(expected.begin(), expected.end(), start) !=
            expected.end());
    }
  }
}

TEST_CASE("hostile: a terminal sees no escape and no second line") {
  for (const auto& entry : texts()) {
    const std::string& name = entry.first;
    const std::string& text = entry.second;
    CAPTURE(name);
    std::string said;
    Log log({}, [&](std::string_view part) { said += part; });
    log.info(text);
    log.error(text, {.file = text, .line = 1});
    CHECK(std::count(said.begin(), said.end(), '\n') == 2);
    CHECK_FALSE(has_control(said));
    CHECK(emulator::read_log_as_runner(said).commands.empty());
  }
}

TEST_CASE("hostile: outputs hold the text and nothing besides") {
  for (const auto& entry : texts()) {
    const std::string& name = entry.first;
    const std::string& text = entry.second;
    CAPTURE(name);
    // The labels' value is lines as they come; JSON carries anything.
    json::Writer plan;
    plan.begin_object().member("subject", text).end_object();
    Outputs outputs;
    outputs.set("version", "1.2.3");
    if (text.size() < 400'000) {
      outputs.set("labels", "title=" + text);
      outputs.set("plan", plan.text());
    }
    outputs.set("any-affected", true);
    const std::string file = outputs.text();
    const emulator::FileCommand runner = emulator::read_as_runner(file);
    const emulator::FileCommand act = emulator::read_as_act(file);
    CHECK(runner.error.empty());
    CHECK(act.error.empty());
    CHECK(runner.pairs == act.pairs);
    CHECK(runner.pairs.size() == (text.size() < 400'000 ? 4 : 2));
    CHECK(runner.value("version") == "1.2.3");
    CHECK(runner.value("any-affected") == "true");
    CHECK_FALSE(has_control(file));
    if (const auto value = runner.value("plan"))
      CHECK(json::parse(*value, "the plan").text("subject") ==
            json::parse(plan.text(), "the plan").text("subject"));
  }
}

TEST_CASE("hostile: a line too long for any output is an error, not a cut") {
  Outputs outputs;
  CHECK_THROWS(outputs.set("labels", texts().at("ten-megabytes")));
}

TEST_CASE("hostile: inputs are taken whole or refused on one line") {
  for (const auto& entry : texts()) {
    const std::string& name = entry.first;
    const std::string& text = entry.second;
    if (text.find('\0') != std::string::npos) continue;  // no variable has one
    CAPTURE(name);
    for (const char* variable :
         {"INPUT_APP", "INPUT_BUMP", "INPUT_FORCE", "INPUT_BASE",
          "INPUT_CONFIG", "INPUT_REGISTRY"}) {
      CAPTURE(variable);
      std::map<std::string, std::string> variables;
      variables[variable] = text;
      try {
        read_inputs(Environment(std::move(variables)));
      } catch (const UsageError& error) {
        const std::string message = error.what();
        CHECK(message.size() < 300);
        CHECK(message.find('\n') == std::string::npos);
        CHECK_FALSE(has_control(message));
      }
    }
  }
}

TEST_CASE("hostile: a name of an input is warned of on one line") {
  for (const auto& entry : texts()) {
    const std::string& name = entry.first;
    const std::string& text = entry.second;
    CAPTURE(name);
    std::map<std::string, std::string> variables;
    variables["INPUT_" + text] = "x";
    variables["INPUT_AWS_REGION" + text.substr(0, 2)] = "x";
    for (const std::string& warning :
         misspelt_inputs(Environment(std::move(variables)))) {
      CHECK(warning.find('\n') == std::string::npos);
      CHECK_FALSE(has_control(warning));
    }
  }
}

TEST_CASE("hostile: a payload's text is data, and no hash") {
  for (const auto& entry : texts()) {
    const std::string& name = entry.first;
    const std::string& whole = entry.second;
    CAPTURE(name);
    const std::string text = whole.substr(0, 100'000);
    json::Writer payload;
    payload.begin_object().member("before", text).member("after", text);
    payload.member(text, text);
    payload.key("repository").begin_object();
    payload.member("default_branch", text).member("name", text).end_object();
    payload.key("pull_request").begin_object().member("merged", text);
    payload.key("head").begin_object().member("sha", text).end_object();
    payload.key("base").begin_object().member("ref", text).end_object();
    payload.end_object().end_object();
    Event event;
    event.name = "pull_request";
    event.repository = "octo/shop";
    read_payload(payload.text(), event);
    CHECK(event.before.empty());
    CHECK(event.is_preview());
    REQUIRE(event.pull_request);
    CHECK(event.pull_request->head_sha.empty());
    for (const BaseCandidate& one : event_base(event).candidates)
      CHECK(one.kind == BaseCandidate::Kind::merge_base);
  }
}

TEST_CASE("hostile: no text becomes a mask") {
  emulator::Masker masker;
  for (const auto& entry : texts()) {
    const std::string& text = entry.second;
    std::string said;
    Log log({.mode = LogMode::github},
            [&](std::string_view part) { said += part; });
    log.info(text);
    log.error(text);
    for (const emulator::Command& command :
         emulator::read_log_as_runner(said).commands)
      if (command.name == "add-mask") masker.add(command.data);
  }
  const std::string matrix =
      R"({"include":[{"app":"main","version":"1.2.3"}]})";
  CHECK(emulator::job_output(masker, matrix) == matrix);
  CHECK(emulator::matrix_jobs(matrix) == 1);
  CHECK(emulator::matrix_jobs(R"({"include":[]})") == 0);
}

}  // namespace
}  // namespace ecr_version::runner
