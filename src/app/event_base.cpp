#include "app/event_base.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace ecr_version::app {
namespace {

using git::Oid;
using Kind = runner::BaseCandidate::Kind;

// The commit, or nullopt when the repository has none of that name. A shallow
// clone that lacks it cannot say so: MissingObject.
std::optional<Oid> commit_named(const git::Repository& repository,
                                const std::string& sha) {
  if (auto found = repository.resolve(sha)) return found;
  const auto id = git::parse_oid(sha);
  if (id && repository.is_shallow()) {
    throw git::MissingObject("the event's base " + sha, *id);
  }
  return std::nullopt;
}

std::optional<Oid> first_parent(const git::Repository& repository,
                                const Oid& commit) {
  const git::Commit read = repository.commit(commit);
  if (read.parents.empty()) return std::nullopt;
  if (!repository.has(read.parents.front()) && repository.is_shallow()) {
    throw git::MissingObject("the first parent of " + git::to_hex(commit),
                             read.parents.front());
  }
  return read.parents.front();
}

std::optional<Oid> server_ref(const ServerRefs& refs, const std::string& name) {
  const auto found = refs.find(name);
  if (found == refs.end()) return std::nullopt;
  return found->second;
}

std::optional<Oid> resolve(const git::Repository& repository, const Oid& head,
                           const runner::BaseCandidate& candidate,
                           const ServerRefs& refs) {
  switch (candidate.kind) {
    case Kind::commit:
      return commit_named(repository, candidate.sha);
    case Kind::merge_parent: {
      const git::Commit merge = repository.commit(head);
      if (merge.parents.size() != 2 ||
          git::to_hex(merge.parents[1]) != candidate.sha) {
        return std::nullopt;
      }
      return first_parent(repository, head);
    }
    case Kind::first_parent: {
      const auto commit = commit_named(repository, candidate.sha);
      return commit ? first_parent(repository, *commit) : std::nullopt;
    }
    case Kind::merge_base: {
      std::optional<Oid> tip;
      if (!candidate.branch.empty()) {
        tip = repository.resolve("refs/remotes/origin/" + candidate.branch);
        if (!tip) tip = server_ref(refs, candidate.branch);
        if (!tip) tip = repository.resolve("refs/heads/" + candidate.branch);
      }
      if (!tip && !candidate.sha.empty()) {
        tip = commit_named(repository, candidate.sha);
      }
      return tip ? repository.merge_base(*tip, head) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

FoundBase find_base(const git::Repository& repository, const Oid& head,
                    const runner::Event& event, const std::string& input,
                    const ServerRefs& refs) {
  FoundBase found;
  const bool by_event =
      input == "event" || (input == "auto" && event.is_preview());
  const runner::EventBase candidates = runner::event_base(event);
  for (const runner::BaseCandidate& candidate : candidates.candidates) {
    found.event_base = resolve(repository, head, candidate, refs);
    if (found.event_base) break;
  }
  // The push of a deletion brought nothing; HEAD is some other branch's tip.
  if (event.name == "push" && event.deleted) found.event_base = head;
  if (by_event) {
    if (found.event_base) {
      found.named = {core::BaseSource::event, found.event_base};
    } else if (!event.name.empty()) {
      found.notice = fmt::format(
          "the event's base is not to be had ({}): judged by the releases",
          candidates.none.empty() ? candidates.candidates.front().source +
                                        " is not in this repository"
                                  : candidates.none);
    }
    return found;
  }
  if (input == "released" || input == "auto") return found;

  auto commit = repository.resolve(input);
  if (!commit) commit = server_ref(refs, input);
  if (!commit) {
    throw UsageError(fmt::format(
        "input `base`: \"{}\" is neither released, event, auto nor a ref or "
        "commit of this repository{}",
        input,
        repository.is_shallow() ? " (the clone is shallow: a commit that it "
                                  "lacks can be named by its full hash)"
                                : ""));
  }
  found.named = {core::BaseSource::input, commit};
  return found;
}

}  // namespace ecr_version::app
