// What GitHub tells of the run: variables, and the event's payload.
//
// Every field may be absent (act sends `{}`), of the wrong kind, or written by
// a stranger; what is not what it should be counts as absent, and a hash is
// only taken when it is one. The payload is frozen: a re-run sees the old one.
#pragma once

#include "base/env.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::runner {

struct PullRequest {
  std::int64_t number = 0;  // 0: unknown
  bool merged = false;
  std::string head_sha;  // full hash or ""; so are the other *_sha
  std::string base_sha;  // stale: it stops at the last push to the PR
  std::string merge_commit_sha;
  std::string head_ref;  // branch names, without refs/heads/
  std::string base_ref;
  std::string head_repository;  // "owner/name"; "" when the fork is gone
  bool from_fork = false;
};

// The payload's `repository`, for labels and links. Untrusted text.
struct RepositoryFacts {
  std::string full_name;  // "owner/name"
  std::string name;
  std::string description;
  std::string html_url;
  std::string default_branch;
  std::string license;  // SPDX id; "" when none or NOASSERTION
};

struct Event {
  // From the environment.
  std::string name;        // "push", "pull_request", …; "" outside GitHub
  std::string sha;         // GITHUB_SHA
  std::string ref;         // "refs/heads/main"
  std::string repository;  // "owner/name"
  std::string server_url = "https://github.com";  // no slash at its end
  std::string actor;
  std::string workflow;
  std::string run_id;
  std::string workspace;

  // From the payload.
  bool has_payload = false;
  std::string before;  // of a push: full hash, "" when absent or all zeros
  std::string after;   // of a push: may be a tag object
  bool created = false;
  bool forced = false;
  bool deleted = false;  // the push deleted its ref: HEAD is another branch's
  std::string merge_group_base_sha;
  std::string merge_group_head_sha;
  std::optional<PullRequest> pull_request;
  RepositoryFacts repository_facts;

  std::vector<std::string> warnings;  // such as: the payload's file is missing

  // merge_group, and every event whose payload has a `pull_request` that is
  // not merged (or should have: act's payloads may be empty): the run forecasts
  // and releases nothing.
  bool is_preview() const;
};

// Reads GITHUB_* and the file GITHUB_EVENT_PATH names. Throws Error when that
// file is not JSON; a missing one is a warning.
Event read_event(const Environment& environment);

// Takes the payload's fields into `event`, reading it once, without a tree:
// tens of megabytes are fine. Throws Error as json::read does.
void read_payload(std::string_view payload, Event& event);

// One way to find the base of an event, for git to try.
struct BaseCandidate {
  enum class Kind {
    commit,        // `sha` (peeled, if it is a tag)
    merge_parent,  // HEAD^1, on condition that HEAD^2 is `sha`
    first_parent,  // the first parent of `sha`
    merge_base     // of HEAD and the tip of `branch`, or else `sha`
  };
  Kind kind = Kind::commit;
  std::string sha;
  std::string branch;  // without refs/heads/; "" when only `sha` is known
  std::string source;  // for people: "the push's before"
};

struct EventBase {
  // To be tried in this order; the first that is to be had is the base.
  std::vector<BaseCandidate> candidates;
  // Why there is none, when candidates is empty: "workflow_dispatch names no
  // base". The app is then judged as `released`.
  std::string none;
};

// What the event names as base (facts of GitHub's events page).
EventBase event_base(const Event& event);

}  // namespace ecr_version::runner
