#include "app/explain.hpp"

#include "app/path_sorter.hpp"
#include "app/report.hpp"
#include "base/text.hpp"
#include "git/changes.hpp"
#include "runner/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ecr_version::app {
namespace {

constexpr std::size_t most_commits = 50;
constexpr std::size_t most_paths_of_a_commit = 5;

class Page {
 public:
  template <typename... Parts>
  void line(fmt::format_string<Parts...> format, Parts&&... parts) {
    // Whatever a stranger wrote stays on its line, and commands no runner.
    text_ += runner::harmless_line(one_line(
                 fmt::format(format, std::forward<Parts>(parts)...), 1000)) +
             "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_paths(Page& page, const std::string& title,
               const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  page.line("  {}:", title);
  for (const std::string& path : paths) page.line("    {}", path);
}

void add_definition(Page& page, const core::App& app) {
  page.line("paths");
  for (const std::string& pattern : app.paths) {
    const auto source = std::find_if(
        app.path_sources.begin(), app.path_sources.end(),
        [&](const core::PathSource& one) { return one.pattern == pattern; });
    page.line("  {}{}", pattern,
              source == app.path_sources.end()
                  ? ""
                  : fmt::format("  ({})", source->place));
  }
  for (const std::string& path : app.always) {
    page.line("  {}  (always counts)", path);
  }
  if (!app.depends_on.empty()) {
    page.line("depends on {}", join(app.depends_on, ", "));
  }
}

// What single commits changed, against their first parent, of one app's paths.
class CommitPaths {
 public:
  CommitPaths(const git::Repository& repository, const Plan& plan,
              const core::App& app)
      : repository_(repository), sorter_(plan.all, plan.policy.shared_paths) {
    for (const core::App& one : plan.all) {
      if (one.name == app.name) break;
      ++own_;
    }
  }

  git::SetChange own(const std::string& sha) { return of(sha)[own_]; }
  git::SetChange shared(const std::string& sha) {
    return of(sha)[sorter_.shared()];
  }

 private:
  const std::vector<git::SetChange>& of(const std::string& sha) {
    if (sha != known_) {
      const git::Oid id = *git::parse_oid(sha);
      const std::vector<git::Oid> parents = repository_.commit(id).parents;
      changes_ = git::net_changes(repository_,
                                  parents.empty()
                                      ? std::optional<git::Oid>()
                                      : std::optional<git::Oid>(parents[0]),
                                  id, sorter_, sorter_.count());
      known_ = sha;
    }
    return changes_;
  }

  const git::Repository& repository_;
  PathSorter sorter_;
  std::size_t own_ = 0;
  std::string known_;
  std::vector<git::SetChange> changes_;
};

void add_changes(Page& page, const git::SetChange& change, const char* which) {
  const std::size_t shown =
      std::min(most_paths_of_a_commit, change.first.size());
  for (std::size_t i = 0; i < shown; ++i) {
    page.line("    {}{}", change.first[i], which);
  }
  if (change.count > shown) {
    page.line("    … and {} more{}", change.count - shown, which);
  }
}

void add_commits(Page& page, const PlannedApp& app, CommitPaths paths) {
  const auto& commits = app.facts.commits;
  page.line("commits of it since its releases: {}", commits.size());
  for (const auto& commit : commits) {
    if (&commit == commits.data() + most_commits) {
      page.line("  … and {} older", commits.size() - most_commits);
      break;
    }
    std::string says = commit->message.bump
                           ? std::string(core::to_string(*commit->message.bump))
                           : "says nothing: patch";
    if (commit->message.skip_release) says += ", [skip release]";
    if (!commit->message.reverts.empty()) {
      says += ", reverts " + join(commit->message.reverts, ", ");
    }
    const auto& deciding = app.plan.bump_commit;
    if (app.plan.affected && deciding && deciding->sha == commit->sha) {
      says += " <- decides";
    }
    page.line("  {} {}  ({})", commit->sha.substr(0, 7), commit->subject, says);
    add_changes(page, paths.own(commit->sha), "");
    add_changes(page, paths.shared(commit->sha), "  (shared)");
  }
  if (app.plan.reason == core::Reason::unchanged && !commits.empty()) {
    page.line("  nothing is left of them: HEAD holds what the base holds");
  }
}

}  // namespace

std::string explanation(const git::Repository& repository, const Plan& plan,
                        const PlannedApp& app) {
  Page page;
  const core::AppPlan& decided = app.plan;
  const core::Differences& differs = app.facts.differences;
  page.line("{} is {}affected: {} ({})", app.facts.app.name,
            decided.affected ? "" : "not ", core::to_string(decided.reason),
            why(app));
  page.line("HEAD {}", plan.run.head);
  const core::Base& base = app.facts.base;
  if (base.commit) {
    page.line("base {} ({}{})", *base.commit, core::to_string(base.source),
              base.tag.empty() ? "" : " " + base.tag);
  } else {
    page.line("base none: nothing to compare with");
  }
  if (differs.any()) {
    page.line("differs from the base in {} path{}", differs.count,
              differs.count == 1 ? "" : "s");
    add_paths(page, "its own", differs.own);
    add_paths(page, "shared", differs.shared);
    add_paths(page, "of apps it depends on", differs.dependencies);
    const std::size_t shown = differs.own.size() + differs.shared.size() +
                              differs.dependencies.size();
    if (differs.count > shown) {
      page.line("    … and {} more", differs.count - shown);
    }
    if (differs.redefined) {
      page.line("  its dockerfile, context or target was written anew");
    }
  }
  add_definition(page, app.facts.app);
  add_commits(page, app, CommitPaths(repository, plan, app.facts.app));
  page.line("newest release {}", decided.previous_version.value_or("none"));
  if (decided.affected) {
    page.line("next version {} ({})", decided.version.value_or("unknown"),
              core::to_string(decided.bump));
    page.line("tags {}", decided.tag_names.empty()
                             ? "none: nothing is released here"
                             : join(decided.tag_names, ", "));
  }
  for (const auto* list : {&decided.warnings, &decided.notices}) {
    for (const std::string& text : *list) page.line("note: {}", text);
  }
  return page.text();
}

}  // namespace ecr_version::app
