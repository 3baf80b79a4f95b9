#include "runner/summary.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "runner/files.hpp"
#include "runner/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace ecr_version::runner {
namespace {

using markdown::code;
using markdown::escape;

// Mermaid on GitHub gives up on graphs of more text or edges than this.
constexpr std::size_t largest_graph = 40'000;
constexpr std::size_t most_edges = 400;
constexpr std::size_t closing_room = 600;  // for the sentence about the cut

std::string plural(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string short_sha(const std::string& sha) { return sha.substr(0, 7); }

// Gathers blocks while they fit, and remembers what did not.
class Page {
 public:
  explicit Page(std::size_t limit)
      : limit_(limit - std::min(limit, closing_room)) {}

  bool fits(const std::string& block) const {
    return text_.size() + block.size() <= limit_;
  }
  void add(const std::string& block) { text_ += block; }
  void leave_out(const std::string& what) { ++left_out_[what]; }

  std::string finished() const {
    if (left_out_.empty()) return text_;
    std::vector<std::string> parts;
    for (const auto& [what, count] : left_out_)
      parts.push_back(plural(count, what));
    return text_ + fmt::format(
                       "\n> This summary is cut, because GitHub shows 1 MiB of "
                       "it at most. Left out: {}. The output `plan` has "
                       "everything.\n",
                       join(parts, ", "));
  }

 private:
  std::size_t limit_;
  std::string text_;
  std::map<std::string, std::size_t> left_out_;
};

class Renderer {
 public:
  Renderer(const Summary& summary, std::size_t limit)
      : summary_(summary), page_(limit) {
    for (const SummaryApp& app : summary.apps)
      (app.affected ? affected_ : others_).push_back(&app);
  }

  std::string render() {
    page_.add("## " + title() + "\n\n");
    if (!affected_.empty()) add_table(affected_);
    for (const std::string& note : summary_.notes)
      add_block("- " + escape(note) + "\n", "note");
    page_.add("\n");
    add_graph();
    for (const SummaryApp* app : affected_)
      add_block(details_of(*app), "folded part");
    add_others();
    if (!summary_.head_sha.empty())
      add_block("\nDecided at " + commit_link(summary_.head_sha) + ".\n",
                "closing line");
    return page_.finished();
  }

 private:
  std::string title() const {
    const std::size_t all = summary_.apps.size();
    if (affected_.empty())
      return summary_.preview ? "Merging would release nothing"
                              : "Nothing to release";
    const std::string count =
        affected_.size() == all
            ? plural(all, "app")
            : fmt::format("{} of {}", affected_.size(), plural(all, "app"));
    return summary_.preview ? "Merging would release " + count
                            : "To release: " + count;
  }

  bool has_links() const {
    return !summary_.repository.empty() && !summary_.server_url.empty();
  }
  std::string repository_url() const {
    const std::size_t slash = summary_.repository.find('/');
    const std::string owner = summary_.repository.substr(0, slash);
    std::string url = summary_.server_url + "/" + markdown::url_part(owner);
    if (slash != std::string::npos)
      url += "/" + markdown::url_part(summary_.repository.substr(slash + 1));
    return url;
  }
  std::string commit_link(const std::string& sha) const {
    const std::string text = code(short_sha(sha));
    if (!has_links() || !is_lower_hex(sha)) return text;
    return markdown::link(text, repository_url() + "/commit/" + sha);
  }
  std::string compare_link(const SummaryApp& app) const {
    if (!has_links() || !is_lower_hex(app.base_sha) ||
        !is_lower_hex(summary_.head_sha))
      return "";
    return markdown::link("compare", repository_url() + "/compare/" +
                                         app.base_sha + "..." +
                                         summary_.head_sha);
  }

  static std::string bold(const std::string& text) {
    return text.empty() ? "" : "**" + text + "**";
  }
  static std::string or_dash(const std::string& text) {
    return text.empty() ? "–" : text;
  }

  std::string row_of(const SummaryApp& app) const {
    std::vector<std::string> tags;
    for (const std::string& tag : app.tags) tags.push_back(code(tag));
    const std::string compare = compare_link(app);
    std::string why = escape(app.why.empty() ? app.reason : app.why);
    if (!compare.empty()) why += " (" + compare + ")";
    return fmt::format("| {} | {} | {} | {} | {} | {} |\n",
                       or_dash(bold(escape(app.app))), or_dash(code(app.from)),
                       or_dash(bold(code(app.to))), or_dash(escape(app.bump)),
                       or_dash(why), or_dash(join(tags, " ")));
  }

  void add_table(const std::vector<const SummaryApp*>& apps) {
    page_.add(
        "| App | From | To | Bump | Why | Tags |\n"
        "| --- | --- | --- | --- | --- | --- |\n");
    for (const SummaryApp* app : apps) add_block(row_of(*app), "row");
    page_.add("\n");
  }

  void add_block(const std::string& block, const std::string& what) {
    if (page_.fits(block))
      page_.add(block);
    else
      page_.leave_out(what);
  }

  // The apps that are not affected, folded.
  void add_others() {
    if (others_.empty()) return;
    const std::string opening =
        fmt::format("\n<details><summary>{} not to be released</summary>\n\n",
                    plural(others_.size(), "app"));
    if (!page_.fits(opening)) return page_.leave_out("table");
    page_.add(opening);
    page_.add("| App | Version | Why |\n| --- | --- | --- |\n");
    for (const SummaryApp* app : others_)
      add_block(fmt::format("| {} | {} | {} |\n", escape(app->app),
                            or_dash(code(app->from)),
                            escape(app->why.empty() ? app->reason : app->why)),
                "row");
    page_.add("\n</details>\n");
  }

  void add_graph() {
    std::map<std::string, std::size_t> numbers;
    for (std::size_t i = 0; i < summary_.apps.size(); ++i)
      numbers.emplace(summary_.apps[i].app, i);
    std::set<std::pair<std::size_t, std::size_t>> edges;
    std::set<std::size_t> nodes;
    for (std::size_t i = 0; i < summary_.apps.size(); ++i) {
      for (const std::string& other : summary_.apps[i].depends_on) {
        const auto found = numbers.find(other);
        if (found == numbers.end()) continue;
        edges.emplace(found->second, i);
        nodes.insert({found->second, i});
      }
    }
    if (edges.empty()) return;
    std::string graph = "```mermaid\nflowchart LR\n";
    for (const std::size_t node : nodes) {
      const SummaryApp& app = summary_.apps[node];
      graph +=
          fmt::format("  n{}[{}]{}\n", node, markdown::mermaid_label(app.app),
                      app.affected ? ":::affected" : "");
    }
    for (const auto& [from, to] : edges)
      graph += fmt::format("  n{} --> n{}\n", from, to);
    graph += "  classDef affected stroke:#d97706,stroke-width:3px\n```\n\n";
    const std::string block =
        "An arrow leads from an app to those that depend on it; thick borders "
        "mark what is to be released.\n\n" +
        graph;
    if (edges.size() > most_edges || graph.size() > largest_graph ||
        !page_.fits(block))
      return page_.leave_out("graph");
    page_.add(block);
  }

  std::string details_of(const SummaryApp& app) const {
    if (app.details.empty() && app.commits.empty() && app.changed_paths.empty())
      return "";
    std::string text =
        fmt::format("<details><summary><b>{}</b>: {}</summary>\n\n",
                    escape(app.app), escape(app.reason));
    for (const std::string& line : app.details)
      text += "- " + escape(line) + "\n";
    if (!app.commits.empty()) {
      text += fmt::format(
          "\n{} counted for the bump:\n\n",
          plural(std::max(app.commit_count, app.commits.size()), "commit"));
      for (const SummaryCommit& commit : app.commits)
        text += fmt::format(
            "- {} {}{}\n", commit_link(commit.sha), escape(commit.subject),
            commit.bump.empty() ? "" : " (**" + escape(commit.bump) + "**)");
      text += more(app.commit_count, app.commits.size());
    }
    if (!app.changed_paths.empty()) {
      text += fmt::format(
          "\n{} changed:\n\n",
          plural(std::max(app.changed_count, app.changed_paths.size()),
                 "path"));
      for (const std::string& path : app.changed_paths)
        text += "- " + code(path) + "\n";
      text += more(app.changed_count, app.changed_paths.size());
    }
    return text + "\n</details>\n\n";
  }

  static std::string more(std::size_t all, std::size_t shown) {
    return all > shown ? fmt::format("- and {} more\n", all - shown) : "";
  }

  const Summary& summary_;
  Page page_;
  std::vector<const SummaryApp*> affected_;
  std::vector<const SummaryApp*> others_;
};

}  // namespace

std::string render_summary(const Summary& summary, std::size_t limit) {
  return Renderer(summary, limit).render();
}

void write_summary(const Summary& summary, const Environment& environment,
                   Log& log) {
  const std::optional<std::string> path =
      named_file(environment, "GITHUB_STEP_SUMMARY");
  if (!path) {
    log.debug("GITHUB_STEP_SUMMARY is not set: no summary is written");
    return;
  }
  while_doing("writing the job summary",
              [&] { append_to_file(*path, render_summary(summary)); });
}

}  // namespace ecr_version::runner
