#include "runner/event.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ecr_version::runner {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return Environment(std::move(variables));
}

const std::string a(40, 'a');
const std::string b(40, 'b');
const std::string c(40, 'c');
const std::string zeros(40, '0');

// Writes %a, %b, %c and %0 as the hashes above.
std::string filled(std::string text) {
  for (const auto& [mark, sha] : std::map<std::string, std::string>{
           {"%a", a}, {"%b", b}, {"%c", c}, {"%0", zeros}})
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark))
      text.replace(at, 2, sha);
  return text;
}

Event event_of(const std::string& name, const std::string& payload,
               const std::string& ref = "refs/heads/main") {
  Event event;
  event.name = name;
  event.ref = ref;
  event.repository = "octo/shop";
  read_payload(filled(payload), event);
  return event;
}

// "commit aaa… | merge_base main bbb…" with hashes as their letter.
std::string told(const EventBase& base) {
  std::string text;
  for (const BaseCandidate& one : base.candidates) {
    if (!text.empty()) text += " | ";
    switch (one.kind) {
      case BaseCandidate::Kind::commit:
        text += "commit";
        break;
      case BaseCandidate::Kind::merge_parent:
        text += "merge_parent";
        break;
      case BaseCandidate::Kind::first_parent:
        text += "first_parent";
        break;
      case BaseCandidate::Kind::merge_base:
        text += "merge_base";
        break;
    }
    if (!one.branch.empty()) text += " " + one.branch;
    if (!one.sha.empty()) text += " " + one.sha.substr(0, 1);
  }
  return text.empty() ? "none: " + base.none : text;
}

TEST_CASE("event: every event names the base of its row") {
  const std::string repository =
      R"("repository":{"full_name":"octo/shop","default_branch":"main"})";
  const std::string open_pr =
      R"("pull_request":{"number":7,"merged":false,"head":{"sha":"%a","ref":"x",
        "repo":{"full_name":"octo/shop"}},"base":{"sha":"%b","ref":"main"},
        "merge_commit_sha":"%c"})";
  struct Row {
    std::string name;
    std::string ref;
    std::string payload;
    bool preview;
    std::string base;
  };
  const std::vector<Row> rows = {
      {"push", "refs/heads/main",
       R"({"before":"%a","after":"%b","created":false,"forced":false,)" +
           repository + "}",
       false, "commit a"},
      {"push", "refs/heads/topic",
       R"({"before":"%a","after":"%b",)" + repository + "}", false, "commit a"},
      {"push", "refs/heads/topic",
       R"({"before":"%0","after":"%b","created":true,)" + repository + "}",
       false, "merge_base main"},
      {"push", "refs/heads/main",
       R"({"before":"%0","after":"%b","created":true,)" + repository + "}",
       false, "none: the push made a new ref"},
      {"push", "refs/heads/topic",
       R"({"before":"%a","after":"%b","forced":true,)" + repository + "}",
       false, "commit a | merge_base main"},
      {"push", "refs/heads/main",
       R"({"before":"%a","after":"%b","forced":true,)" + repository + "}",
       false, "commit a"},
      {"push", "refs/heads/topic",
       R"({"before":"%a","after":"%0","deleted":true,)" + repository + "}",
       false, "none: the push deleted its ref"},
      {"push", "refs/tags/v1",
       R"({"before":"%0","after":"%b","created":true,"base_ref":null,)" +
           repository + "}",
       false, "none: the push made a new ref"},
      {"push", "refs/heads/topic", "{}", false,
       "none: the push made a new ref"},
      {"pull_request", "refs/pull/7/merge",
       R"({"action":"synchronize","before":"%c","after":"%a",)" + open_pr +
           "," + repository + "}",
       true, "merge_parent a | merge_base main b"},
      {"pull_request_target", "refs/heads/main", "{" + open_pr + "}", true,
       "merge_parent a | merge_base main b"},
      {"pull_request_review", "refs/pull/7/merge", "{" + open_pr + "}", true,
       "merge_parent a | merge_base main b"},
      {"pull_request", "refs/heads/main",
       R"({"action":"closed","pull_request":{"merged":true,
           "merge_commit_sha":"%c","head":{"sha":"%a"},
           "base":{"sha":"%b","ref":"main"}}})",
       false, "first_parent c"},
      {"pull_request", "refs/heads/main",
       R"({"action":"closed","pull_request":{"merged":true}})", false,
       "none: the payload names no merge commit"},
      {"pull_request", "refs/pull/7/merge",
       R"({"pull_request":{"base":{"sha":"%b"}}})", true, "merge_base b"},
      {"pull_request", "refs/pull/7/merge", R"({"pull_request":{}})", true,
       "none: the payload names neither head nor base of the pull request"},
      {"pull_request_target", "refs/heads/main", "{}", true,
       "none: pull_request_target names no base"},
      {"pull_request", "refs/pull/7/merge", "{}", true,
       "none: pull_request names no base"},
      {"merge_group", "refs/heads/gh-readonly-queue/main/pr-7",
       R"({"merge_group":{"base_sha":"%a","head_sha":"%b"}})", true,
       "commit a"},
      {"merge_group", "refs/heads/gh-readonly-queue/main/pr-7", "{}", true,
       "none: the payload names no base of the merge group"},
      {"workflow_dispatch", "refs/heads/topic",
       R"({"inputs":{"before":"%a","pull_request":{}},)" + repository + "}",
       false, "none: workflow_dispatch names no base"},
      {"schedule", "refs/heads/main", R"({"schedule":"0 0 * * *"})", false,
       "none: schedule names no base"},
      {"workflow_run", "refs/heads/main",
       R"({"workflow_run":{"head_sha":"%a","pull_requests":[{"number":7}]}})",
       false, "none: workflow_run names no base"},
      {"release", "refs/tags/v1", R"({"release":{"tag_name":"v1"}})", false,
       "none: release names no base"},
      {"issue_comment", "refs/heads/main",
       R"({"issue":{"pull_request":{"url":"x"}},"comment":{}})", false,
       "none: issue_comment names no base"},
      {"repository_dispatch", "refs/heads/main",
       R"({"client_payload":{"pull_request":{"merged":false}}})", false,
       "none: repository_dispatch names no base"},
      {"", "", "{}", false, "none: there is no event outside of GitHub"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CAPTURE(row.ref);
    CAPTURE(row.payload);
    const Event event = event_of(row.name, row.payload, row.ref);
    CHECK(event.is_preview() == row.preview);
    CHECK(told(event_base(event)) == row.base);
  }
}

