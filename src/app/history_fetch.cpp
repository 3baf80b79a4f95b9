// The part of HistorySearch that asks the server.
#include "app/history_search.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ecr_version::app {
namespace {

std::vector<std::string> hex_of(const std::vector<git::Oid>& ids) {
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (const git::Oid& id : ids) names.push_back(git::to_hex(id));
  return names;
}

// What a reference stands for: a tag's commit.
const std::string& target_of(const wire::Ref& ref) {
  return ref.peeled.empty() ? ref.id : ref.peeled;
}

}  // namespace

// HEAD and the commits at which the clone was cut: the server knows the latter
// also when the former was made in this job.
std::vector<std::string> HistorySearch::claims() const {
  std::vector<std::string> ids = hex_of(cut_at_first_);
  const std::string head = git::to_hex(need_.head);
  if (std::find(ids.begin(), ids.end(), head) == ids.end()) ids.push_back(head);
  return ids;
}

std::vector<git::Oid> HistorySearch::fetch(const wire::FetchRequest& request) {
  wire::Client& server = source_.server();
  StoredPack pack(source_.store(), request.thin ? &repository_ : nullptr);
  server.fetch(request, pack);
  return while_doing(
      fmt::format("{} from {}", request.purpose, server.printable_url()), [&] {
        std::vector<git::Oid> ids = pack.finish();
        repository_.add_objects(source_.store().objects());
        return ids;
      });
}

// A commit that nobody asked for could pass for a release's, whose name is only
// a few digits.
void HistorySearch::refuse_strangers(const wire::FetchRequest& request,
                                     const std::vector<git::Oid>& ids) {
  for (const git::Oid& id : ids) {
    if (known_.has(id)) continue;
    if (repository_.commits_with_prefix(git::to_hex(id)).empty()) continue;
    throw Error(fmt::format(
        "{} from {}: the server sent the commit {}, which was not asked for",
        request.purpose, source_.server().printable_url(), git::to_hex(id)));
  }
}

std::size_t HistorySearch::count(const wire::FetchRequest& request) {
  CountedPack pack;
  source_.server().fetch(request, pack);
  return pack.objects();
}

void HistorySearch::deepen(const std::string& purpose, bool whole) {
  std::vector<std::int64_t> dates;
  for (const git::Oid& id : known_.reachable({need_.head})) {
    dates.push_back(known_.commit(id).committed_at);
  }
  const DeepenStep step =
      whole ? DeepenStep::everything() : deepening_.next(std::move(dates));
  wire::FetchRequest request;
  request.purpose = "fetching history to reach " + purpose;
  request.wants = hex_of(cut_at_first_);
  request.haves = claims();
  request.shallow = hex_of(known_.cuts({need_.head}));
  // A commit at which the clone is cut counts as the first generation.
  if (step.whole()) request.deepen = wire::whole_history;
  if (!step.whole() && step.generations > 0) {
    request.deepen = step.generations + 1;
  }
  request.deepen_since = step.since;
  // With the first few commits come their trees: most often nothing more is
  // needed, and so it is one question less.
  const bool with_trees = deepening_.steps() == 1 && step.generations > 0 &&
                          !step.whole() && !repository_.is_partial();
  request.filter = with_trees ? wire::Filter::blobs : wire::Filter::trees;
  request.thin = with_trees;
  const std::size_t before = known_.size();
  const std::vector<git::Oid> ids = fetch(request);
  load({});
  refuse_strangers(request, ids);
  if (with_trees) complete_cuts_ = known_.cuts({need_.head});
  if (known_.size() == before && step.whole()) {
    throw Error(fmt::format(
        "{} from {}: the server sent nothing, and history still has gaps",
        request.purpose, source_.server().printable_url()));
  }
}

// Asks about what is unsure above the bottom: whatever is no ancestor of it
// comes, and what does not come is one. False when there is no such question.
bool HistorySearch::close(const std::vector<Range>& ranges,
                          const std::string& purpose) {
  const std::optional<Closing> asked = known_.closing(ranges);
  if (!asked || (!asked->wants.empty() && asked->wants == last_closing_)) {
    return false;
  }
  last_closing_ = asked->wants;
  std::set<git::Oid> sent;
  if (!asked->wants.empty()) {
    wire::FetchRequest request;
    request.purpose = "fetching what was merged since " + purpose;
    request.wants = hex_of(asked->wants);
    request.haves = hex_of(asked->bottom);
    request.filter = wire::Filter::trees;
    const std::vector<git::Oid> ids = fetch(request);
    load({});
    refuse_strangers(request, ids);
    sent.insert(ids.begin(), ids.end());
  }
  known_.close(ranges, *asked, sent);
  return true;
}

