// The base that an event or the `base` input names, found in the repository.
#pragma once

#include "app/git_facts.hpp"
#include "core/plan.hpp"
#include "git/repository.hpp"
#include "runner/event.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace ecr_version::app {

using ServerRefs = std::map<std::string, git::Oid, std::less<>>;

struct FoundBase {
  NamedBase named;
  // What bounds the commits when no release's commit is known: the event's own
  // base, whichever base was asked for.
  std::optional<git::Oid> event_base;
  std::string notice;  // why the event's base could not be had; "" otherwise
};

// `input` is auto, released, event, or a ref or hash; `refs` are branches and
// tags that only the server has. Throws UsageError for a ref that does not
// exist, git::MissingObject where a shallow clone lacks the
// commit.
FoundBase find_base(const git::Repository& repository, const git::Oid& head,
                    const runner::Event& event, const std::string& input,
                    const ServerRefs& refs = {});

}  // namespace ecr_version::app