TEST_CASE("event: the payload's fields are found, whatever lies around them") {
  const Event event = event_of("pull_request", R"({
    "action": "opened", "number": 12,
    "commits": [{"before": "%c", "pull_request": {"merged": true}}, [1, ["x"]]],
    "pull_request": {
      "labels": [{"name": "a"}], "number": 12, "merged": null,
      "head": {"sha": "%a", "ref": "feat/x", "repo": {"full_name": "mal/shop"}},
      "base": {"sha": "%b", "ref": "main", "repo": {"full_name": "octo/shop"}},
      "user": {"login": "x"}},
    "repository": {"full_name": "octo/shop", "name": "shop",
      "description": "A shop", "html_url": "https://github.com/octo/shop",
      "default_branch": "main", "license": {"spdx_id": "MIT"}}})");
  REQUIRE(event.pull_request);
  CHECK(event.pull_request->number == 12);
  CHECK_FALSE(event.pull_request->merged);
  CHECK(event.pull_request->head_sha == a);
  CHECK(event.pull_request->base_sha == b);
  CHECK(event.pull_request->head_ref == "feat/x");
  CHECK(event.pull_request->base_ref == "main");
  CHECK(event.pull_request->head_repository == "mal/shop");
  CHECK(event.pull_request->from_fork);
  CHECK(event.before.empty());
  CHECK(event.repository_facts.name == "shop");
  CHECK(event.repository_facts.description == "A shop");
  CHECK(event.repository_facts.html_url == "https://github.com/octo/shop");
  CHECK(event.repository_facts.license == "MIT");
}

TEST_CASE("event: a pull request of the repository itself is no fork's") {
  const char* own = R"({"pull_request":{"head":{"repo":
      {"full_name":"Octo/Shop"}}}})";
  const char* gone = R"({"pull_request":{"head":{"repo":null}}})";
  CHECK_FALSE(event_of("pull_request", own).pull_request->from_fork);
  CHECK(event_of("pull_request", gone).pull_request->from_fork);
  // Nobody knows whose it is.
  Event nameless;
  read_payload(own, nameless);
  CHECK_FALSE(nameless.pull_request->from_fork);
}

