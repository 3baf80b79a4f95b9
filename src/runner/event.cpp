#include "runner/event.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "runner/files.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace ecr_version::runner {
namespace {

BaseCandidate merge_base_with(const std::string& branch,
                              const std::string& sha = "") {
  return {BaseCandidate::Kind::merge_base, sha, branch,
          fmt::format("the merge base with {}", branch.empty() ? sha : branch)};
}

EventBase none(std::string why) { return {{}, std::move(why)}; }

EventBase pull_request_base(const PullRequest& pull_request) {
  EventBase base;
  if (pull_request.merged) {
    if (pull_request.merge_commit_sha.empty())
      return none("the payload names no merge commit");
    base.candidates.push_back({BaseCandidate::Kind::first_parent,
                               pull_request.merge_commit_sha, "",
                               "the parent of the pull request's merge"});
    return base;
  }
  if (!pull_request.head_sha.empty())
    base.candidates.push_back({BaseCandidate::Kind::merge_parent,
                               pull_request.head_sha, "",
                               "the pull request's base, HEAD^1"});
  if (!pull_request.base_ref.empty() || !pull_request.base_sha.empty())
    base.candidates.push_back(
        merge_base_with(pull_request.base_ref, pull_request.base_sha));
  if (base.candidates.empty())
    base.none = "the payload names neither head nor base of the pull request";
  return base;
}

EventBase push_base(const Event& event) {
  if (event.deleted) return none("the push deleted its ref");
  EventBase base;
  if (!event.before.empty())
    base.candidates.push_back({BaseCandidate::Kind::commit, event.before, "",
                               "where the ref was before the push"});
  // A new branch, or a forced push whose old commit nobody keeps, is judged by
  // what it adds to the default branch. A new tag adds nothing to compare.
  const std::string& branch = event.repository_facts.default_branch;
  const bool is_other_branch = event.ref.starts_with("refs/heads/") &&
                               !branch.empty() &&
                               event.ref != "refs/heads/" + branch;
  if (is_other_branch && (event.before.empty() || event.forced))
    base.candidates.push_back(merge_base_with(branch));
  if (base.candidates.empty())
    base.none = event.has_payload ? "the push made a new ref"
                                  : "the push has no payload";
  return base;
}

}  // namespace

bool Event::is_preview() const {
  if (pull_request) return !pull_request->merged;
  // act gives an empty payload: what a pull request's event says by its name.
  return name == "merge_group" || name == "pull_request" ||
         name == "pull_request_target";
}

Event read_event(const Environment& environment) {
  const auto variable = [&](const char* name) {
    return environment.get(name).value_or("");
  };
  Event event;
  event.name = variable("GITHUB_EVENT_NAME");
  event.sha = variable("GITHUB_SHA");
  event.ref = variable("GITHUB_REF");
  event.repository = variable("GITHUB_REPOSITORY");
  event.server_url =
      environment.get("GITHUB_SERVER_URL").value_or(event.server_url);
  while (event.server_url.ends_with('/')) event.server_url.pop_back();
  // It is shown in links, and a token has a place of its own.
  const std::size_t scheme = event.server_url.find("://");
  const std::size_t at = event.server_url.rfind('@');
  if (scheme != std::string::npos && at != std::string::npos && at > scheme) {
    event.server_url.erase(scheme + 3, at - scheme - 2);
    event.warnings.push_back(
        "GITHUB_SERVER_URL holds a user name, which is left out");
  }
  event.actor = variable("GITHUB_ACTOR");
  event.workflow = variable("GITHUB_WORKFLOW");
  event.run_id = variable("GITHUB_RUN_ID");
  event.workspace = variable("GITHUB_WORKSPACE");

  const std::optional<std::string> path =
      named_file(environment, "GITHUB_EVENT_PATH");
  if (!path) return event;
  std::error_code ignored;
  if (!std::filesystem::exists(*path, ignored)) {
    event.warnings.push_back(
        fmt::format("the event's payload {} does not exist, so that nothing is "
                    "known of the event but its name",
                    one_line(*path)));
    return event;
  }
  while_doing("reading the event's payload " + one_line(*path), [&] {
    const std::string payload = read_file(*path);
    if (!trim(payload).empty()) read_payload(payload, event);
  });
  return event;
}

EventBase event_base(const Event& event) {
  if (event.pull_request) return pull_request_base(*event.pull_request);
  if (event.name == "push") return push_base(event);
  if (event.name == "merge_group") {
    if (event.merge_group_base_sha.empty())
      return none("the payload names no base of the merge group");
    return {{{BaseCandidate::Kind::commit, event.merge_group_base_sha, "",
              "the merge group's base"}},
            ""};
  }
  if (event.name.empty()) return none("there is no event outside of GitHub");
  return none(one_line(event.name, 40) + " names no base");
}

}  // namespace ecr_version::runner
