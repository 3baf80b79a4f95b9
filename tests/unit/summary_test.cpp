#include "runner/summary.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ecr_version::runner {
namespace {

const std::string head = "4f2c9d1e0b7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d";
const std::string base = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";

SummaryApp affected(const std::string& name) {
  SummaryApp app;
  app.app = name;
  app.affected = true;
  app.from = "1.4.2";
  app.to = "1.5.0";
  app.bump = "minor";
  app.reason = "changed";
  app.why = "2 of its paths changed";
  app.tags = {"1.5.0", "latest"};
  return app;
}

SummaryApp unchanged(const std::string& name) {
  SummaryApp app;
  app.app = name;
  app.from = "2.0.0";
  app.reason = "unchanged";
  return app;
}

Summary summary_of(std::vector<SummaryApp> apps) {
  Summary summary;
  summary.server_url = "https://ghe.example";
  summary.repository = "octo/shop";
  summary.head_sha = head;
  summary.apps = std::move(apps);
  return summary;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

TEST_CASE("summary: a table of what is released, the rest folded") {
  Summary summary = summary_of({affected("api"), unchanged("web")});
  summary.apps[0].base_sha = base;
  summary.notes = {"api: a note"};
  summary.apps[1].why = "no path of it changed";
  CHECK(render_summary(summary) ==
        "## To release: 1 of 2 apps\n\n"
        "| App | From | To | Bump | Why | Tags |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| **api** | <code>1.4.2</code> | **<code>1.5.0</code>** | minor | 2 "
        "of its paths changed "
        "([compare](https://ghe.example/octo/shop/compare/" +
            base + "..." + head +
            ")) | <code>1.5.0</code> <code>latest</code> |\n\n"
            "- api: a note\n\n"
            "\n<details><summary>1 app not to be released</summary>\n\n"
            "| App | Version | Why |\n| --- | --- | --- |\n"
            "| web | <code>2.0.0</code> | no path of it changed |\n\n"
            "</details>\n"
            "\nDecided at "
            "[<code>4f2c9d1</code>](https://ghe.example/octo/shop/commit/" +
            head + ").\n");
}

TEST_CASE("summary: the title tells what is to be released, or would be") {
  struct Row {
    std::vector<SummaryApp> apps;
    bool preview;
    const char* title;
  };
  const std::vector<Row> rows = {
      {{}, false, "## Nothing to release"},
      {{unchanged("a")}, false, "## Nothing to release"},
      {{unchanged("a")}, true, "## Merging would release nothing"},
      {{affected("a")}, false, "## To release: 1 app"},
      {{affected("a"), affected("b")}, false, "## To release: 2 apps"},
      {{affected("a"), unchanged("b")},
       true,
       "## Merging would release 1 of 2 apps"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.title);
    Summary summary = summary_of(row.apps);
    summary.preview = row.preview;
    CHECK(first_line(render_summary(summary)) == row.title);
  }
}

TEST_CASE("summary: what is unknown is a dash, not an empty cell") {
  SummaryApp app = affected("api");
  app.from = app.to = app.bump = "";
  app.tags.clear();
  CHECK(render_summary(summary_of({app}))
            .find("| **api** | – | – | – | 2 of its paths changed | – |\n") !=
        std::string::npos);
  app.why = "";
  CHECK(render_summary(summary_of({app}))
            .find("| **api** | – | – | – | changed | – |\n") !=
        std::string::npos);
}

TEST_CASE("summary: without a repository or a hash there are no links") {
  Summary summary = summary_of({affected("api")});
  summary.apps[0].base_sha = base;
  summary.repository = "";
  CHECK(render_summary(summary).find("](") == std::string::npos);
  summary.repository = "octo/shop";
  summary.server_url = "";
  CHECK(render_summary(summary).find("](") == std::string::npos);
  summary.server_url = "https://ghe.example";
  summary.head_sha = "refs/heads/x";
  CHECK(render_summary(summary).find("](") == std::string::npos);
  summary.apps[0].base_sha = "refs/heads/x";
  CHECK(render_summary(summary).find("](") == std::string::npos);
  summary.head_sha = "";
  CHECK(render_summary(summary).find("Decided") == std::string::npos);
  // A repository without an owner is a link all the same.
  summary.head_sha = head;
  summary.repository = "sh op";
  CHECK(render_summary(summary).find("(https://ghe.example/sh%20op/commit/") !=
        std::string::npos);
}

TEST_CASE("summary: an app's details are folded") {
  Summary summary = summary_of({affected("api")});
  SummaryApp& app = summary.apps[0];
  app.details = {"a detail"};
  app.commits = {{head, "feat: x [minor]", "minor"}, {base, "fix: y", ""}};
  app.commit_count = 5;
  app.changed_paths = {"a/b.cpp"};
  app.changed_count = 1;
  const std::string text = render_summary(summary);
  const std::string url = "https://ghe.example/octo/shop/commit/";
  CHECK(text.find("<details><summary><b>api</b>: changed</summary>\n\n"
                  "- a detail\n"
                  "\n5 commits counted for the bump:\n\n"
                  "- [<code>4f2c9d1</code>](" +
                  url + head +
                  ") feat: x &#91;minor&#93; (**minor**)\n"
                  "- [<code>a1b2c3d</code>](" +
                  url + base +
                  ") fix: y\n"
                  "- and 3 more\n"
                  "\n1 path changed:\n\n"
                  "- <code>a/b.cpp</code>\n"
                  "\n</details>\n") != std::string::npos);
  // Any of the three is enough to have a folded part.
  app.details.clear();
  app.commits.clear();
  const std::string paths =
      "<details><summary><b>api</b>: changed</summary>\n\n\n1 path changed:\n\n"
      "- <code>a/b.cpp</code>\n\n</details>\n";
  CHECK(render_summary(summary).find(paths) != std::string::npos);
  app.changed_paths.clear();
  CHECK(render_summary(summary).find("<details>") == std::string::npos);
  app.commits = {{base, "fix: y", ""}};
  app.commit_count = 1;
  CHECK(render_summary(summary).find("\n1 commit counted for the bump:\n") !=
        std::string::npos);
}

TEST_CASE("summary: what GitHub would not draw, or has no room, is left out") {
  const auto graph_of = [](std::size_t apps, const std::string& name) {
    Summary summary = summary_of({});
    for (std::size_t i = 0; i < apps; ++i) {
      SummaryApp app = unchanged(name + std::to_string(i));
      if (i > 0) app.depends_on = {name + "0"};
      summary.apps.push_back(std::move(app));
    }
    return summary;
  };
  const std::string sentence =
      "\n> This summary is cut, because GitHub shows 1 MiB of it at most. Left "
      "out: 1 graph. The output `plan` has everything.\n";
  CHECK(render_summary(graph_of(401, "a")).find("```mermaid") !=
        std::string::npos);
  CHECK(render_summary(graph_of(402, "a")).ends_with(sentence));
  CHECK(
      render_summary(graph_of(400, std::string(90, 'a'))).ends_with(sentence));
  CHECK(render_summary(graph_of(2, "a"), 640) ==
        "## Nothing to release\n\n\n"
        "\n> This summary is cut, because GitHub shows 1 MiB of it at most. "
        "Left out: 1 closing line, 1 graph, 1 table. The output `plan` has "
        "everything.\n");
}

TEST_CASE("summary: dependencies are drawn when there are any") {
  Summary summary = summary_of({affected("api"), unchanged("web")});
  CHECK(render_summary(summary).find("mermaid") == std::string::npos);
  CHECK(render_summary(summary).find("| <code>2.0.0</code> | unchanged |\n") !=
        std::string::npos);
  summary.apps[1].depends_on = {"api", "none-of-ours"};
  CHECK(render_summary(summary).find(
            "```mermaid\nflowchart LR\n"
            "  n0[\"api\"]:::affected\n  n1[\"web\"]\n  n0 --> n1\n"
            "  classDef affected stroke:#d97706,stroke-width:3px\n```\n") !=
        std::string::npos);
}

TEST_CASE("summary: it is cut between apps, and says what is left out") {
  std::vector<SummaryApp> apps;
  for (int i = 0; i < 5000; ++i) {
    apps.push_back(affected("app-" + std::to_string(i)));
    apps.back().why = std::string(300, 'x');
    apps.back().details = {std::string(300, 'y')};
    apps.push_back(unchanged("other-" + std::to_string(i)));
  }
  for (const std::size_t limit : {std::size_t{20'000}, largest_summary}) {
    CAPTURE(limit);
    const std::string text = render_summary(summary_of(apps), limit);
    CHECK(text.size() <= limit);
    CHECK(text.size() > limit - 2000);
    CHECK(text.find("\n> This summary is cut, because GitHub shows 1 MiB of it "
                    "at most. Left out: ") != std::string::npos);
    CHECK(text.ends_with("The output `plan` has everything.\n"));
    // What was begun was ended.
    std::size_t opened = 0;
    std::size_t closed = 0;
    for (std::size_t at = 0;
         (at = text.find("<details>", at)) != std::string::npos; ++at)
      ++opened;
    for (std::size_t at = 0;
         (at = text.find("</details>", at)) != std::string::npos; ++at)
      ++closed;
    CHECK(opened == closed);
  }
  const std::string whole = render_summary(summary_of({apps[0], apps[1]}));
  CHECK(whole.find("cut") == std::string::npos);
}

TEST_CASE("summary: it goes to GITHUB_STEP_SUMMARY, and nowhere without") {
  std::string said;
  Log log({.mode = LogMode::github, .debug = true},
          [&](std::string_view part) { said += part; });
  const Summary summary = summary_of({affected("api")});
  write_summary(summary, Environment(), log);
  CHECK(said ==
        "::debug::GITHUB_STEP_SUMMARY is not set: no summary is written\n");

  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / "ecr-version-summary-test.md";
  std::filesystem::remove(path);
  std::map<std::string, std::string> variables;
  variables["GITHUB_STEP_SUMMARY"] = path.string();
  write_summary(summary, Environment(variables), log);
  std::ifstream file(path, std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) ==
        render_summary(summary));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace ecr_version::runner