TEST_CASE("event: what is not what it should be counts as absent") {
  for (const char* payload :
       {"{}", "[]", "null", R"("x")", R"({"before":1,"pull_request":null})",
        R"({"before":"main","after":{"x":"%a"},"pull_request":[{"merged":1}]})",
        R"({"before":"%a0","repository":[],"created":"true"})",
        R"({"":{"before":"%a"},"x.before":"%a","repository":"octo"})",
        R"({"before":"%A","head":{"before":"%a"}})",
        R"({"before":"gggggggggggggggggggggggggggggggggggggggg"})",
        R"({"before":null,"after":["%a"]})"}) {
    CAPTURE(payload);
    const Event event = event_of("push", payload);
    CHECK(event.before.empty());
    CHECK(event.after.empty());
    CHECK_FALSE(event.created);
    CHECK_FALSE(event.pull_request);
    CHECK_FALSE(event.is_preview());
  }
  CHECK(event_of("push", R"({"repository":{"license":{"spdx_id":
      "NOASSERTION"}}})")
            .repository_facts.license.empty());
}

TEST_CASE("event: a pull request told twice is one, and its number a number") {
  const auto number = [](const std::string& text) {
    return event_of("pull_request",
                    R"({"pull_request":{"head":{"ref":"x"}},"pull_request":)"
                    R"({"number":)" +
                        text + "}}")
        .pull_request->number;
  };
  CHECK(number("7") == 7);
  for (const char* const none : {"0", "-1", "1e15", "\"7\"", "null"})
    CHECK(number(none) == 0);
}

TEST_CASE("event: SHA-256 hashes are hashes") {
  const std::string sha(64, 'd');
  CHECK(event_of("push", R"({"before":")" + sha + "\"}").before == sha);
}

TEST_CASE("event: a payload of tens of megabytes is read") {
  std::string payload = R"({"commits":[)";
  while (payload.size() < 50'000'000)
    payload += R"({"message":")" + std::string(100'000, 'x') + R"("},)";
  payload += R"({}],"before":"%a"})";
  Event event;
  event.name = "push";
  read_payload(filled(payload), event);
  CHECK(event.before == a);
}

class PayloadFile {
 public:
  explicit PayloadFile(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~PayloadFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ =
      (std::filesystem::temp_directory_path() / "ecr-version-event-test.json")
          .string();
};

TEST_CASE("event: the environment and the payload's file make one event") {
  const PayloadFile file(filled(R"({"before":"%b"})"));
  const Event event =
      read_event(environment_of({{"GITHUB_EVENT_NAME", "push"},
                                 {"GITHUB_SHA", a},
                                 {"GITHUB_REF", "refs/heads/main"},
                                 {"GITHUB_REPOSITORY", "octo/shop"},
                                 {"GITHUB_SERVER_URL", "https://ghe.example//"},
                                 {"GITHUB_EVENT_PATH", file.path()}}));
  CHECK(event.name == "push");
  CHECK(event.sha == a);
  CHECK(event.server_url == "https://ghe.example");
  CHECK(event.has_payload);
  CHECK(event.before == b);
  CHECK(event.warnings.empty());
}

TEST_CASE("event: a password in the server's address is left out") {
  const Event event = read_event(environment_of(
      {{"GITHUB_SERVER_URL", "https://dana:hun@ter2@ghe.example"}}));
  for (const char* const url : {"ghe.example@x", "x@y://ghe.example"})
    CHECK(read_event(environment_of({{"GITHUB_SERVER_URL", url}})).server_url ==
          url);
  CHECK(event.server_url == "https://ghe.example");
  CHECK(event.warnings == std::vector<std::string>{
                              "GITHUB_SERVER_URL holds a user name, which is "
                              "left out"});
}

TEST_CASE("event: outside of GitHub there is none, and no complaint") {
  const Event event = read_event(Environment());
  CHECK(event.name.empty());
  CHECK(event.server_url == "https://github.com");
  CHECK_FALSE(event.has_payload);
  CHECK(event.warnings.empty());
  CHECK(told(event_base(
            read_event(environment_of({{"GITHUB_EVENT_NAME", "push"}})))) ==
        "none: the push has no payload");
}

TEST_CASE("event: a missing payload is a warning, a broken one an error") {
  const Event event = read_event(
      environment_of({{"GITHUB_EVENT_PATH", "/nowhere/event.json"}}));
  REQUIRE(event.warnings.size() == 1);
  CHECK(event.warnings[0] ==
        "the event's payload /nowhere/event.json does not exist, so that "
        "nothing is known of the event but its name");

  const PayloadFile empty(" \n");
  CHECK_FALSE(read_event(environment_of({{"GITHUB_EVENT_PATH", empty.path()}}))
                  .has_payload);
  const PayloadFile broken("{\"before\":");
  CHECK_THROWS_WITH_AS(
      read_event(environment_of({{"GITHUB_EVENT_PATH", broken.path()}})),
      ("reading the event's payload " + broken.path()).c_str(), Error);
}

}  // namespace
}  // namespace ecr_version::runner
