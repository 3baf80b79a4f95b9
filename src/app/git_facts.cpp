#include "app/git_facts.hpp"

#include "app/path_sorter.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace ecr_version::app {
namespace {

using core::AppFacts;
using core::Base;
using core::BaseSource;
using git::Oid;

constexpr std::size_t most_paths = 20;

// Finds the commits that release tags name, each prefix and pair once.
class Commits {
 public:
  Commits(const git::Repository& repository, const Oid& head)
      : repository_(repository), head_(head) {}

  std::optional<Oid> find(const std::string& prefix, const std::string& tag) {
    const auto known = found_.find(prefix);
    if (known != found_.end()) return known->second;
    return found_[prefix] = look_up(prefix, tag);
  }

  bool is_ancestor_of_head(const Oid& commit) {
    const auto known = below_head_.find(commit);
    if (known != below_head_.end()) return known->second;
    return below_head_[commit] = repository_.is_ancestor(commit, head_);
  }

  // Asked in one walk for all commits found so far.
  bool descends_from_head(const Oid& commit) {
    if (!above_head_.contains(commit)) {
      std::vector<Oid> asked;
      for (const auto& [prefix, found] : found_) {
        if (found && !above_head_.contains(*found)) asked.push_back(*found);
      }
      const std::vector<bool> answers =
          repository_.is_ancestor_of_each(head_, asked);
      for (std::size_t i = 0; i < asked.size(); ++i) {
        above_head_[asked[i]] = answers[i] && asked[i] != head_;
      }
    }
    return above_head_.at(commit);
  }

 private:
  std::optional<Oid> look_up(const std::string& prefix,
                             const std::string& tag) {
    std::vector<Oid> fitting = repository_.commits_with_prefix(prefix);
    if (fitting.empty()) return std::nullopt;
    if (fitting.size() == 1) return fitting.front();
    const auto beyond = std::remove_if(
        fitting.begin(), fitting.end(),
        [&](const Oid& commit) { return !is_ancestor_of_head(commit); });
    const auto ancestors = beyond - fitting.begin();
    if (ancestors == 1) return fitting.front();
    throw Error(fmt::format(
        "looking for the commit of tag {}: {} commits of this repository begin "
        "with {}, and {} of them are ancestors of HEAD; tag that image with "
        "more digits of its commit and take this tag off it, and raise "
        "`sha-length` for the releases to come",
        tag, repository_.commits_with_prefix(prefix).size(), prefix,
        ancestors == 0 ? std::string("none") : std::to_string(ancestors)));
  }

  const git::Repository& repository_;
  const Oid head_;
  std::map<std::string, std::optional<Oid>> found_;
  std::map<Oid, bool> below_head_;
  std::map<Oid, bool> above_head_;
};

// Which set of paths is whose: one set an app, and the shared paths last.
class Sets {
 public:
  Sets(const std::vector<core::App>& all, const core::Policy& policy,
       PathSorter::Progress progress)
      : all_(all), sorter_(all, policy.shared_paths, std::move(progress)) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      numbers_[all[i].name] = static_cast<std::uint32_t>(i);
    }
  }

  std::uint32_t own(const std::string& app) const { return numbers_.at(app); }
  PathSorter& sorter() { return sorter_; }
  std::uint32_t shared() const { return sorter_.shared(); }

  // The apps it depends on, transitively, nearest first; not itself.
  std::vector<std::uint32_t> dependencies(const core::App& app) const {
    std::vector<std::uint32_t> order;
    std::set<std::uint32_t> seen{own(app.name)};
    std::vector<const core::App*> level{&app};
    while (!level.empty()) {
      std::vector<const core::App*> next;
      for (const core::App* one : level) {
        for (const std::string& name : one->depends_on) {
          const std::uint32_t number = own(name);
          if (!seen.insert(number).second) continue;
          order.push_back(number);
          next.push_back(&all_[number]);
        }
      }
      level = std::move(next);
    }
    return order;
  }
  const std::string& name(std::uint32_t number) const {
    return all_[number].name;
  }

 private:
  const std::vector<core::App>& all_;
  std::map<std::string, std::uint32_t> numbers_;
  PathSorter sorter_;
};

