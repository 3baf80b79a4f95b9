#include "core/plan.hpp"

#include "base/error.hpp"
#include "support/read_releases.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ecr_version::core {
namespace {

const std::string head(40, 'a');
const std::string older(40, 'b');

// An app with releases 1.0.0 (of `older`) and nothing that differs.
AppFacts released_app() {
  AppFacts facts;
  facts.app.name = "api";
  facts.app.repository = "api";
  facts.app.written_paths = {"api/**"};
  facts.releases = read_releases(
      {{.digest = "sha256:1", .tags = {"1.0.0", "1.0.0-bbbbbbb"}}}, "");
  facts.settings.mutability = Mutability::all_mutable;
  facts.found["bbbbbbb"] = older;
  facts.base = {BaseSource::released, older, "1.0.0"};
  return facts;
}

AppFacts never_released_app() {
  AppFacts facts = released_app();
  facts.releases = {};
  facts.found.clear();
  facts.base = {};
  return facts;
}

RunOptions run_at_head() {
  RunOptions run;
  run.head = head;
  return run;
}

std::shared_ptr<const ReadCommit> commit(const std::string& sha,
                                         std::optional<Bump> bump) {
  ReadCommit read;
  read.sha = sha;
  read.subject = "subject of " + sha;
  read.message.bump = bump;
  return std::make_shared<const ReadCommit>(read);
}

Reason reason_of(const AppFacts& facts, const RunOptions& run) {
  return decide(facts, {}, run).reason;
}

TEST_CASE("plan: of the reasons that hold, the first counts") {
  using Change = void (*)(AppFacts&, RunOptions&);
  // Section 3 of the contract, in its order; what makes each of them hold.
  const std::vector<std::pair<Reason, Change>> reasons = {
      {Reason::deleted, [](auto& facts, auto&) { facts.exists = false; }},
      {Reason::forced, [](auto&, auto& run) { run.force = true; }},
      {Reason::already_released,
       [](auto& facts, auto&) { facts.found["bbbbbbb"] = head; }},
      {Reason::superseded,
       [](auto& facts, auto&) { facts.superseded_by = "1.1.0"; }},
      {Reason::never_released,
       [](auto& facts, auto&) {
         facts.releases = {};
         facts.base = {};
       }},
      {Reason::unknown_base, [](auto& facts, auto&) { facts.base = {}; }},
      {Reason::skipped,
       [](auto& facts, auto&) {
         facts.all_skipped = true;
         facts.differences.dependencies = {"base/Dockerfile"};
       }},
      {Reason::changed,
       [](auto& facts, auto&) { facts.differences.own = {"api/main.go"}; }},
      {Reason::shared_path,
       [](auto& facts, auto&) { facts.differences.shared = {"libs/x"}; }},
      {Reason::dependency,
       [](auto& facts, auto&) {
         facts.differences.dependencies = {"base/Dockerfile"};
       }},
      {Reason::unchanged, [](auto&, auto&) {}},
  };
  for (const auto& [first, hold_first] : reasons) {
    for (const auto& [later, hold_later] : reasons) {
      if (later < first) continue;
      // HEAD carries no release of an app that has none.
      if (first == Reason::already_released && later == Reason::never_released)
        continue;
      const std::string beside(to_string(later));
      CAPTURE(beside);
      AppFacts facts = released_app();
      RunOptions run = run_at_head();
      hold_later(facts, run);
      hold_first(facts, run);
      CHECK(to_string(reason_of(facts, run)) == to_string(first));
    }
  }
}

TEST_CASE("plan: a definition written anew counts as changed") {
  AppFacts facts = released_app();
  facts.differences.redefined = true;
  CHECK(reason_of(facts, run_at_head()) == Reason::changed);
}

TEST_CASE("plan: a release whose commit is not known is not HEAD's") {
  AppFacts facts = released_app();
  facts.found.clear();
  CHECK(reason_of(facts, run_at_head()) == Reason::unchanged);
}

TEST_CASE("plan: a change and its revert, both skipped, change nothing") {
  AppFacts facts = released_app();
  facts.all_skipped = true;
  CHECK(reason_of(facts, run_at_head()) == Reason::unchanged);
}

TEST_CASE("plan: what is out of the ordinary is told") {
  using Texts = std::vector<std::string>;
  const struct {
    void (*change)(AppFacts&);
    Texts warnings;
    Texts notices;
  } rows[] = {
      {[](AppFacts&) {}, {}, {}},
      {[](AppFacts& facts) { facts.base.passed_over = "2.0.0 is unknown"; },
       {},
       {"2.0.0 is unknown"}},
      {[](AppFacts& facts) {
         facts.exists = false;
         facts.app.written_paths = {"api/**", "!api/doc"};
       },
       {"no file of HEAD matches its paths (api/**, !api/doc): its folder is "
        "gone, or the path is misspelt"},
       {}},
      {[](AppFacts& facts) { facts.superseded_by = "1.1.0"; },
       {},
       {"1.1.0 was released from a later commit than HEAD: an older commit "
        "gets no higher version"}},
      {[](AppFacts& facts) { facts.base = {}; },
       {"releases exist, but no commit of theirs is to be found: pushed by "
        "hand, history rewritten, or released from another repository; taken "
        "as affected (on-unknown-base)"},
       {}},
      {[](AppFacts& facts) {
         facts.differences.own = {"api/main.go"};
         facts.base.in_history = false;
         facts.base.lacking = 1;
       },
       {"HEAD does not descend from the newest release 1.0.0: it lacks 1 "
        "commit of it; on a release branch set `version-line`"},
       {}},
      {[](AppFacts& facts) { facts.base.in_history = false; }, {}, {}},
      {[](AppFacts& facts) {  // of an event's base it is nobody's concern
         facts.differences.own = {"api/main.go"};
         facts.base.source = BaseSource::event;
         facts.base.in_history = false;
       },
       {},
       {}},
      {[](AppFacts& facts) { facts.differences.own = {"api/main.go"}; },
       {},
       {}},
      {[](AppFacts& facts) {
         facts.differences.own = {"api/main.go"};
         facts.settings.mutability = Mutability::all_immutable;
       },
       {},
       {"latest is left out: the repository's tags are immutable and it could "
        "not move again; exclude it from immutability to have it"}},
  };
  for (const auto& row : rows) {
    AppFacts facts = released_app();
    row.change(facts);
    const AppPlan plan = decide(facts, {}, run_at_head());
    CHECK(plan.app == "api");
    CHECK(plan.warnings == row.warnings);
    CHECK(plan.notices == row.notices);
  }
}

TEST_CASE("plan: the app's prefix, floor and line bound its version") {
  AppFacts facts = never_released_app();
  facts.app.initial_version = Version{2, 0, 0};
  CHECK(decide(facts, {}, run_at_head()).version == "2.0.0");

  facts = released_app();
  facts.differences.own = {"api/main.go"};
  facts.app.tag_prefix = "v";
  facts.app.version_line = Line{1};
  facts.releases = read_releases(
      {{.digest = "sha256:1", .tags = {"v1.0.0", "v1.0.0-bbbbbbb"}},
       {.digest = "sha256:2", .tags = {"v1.1.0"}, .is_container = false}},
      "v");
  RunOptions run = run_at_head();
  run.bump = Bump::major;
  const AppPlan plan = decide(facts, {}, run);
  CHECK(plan.bump == Bump::minor);
  CHECK(plan.version == "1.1.1");
  CHECK(plan.warnings ==
        std::vector<std::string>{
            "a major bump would leave the version line 1: lowered to minor",
            "v1.1.0 is passed over: v1.1.0 is a tag of sha256:2"});
}

TEST_CASE("plan: a preview of a new app wants a difference") {
  AppFacts facts = never_released_app();
  facts.base = {BaseSource::event, older};
  RunOptions run = run_at_head();
  CHECK(reason_of(facts, run) == Reason::never_released);
  run.preview = true;
  CHECK(reason_of(facts, run) == Reason::unchanged);
  facts.differences.shared = {"libs/x"};
  CHECK(reason_of(facts, run) == Reason::never_released);
  facts = never_released_app();  // without a base everything differs
  CHECK(reason_of(facts, run) == Reason::never_released);
}

TEST_CASE("plan: only what must be deployed is affected and has tags") {
  AppFacts facts = released_app();
  AppPlan plan = decide(facts, {}, run_at_head());
  CHECK_FALSE(plan.affected);
  CHECK(plan.version == "1.0.0");
  CHECK(plan.tag_names.empty());

  facts.differences.own = {"api/main.go"};
  facts.commits = {commit("c1", std::nullopt), commit("c2", Bump::minor)};
  plan = decide(facts, {}, run_at_head());
  CHECK(plan.affected);
  CHECK(plan.previous_version == "1.0.0");
  CHECK(plan.version == "1.1.0");
  CHECK(plan.bump == Bump::minor);
  REQUIRE(plan.bump_commit);
  CHECK(plan.bump_commit->sha == "c2");
  CHECK(plan.tag_names ==
        std::vector<std::string>{"1.1.0", "1.1.0-aaaaaaa", "latest"});
}

TEST_CASE("plan: a preview forecasts versions and gives no tags") {
  AppFacts facts = released_app();
  facts.differences.own = {"api/main.go"};
  RunOptions run = run_at_head();
  run.preview = true;
  AppPlan plan = decide(facts, {}, run);
  CHECK(plan.version == "1.0.1");
  CHECK(plan.tag_names.empty());

  run.prerelease = "beta";
  plan = decide(facts, {}, run);
  CHECK(plan.version == "1.0.1-beta.1");
  CHECK(plan.tag_names ==
        std::vector<std::string>{"1.0.1-beta.1", "1.0.1-beta.1-aaaaaaa"});
}

TEST_CASE("plan: a prerelease at HEAD settles a prerelease run alone") {
  AppFacts facts = released_app();
  facts.releases =
      read_releases({{.digest = "sha256:1", .tags = {"1.0.0", "1.0.0-bbbbbbb"}},
                     {.digest = "sha256:2",
                      .tags = {"1.0.1-beta.1", "1.0.1-beta.1-aaaaaaa"}}},
                    "");
  facts.found["aaaaaaa"] = head;
  facts.differences.own = {"api/main.go"};
  RunOptions run = run_at_head();
  CHECK(reason_of(facts, run) == Reason::changed);
  run.prerelease = "beta";
  const AppPlan plan = decide(facts, {}, run);
  CHECK(plan.reason == Reason::already_released);
  CHECK(plan.version == "1.0.1-beta.1");
  run.prerelease = "rc";
  CHECK(reason_of(facts, run) == Reason::changed);
}

TEST_CASE("plan: without credentials there are no versions") {
  AppFacts facts = released_app();
  facts.releases = {};
  facts.found.clear();
  facts.releases_known = false;
  facts.base = {BaseSource::event, older};
  facts.differences.own = {"api/main.go"};
  RunOptions run = run_at_head();
  run.preview = true;
  const AppPlan plan = decide(facts, {}, run);
  CHECK(plan.affected);
  CHECK(plan.reason == Reason::changed);
  CHECK_FALSE(plan.version);
  CHECK(plan.warnings.empty());
}

TEST_CASE("plan: without credentials and base, no release is spoken of") {
  AppFacts facts = never_released_app();
  facts.releases_known = false;
  RunOptions run = run_at_head();
  run.preview = true;
  const AppPlan plan = decide(facts, {}, run);
  CHECK(plan.reason == Reason::unknown_base);
  CHECK(plan.affected);
  CHECK(plan.warnings ==
        std::vector<std::string>{
            "neither the event's base nor, without credentials, a release is "
            "to be had: there is nothing to compare with; taken as affected"});
}

TEST_CASE("plan: a tag has 128 characters at most") {
  Policy policy;
  policy.sha_length = 40;
  RunOptions run = run_at_head();
  // 0.0.1-LABEL.1-<40>: all but the label are 49 characters.
  run.prerelease = std::string(79, 'b');
  CHECK(decide(never_released_app(), policy, run).tag_names[1].size() == 128);
  run.prerelease += 'b';
  CHECK_THROWS_WITH_AS(
      decide(never_released_app(), policy, run),
      ("api: ECR can have no tag 0.0.1-" + run.prerelease + ".1-" + head +
       ", of 129 characters (128 at most): shorten the `prerelease` label, "
       "`tag-prefix` or `sha-length`")
          .c_str(),
      UsageError);
}

TEST_CASE("plan: an older release at HEAD is already released too") {
  AppFacts facts = released_app();
  facts.releases = read_releases(
      {{.digest = "sha256:1", .tags = {"1.0.0", "1.0.0-aaaaaaa"}},
       {.digest = "sha256:2", .tags = {"1.1.0", "1.1.0-bbbbbbb"}}},
      "");
  facts.found = {{"aaaaaaa", head}, {"bbbbbbb", older}};
  const AppPlan plan = decide(facts, {}, run_at_head());
  CHECK(plan.reason == Reason::already_released);
  CHECK(plan.version == "1.0.0");
}

TEST_CASE("plan: the version line hides releases of other lines") {
  AppFacts facts = released_app();
  facts.app.version_line = Line{2};
  facts.found["bbbbbbb"] = head;
  facts.base = {};
  const AppPlan plan = decide(facts, {}, run_at_head());
  CHECK(plan.reason == Reason::never_released);
  CHECK(plan.version == "2.0.0");
}

TEST_CASE("plan: the bump input beats the commits") {
  AppFacts facts = released_app();
  facts.differences.own = {"api/main.go"};
  facts.commits = {commit("c1", Bump::major)};
  RunOptions run = run_at_head();
  run.bump = Bump::minor;
  const AppPlan plan = decide(facts, {}, run);
  CHECK(plan.version == "1.1.0");
  CHECK_FALSE(plan.bump_commit);
}

TEST_CASE("plan: a HEAD that lacks the newest release is planned and warned") {
  AppFacts facts = released_app();
  facts.differences.own = {"api/main.go"};
  facts.base.in_history = false;
  facts.base.lacking = 3;
  const AppPlan plan = decide(facts, {}, run_at_head());
  CHECK(plan.affected);
  REQUIRE(plan.warnings.size() == 1);
  CHECK(plan.warnings[0] ==
        "HEAD does not descend from the newest release 1.0.0: it lacks 3 "
        "commits of it; on a release branch set `version-line`");
}

TEST_CASE("plan: at most twenty changed paths, own ones first, each once") {
  AppFacts facts = released_app();
  for (int i = 0; i < 19; ++i) {
    facts.differences.own.push_back("api/" + std::to_string(i));
  }
  facts.differences.shared = {"api/0", "libs/a", "libs/b"};
  const AppPlan plan = decide(facts, {}, run_at_head());
  REQUIRE(plan.changed_paths.size() == 20);
  CHECK(plan.changed_paths[19] == "libs/a");
}

}  // namespace
}  // namespace ecr_version::core
