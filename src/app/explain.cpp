#include "app/explain.hpp"

#include "app/report.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ecr_version::app {
namespace {

constexpr std::size_t most_commits = 50;

class Page {
 public:
  template <typename... Parts>
  void line(fmt::format_string<Parts...> format, Parts&&... parts) {
    // Whatever a stranger wrote stays on its line.
    text_ +=
        one_line(fmt::format(format, std::forward<Parts>(parts)...), 1000) +
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

void add_commits(Page& page, const PlannedApp& app) {
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
    if (deciding && deciding->sha == commit->sha) says += " <- decides";
    page.line("  {} {}  ({})", commit->sha.substr(0, 7), commit->subject, says);
  }
}

}  // namespace

std::string explanation(const Plan& plan, const PlannedApp& app) {
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
    if (differs.redefined) {
      page.line("  its dockerfile, context or target was written anew");
    }
  }
  add_definition(page, app.facts.app);
  add_commits(page, app);
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