void find_release_commits(Commits& commits, const std::string& prerelease,
                          AppFacts& facts) {
  const auto find = [&](const core::Release& release) {
    for (const std::string& prefix : release.commits) {
      const auto commit = commits.find(prefix, release.tag + "-" + prefix);
      if (commit) facts.found[prefix] = git::to_hex(*commit);
    }
  };
  std::for_each(facts.releases.releases.begin(), facts.releases.releases.end(),
                find);
  for (const core::Release& release : facts.releases.prereleases) {
    if (release.label == prerelease) find(release);
  }
}

// The release that a descendant of HEAD carries, newest first.
std::optional<std::string> superseding(Commits& commits, const AppFacts& facts,
                                       const std::string& prerelease) {
  for (const core::Release* release :
       core::candidates(facts.releases, facts.app.version_line, prerelease)) {
    for (const std::string& prefix : release->commits) {
      const auto found = facts.found.find(prefix);
      if (found == facts.found.end()) continue;
      if (commits.descends_from_head(*git::parse_oid(found->second))) {
        return release->tag;
      }
    }
  }
  return std::nullopt;
}

Base released_base(const AppFacts& facts, const std::string& prerelease) {
  Base base;
  const std::vector<const core::Release*> candidates =
      core::candidates(facts.releases, facts.app.version_line, prerelease);
  for (const core::Release* release : candidates) {
    const auto commit = core::commit_of(*release, facts.found);
    if (!commit) continue;
    base.source = BaseSource::released;
    base.commit = commit;
    base.tag = release->tag;
    break;
  }
  if (base.commit && base.tag != candidates.front()->tag) {
    const core::Release& newest = *candidates.front();
    base.passed_over =
        newest.commits.empty()
            ? fmt::format(
                  "{} carries no commit tag (pushed by hand?): the "
                  "base is {}",
                  newest.tag, base.tag)
            : fmt::format(
                  "the commit of {} ({}) is not to be found: the base "
                  "is {}",
                  newest.tag, newest.commits.front(), base.tag);
  }
  return base;
}

// How many commits of `base` HEAD lacks.
std::size_t lacking(const git::Repository& repository, Commits& commits,
                    const Oid& base) {
  std::set<Oid> seen{base};
  std::vector<Oid> open{base};
  while (!open.empty()) {
    const Oid one = open.back();
    open.pop_back();
    for (const Oid& parent : repository.commit(one).parents) {
      if (seen.contains(parent) || commits.is_ancestor_of_head(parent)) {
        continue;
      }
      seen.insert(parent);
      open.push_back(parent);
    }
  }
  return seen.size();
}

void append_paths(const git::SetChange& change,
                  std::vector<std::string>& paths) {
  for (const std::string& path : change.first) {
    if (paths.size() == most_paths) return;
    paths.push_back(path);
  }
}

core::Differences differences_of(const AppFacts& facts, const Sets& sets,
                                 const std::vector<git::SetChange>& changes) {
  core::Differences result;
  const git::SetChange& own = changes[sets.own(facts.app.name)];
  const git::SetChange& shared = changes[sets.shared()];
  append_paths(own, result.own);
  append_paths(shared, result.shared);
  result.count = own.count + shared.count;
  for (const std::uint32_t dependency : sets.dependencies(facts.app)) {
    if (changes[dependency].count == 0) continue;
    if (result.dependency.empty()) result.dependency = sets.name(dependency);
    append_paths(changes[dependency], result.dependencies);
    result.count += changes[dependency].count;
  }
  return result;
}

// The commits whose ancestors, and they themselves, are no commits of the app.
std::vector<Oid> excluded_commits(const git::Repository& repository,
                                  const GitQuestion& question,
                                  const AppFacts& facts) {
  std::set<Oid> released;
  for (const core::Release& release : facts.releases.releases) {
    for (const std::string& prefix : release.commits) {
      const auto found = facts.found.find(prefix);
      if (found != facts.found.end()) {
        released.insert(*git::parse_oid(found->second));
      }
    }
  }
  if (!released.empty()) return {released.begin(), released.end()};
  if (facts.releases_known && facts.releases.releases.empty()) return {};
  if (question.event_base) return {*question.event_base};
  return repository.commit(question.head).parents;  // HEAD alone
}