// Asks what a second root has beside HEAD. False when deepening is to be tried
// before that: what is older than HEAD is likely below it and near.
bool HistorySearch::join(const git::Oid* apart) {
  if (apart == nullptr) return false;
  const git::Oid commit = *apart;
  const bool is_older = known_.commit(commit).committed_at <=
                        known_.commit(need_.head).committed_at;
  if (is_older && deepening_.steps() == 0 && !head_is_complete()) return false;
  joined_.insert(commit);
  wire::FetchRequest request;
  request.purpose = "fetching what " + git::to_hex(commit) + " has beside HEAD";
  request.wants = {git::to_hex(commit)};
  request.haves = claims();
  request.filter = wire::Filter::trees;
  // Nothing comes of an ancestor of HEAD.
  if (!fetch_beside(request, {commit})) {
    known_.add_unknown_below(need_.head, {commit});
  }
  return true;
}

// What is not in HEAD's history comes, and where it leaves that comes not.
bool HistorySearch::fetch_beside(const wire::FetchRequest& request,
                                 const std::vector<git::Oid>& tips) {
  const std::vector<git::Oid> ids = fetch(request);
  load(tips);
  refuse_strangers(request, ids);
  std::vector<git::Oid> below;
  for (const git::Oid& id : ids) {
    if (!known_.has(id)) continue;
    for (const git::Oid& parent : known_.commit(id).parents) {
      if (!known_.has(parent)) below.push_back(parent);
    }
  }
  known_.add_unknown_below(need_.head, below);
  return !ids.empty();
}

void HistorySearch::list_refs() {
  source_.refs();
  refs_listed_ = true;
}

// What the branch has got since: HEAD may be an old run's.
void HistorySearch::fetch_own_tip() {
  tip_fetched_ = true;
  for (const wire::Ref& ref : refs()) {
    if (ref.name != source_.own_ref) continue;
    const std::optional<git::Oid> tip = git::parse_oid(target_of(ref));
    if (!tip || (known_.has(*tip) && !is_apart(*tip))) return;
    wire::FetchRequest request;
    request.purpose = fmt::format("fetching what {} has since", ref.name);
    request.wants = {target_of(ref)};
    request.haves = claims();
    request.filter = wire::Filter::trees;
    fetch_beside(request, {*tip});
  }
}

// Everything that branches and tags have beside HEAD's history. HEAD is
// claimed without saying where our history is cut, so that none of what is
// below comes along.
void HistorySearch::sweep() {
  swept_ = true;
  wire::FetchRequest request;
  request.purpose = "fetching what the other branches have";
  request.haves = claims();
  request.filter = wire::Filter::trees;
  std::vector<git::Oid> tips;
  std::set<std::string> wanted;
  for (const wire::Ref& ref : refs()) {
    const std::optional<git::Oid> tip = git::parse_oid(target_of(ref));
    if (!tip) continue;
    tips.push_back(*tip);
    if (known_.has(*tip) && !is_apart(*tip)) {
      if (wanted.insert(target_of(ref)).second) {
        request.haves.push_back(target_of(ref));
      }
    } else if (wanted.insert(target_of(ref)).second) {
      request.wants.push_back(target_of(ref));
    }
  }
  if (request.wants.empty()) return;
  fetch_beside(request, tips);
}

// A commit whose whole name is known can be asked for. It counts only if some
// branch or tag has it: a server may keep what was forced away, and a full
// clone would not have it.
void HistorySearch::probe(const Sought& sought) {
  wire::FetchRequest request;
  request.purpose = "asking for " + sought.what;
  request.wants = {sought.hex};
  request.haves = claims();
  request.filter = wire::Filter::trees;
  try {
    wire::FetchRequest beside = request;
    bool is_tip = false;
    for (const wire::Ref& ref : refs()) {
      beside.haves.push_back(target_of(ref));
      is_tip = is_tip || target_of(ref) == sought.hex;
    }
    if (!is_tip && count(beside) > 0) {
      gone_.insert(sought.hex);
      return;
    }
    if (const std::optional<git::Oid> id = git::parse_oid(sought.hex)) {
      fetch_beside(request, {*id});
      // None came: an ancestor of HEAD, not reached yet.
      if (!known_.has(*id)) below_.insert(sought.hex);
    }
  } catch (const wire::UnknownObject&) {
    gone_.insert(sought.hex);
  }
}

}  // namespace ecr_version::app
