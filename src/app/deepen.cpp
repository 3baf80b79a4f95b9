#include "app/deepen.hpp"

#include "app/server_deepener.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace ecr_version::app {
namespace {

using Kind = runner::BaseCandidate::Kind;

bool is_commit_name(const std::string& text) {
  return text.size() >= 7 && text.size() <= 40 && is_lower_hex(text);
}

void add_release(const core::Release& release, const std::string& app,
                 std::set<std::string>& seen, HistoryQuestion& question) {
  for (const std::string& hex : release.commits) {
    if (!seen.insert(hex).second) continue;
    question.commits.push_back(
        {.hex = hex,
         .what = fmt::format("{}'s release {}", app, release.tag),
         .pushed_at = release.pushed_at});
  }
}

// The base is the newest that serves; the rest bounds the app's commits.
HistoryQuestion question_of(const core::AppFacts& facts,
                            const std::string& prerelease) {
  HistoryQuestion question{.what = facts.app.name};
  std::set<std::string> seen;
  for (const core::Release* release :
       core::candidates(facts.releases, facts.app.version_line, prerelease)) {
    add_release(*release, facts.app.name, seen, question);
  }
  for (const core::Release& release : facts.releases.releases) {
    add_release(release, facts.app.name, seen, question);
  }
  question.whole = facts.releases_known && facts.releases.releases.empty() &&
                   question.commits.empty();
  return question;
}

class NeedBuilder {
 public:
  NeedBuilder(Deepener& deepener, git::Repository& repository, Need& need)
      : deepener_(deepener), repository_(repository), need_(need) {}

  void add(std::string hex, const std::string& what, bool with_parents) {
    if (!is_commit_name(hex)) return;
    need_.questions.push_back({.what = what,
                               .commits = {{.hex = std::move(hex),
                                            .what = what,
                                            .with_parents = with_parents}}});
  }

  void add_ref(const std::string& name, const std::string& what) {
    if (name.empty()) return;
    std::optional<git::Oid> tip =
        repository_.resolve("refs/remotes/origin/" + name);
    if (!tip) {
      tip = deepener_.find_ref(repository_, name);
      if (tip) need_.refs.emplace(name, *tip);
    }
    if (tip) add(git::to_hex(*tip), what, false);
  }

  void add_parents(const git::Oid& commit, const std::string& what) {
    for (const git::Oid& parent : repository_.commit(commit).parents) {
      add(git::to_hex(parent), what, false);
    }
  }

  void add_event(const runner::Event& event) {
    for (const runner::BaseCandidate& one :
         runner::event_base(event).candidates) {
      switch (one.kind) {
        case Kind::commit:
          add(one.sha, one.source, false);
          break;
        case Kind::merge_parent:
          add_parents(need_.head, one.source);
          break;
        case Kind::first_parent:
          add(one.sha, one.source, true);
          break;
        case Kind::merge_base:
          add_ref(one.branch, one.source);
          if (one.branch.empty()) add(one.sha, one.source, false);
          break;
      }
    }
  }

 private:
  Deepener& deepener_;
  git::Repository& repository_;
  Need& need_;
};

}  // namespace

std::unique_ptr<Deepener> make_deepener(const World& world,
                                        const runner::Inputs& inputs,
                                        const runner::Event& event) {
  DeepenSettings settings;
  settings.in_workflow = world.env.is_true("GITHUB_ACTIONS");
  if (!settings.in_workflow) {
    settings.refusal = "outside of GitHub Actions nothing is fetched";
  } else if (inputs.deepen == "never") {
    settings.refusal = "`deepen: never` is set";
  } else if (event.repository.empty()) {
    settings.refusal = "GITHUB_REPOSITORY names no repository";
  } else {
    settings.url = event.server_url + "/" + event.repository;
  }
  settings.token = inputs.github_token;
  settings.own_ref = event.ref;
  const std::string parent = world.env.get("RUNNER_TEMP").value_or("");
  settings.temporary = !parent.empty() && std::filesystem::is_directory(parent)
                           ? std::filesystem::path(parent)
                           : std::filesystem::temp_directory_path();
  settings.log = [&log = world.log](const std::string& line) {
    log.info(line);
  };
  settings.interrupted = world.interrupted;
  return std::make_unique<ServerDeepener>(world.http, world.clock,
                                          std::move(settings));
}

Need history_need(Deepener& deepener, git::Repository& repository,
                  const git::Oid& head, const runner::Event& event,
                  const std::string& base_input, const std::string& prerelease,
                  const std::vector<core::AppFacts>& facts) {
  Need need{.head = head};
  NeedBuilder builder(deepener, repository, need);
  bool unbounded = false;
  for (const core::AppFacts& one : facts) {
    HistoryQuestion question = question_of(one, prerelease);
    unbounded = unbounded || (question.commits.empty() && !question.whole);
    if (question.whole || !question.commits.empty()) {
      need.questions.push_back(std::move(question));
    }
  }
  // An app none of whose releases names a commit is bounded by the event, else
  // by HEAD's parents.
  if (unbounded) builder.add_parents(head, "HEAD's parent");
  const bool by_event =
      base_input == "event" || (base_input == "auto" && event.is_preview());
  if (by_event || unbounded) builder.add_event(event);
  if (base_input == "event" || base_input == "auto" ||
      base_input == "released") {
    return need;
  }
  if (is_commit_name(base_input)) {
    builder.add(base_input, "the base " + base_input, false);
  } else if (!repository.resolve(base_input)) {
    builder.add_ref(base_input, "the base " + base_input);
  }
  return need;
}

}  // namespace ecr_version::app