// Rules about releases have settled it: no difference needs to be looked at.
bool is_settled(const AppFacts& facts, const GitQuestion& question) {
  if (facts.superseded_by) return true;
  const std::string head = git::to_hex(question.head);
  for (const core::Release* release : core::candidates(
           facts.releases, facts.app.version_line, question.prerelease)) {
    for (const std::string& prefix : release->commits) {
      const auto found = facts.found.find(prefix);
      if (found != facts.found.end() && found->second == head) return true;
    }
  }
  return false;
}

// Walks history once for all apps: their commits, and whether all that touches
// them since the base asks to be skipped.
std::size_t take_commits(const git::Repository& repository,
                         const core::Policy& policy,
                         const GitQuestion& question, Sets& sets,
                         std::vector<AppFacts>& facts) {
  struct Asked {
    std::size_t app;
    bool since_base;
  };
  std::vector<git::HistoryQuery> queries;
  std::vector<Asked> asked;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const AppFacts& one = facts[i];
    // Prereleases settle whether, not what: commits count from the releases.
    if (question.prerelease.empty() && is_settled(one, question)) continue;
    const std::uint32_t own = sets.own(one.app.name);
    queries.push_back(
        {excluded_commits(repository, question, one), {own, sets.shared()}});
    asked.push_back({i, false});
    if (!one.base.commit || !one.differences.any()) continue;
    std::vector<std::uint32_t> compared = sets.dependencies(one.app);
    compared.insert(compared.end(), {own, sets.shared()});
    queries.push_back({{*git::parse_oid(*one.base.commit)}, compared});
    asked.push_back({i, true});
  }
  if (queries.empty()) return 0;

  git::History history =
      git::history(repository, question.head, sets.sorter(), queries);
  std::vector<std::size_t> since_base(facts.size());
  std::vector<std::size_t> skipped(facts.size());
  for (git::HistoryCommit& one : history.commits) {
    const git::HistoryCommit commit = std::move(one);
    const auto read = std::make_shared<const core::ReadCommit>(core::ReadCommit{
        git::to_hex(commit.id), core::subject_of(commit.message),
        core::read_message(commit.message, policy.bump_rules)});
    for (const std::uint32_t query : commit.queries) {
      const Asked& which = asked[query];
      if (which.since_base) {
        ++since_base[which.app];
        if (read->message.skip_release) ++skipped[which.app];
      } else {
        facts[which.app].commits.push_back(read);
      }
    }
  }
  for (std::size_t i = 0; i < facts.size(); ++i) {
    facts[i].all_skipped = since_base[i] > 0 && since_base[i] == skipped[i];
  }
  return history.visited;
}

}  // namespace

std::size_t gather_git_facts(const git::Repository& repository,
                             const std::vector<core::App>& all,
                             const core::Policy& policy,
                             const GitQuestion& question,
                             std::vector<AppFacts>& facts) {
  Commits commits(repository, question.head);
  Sets sets(all, policy, question.progress);
  std::map<Oid, std::vector<git::SetChange>> changes;  // by base
  for (AppFacts& one : facts) {
    find_release_commits(commits, question.prerelease, one);
  }
  for (AppFacts& one : facts) {
    one.superseded_by = superseding(commits, one, question.prerelease);
    if (question.base.source == BaseSource::none) {
      one.base = released_base(one, question.prerelease);
    } else {
      one.base.source = question.base.source;
      one.base.commit = git::to_hex(*question.base.commit);
    }
    if (!one.base.commit) continue;

    const Oid base = *git::parse_oid(*one.base.commit);
    one.base.in_history = commits.is_ancestor_of_head(base);
    if (!one.base.in_history) {
      one.base.lacking = lacking(repository, commits, base);
    }
    if (is_settled(one, question)) continue;
    auto known = changes.find(base);
    if (known == changes.end()) {
      known = changes
                  .emplace(base, git::net_changes(repository, base,
                                                  question.head, sets.sorter(),
                                                  sets.sorter().count()))
                  .first;
    }
    one.differences = differences_of(one, sets, known->second);
    one.differences.redefined = question.redefined(base, one.app);
  }
  changes.clear();  // the walk takes the most memory
  return take_commits(repository, policy, question, sets, facts);
}

}  // namespace ecr_version::app
