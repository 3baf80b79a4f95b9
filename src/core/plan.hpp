// The decision: of one app's facts, whether it must be deployed, why, and under
// which version. Pure: app/facts gathers what git and ECR say, and this judges.
//
// The order of the reasons is the contract's; the first that holds is given.
// A rule about releases (already-released, superseded) comes before any about
// differences, so that no choice of base can make old code a new version.
#pragma once

#include "core/app.hpp"
#include "core/next_version.hpp"
#include "core/releases.hpp"
#include "core/semver.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

enum class Reason {
  deleted,
  forced,
  already_released,
  superseded,
  never_released,
  unknown_base,
  skipped,
  changed,
  shared_path,
  dependency,
  unchanged,
};
std::string_view to_string(Reason reason);  // "already-released"

enum class BaseSource { none, released, event, input };
std::string_view to_string(BaseSource source);

// What this run does, the same for all apps.
struct RunOptions {
  std::string head;  // 40 hex digits
  std::optional<Bump> bump;
  bool force = false;
  bool preview = false;
  std::string prerelease;  // label, "" for none
};

// Release commits found: sha prefix of a tag -> the full hash it means here;
// absent when no commit of that name is to be found.
using FoundCommits = std::map<std::string, std::string, std::less<>>;

// The commit that a release carries, when one of its is found; else nullopt.
std::optional<std::string> commit_of(const Release& release,
                                     const FoundCommits& found);

// The releases that may serve as base and as already-released, highest first:
// those in the version line, with the label's prereleases in a prerelease run.
std::vector<const Release*> candidates(const Releases& releases,
                                       const std::optional<Line>& line,
                                       const std::string& prerelease);

struct Base {
  BaseSource source = BaseSource::none;
  std::optional<std::string> commit;
  std::string tag;          // of the release it is from, else ""
  std::string passed_over;  // why a newer release did not serve, else ""
  bool in_history = true;   // HEAD descends from it
  std::size_t lacking = 0;  // commits of it that HEAD lacks, when it does not
};

// A commit as far as a decision needs it; shared by the apps it touches.
struct ReadCommit {
  std::string sha;
  std::string subject;
  MessageFacts message;
};

// How base and HEAD differ (rules 8 to 10); nothing when there is no base.
struct Differences {
  std::vector<std::string> own;           // first 20 paths
  std::vector<std::string> shared;        // first 20 paths
  std::vector<std::string> dependencies;  // first 20 paths
  std::string dependency;                 // the first app whose paths differ
  std::size_t count = 0;   // of all paths that differ, each list's on its own
  bool redefined = false;  // dockerfile, context or target was written anew

  bool any() const {
    return redefined || !own.empty() || !shared.empty() ||
           !dependencies.empty();
  }
};

struct AppFacts {
  App app;
  bool exists = true;          // a file of HEAD matches its written paths
  bool releases_known = true;  // false: a preview without credentials
  Releases releases;
  RepositorySettings settings;
  FoundCommits found;
  std::optional<std::string> superseded_by;  // the tag of such a release
  Base base;
  Differences differences;
  // Every commit since the base that touches what rules 8 to 10 compare says
  // [skip release], and there is at least one.
  bool all_skipped = false;
  // Section 4's commits, children before parents.
  std::vector<std::shared_ptr<const ReadCommit>> commits;
};

struct DecidingCommit {
  std::string sha;
  std::string subject;
};

struct AppPlan {
  std::string app;
  bool affected = false;
  Reason reason = Reason::unchanged;
  Bump bump = Bump::patch;
  std::optional<DecidingCommit> bump_commit;
  std::optional<std::string> previous_version;  // without prefix
  std::optional<std::string> version;           // without prefix; see section 7
  std::vector<std::string> tag_names;  // what to push, empty when not affected
  std::vector<std::string> changed_paths;  // first 20
  std::vector<std::string> warnings;
  std::vector<std::string> notices;
};

AppPlan decide(const AppFacts& facts, const Policy& policy,
               const RunOptions& run);

}  // namespace ecr_version::core
