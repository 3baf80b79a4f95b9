// Prints a job summary for tests/render_summary.sh to render: an ordinary one,
// or, given the folder of hostile texts, one with each of them in every place.
#include "runner/summary.hpp"
#include "support/hostile.hpp"

#include <cstdio>
#include <exception>
#include <string>

namespace ecr_version::runner {
namespace {

Summary ordinary() {
  Summary summary;
  summary.server_url = "https://github.com";
  summary.repository = "octo/shop";
  summary.head_sha = "4f2c9d1e0b7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d";
  SummaryApp backend;
  backend.app = "backend";
  backend.affected = true;
  backend.from = "1.4.2";
  backend.to = "1.5.0";
  backend.bump = "minor";
  backend.reason = "changed";
  backend.why =
      "changed since 1.4.2 (a1b2c3d): apps/backend/src/orders.cpp, "
      "apps/backend/src/total.cpp";
  backend.tags = {"1.5.0", "1.5.0-4f2c9d1", "latest"};
  backend.base_sha = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";
  backend.commits = {{"4f2c9d1e0b7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d",
                      "feat(api): list orders by date [minor] (#128)", "minor"},
                     {"0d9c8b7a6f5e4d3c2b1a09f8e7d6c5b4a3928170",
                      "fix: null pointer in Order::total", ""}};
  backend.commit_count = 2;
  backend.changed_paths = {"apps/backend/src/orders.cpp",
                           "apps/backend/src/total.cpp"};
  backend.changed_count = 2;
  SummaryApp web = backend;
  web.app = "web_front";
  web.from = "0.9.3";
  web.to = "0.9.4";
  web.bump = "patch";
  web.reason = "dependency";
  web.why =
      "backend, which it depends on, changed since 0.9.3 (a1b2c3d): "
      "apps/backend/src/orders.cpp";
  web.tags = {"0.9.4", "0.9.4-4f2c9d1", "latest"};
  web.commits.clear();
  web.changed_paths.clear();
  web.details = {"Paths read from its Dockerfile, apps/web/Dockerfile"};
  web.depends_on = {"backend"};
  SummaryApp first;
  first.app = "whatsapp-container";
  first.affected = true;
  first.to = "0.1.0";
  first.bump = "patch";
  first.reason = "never-released";
  first.why = "it has no release yet";
  first.tags = {"0.1.0", "0.1.0-4f2c9d1", "latest"};
  SummaryApp docs;
  docs.app = "docs";
  docs.from = "2.0.0";
  docs.reason = "unchanged";
  docs.why = "nothing of it changed since 2.0.0";
  summary.apps = {backend, web, first, docs};
  summary.notes = {
      "whatsapp-container: no release yet, so initial-version "
      "0.1.0 is used"};
  return summary;
}

Summary hostile(const std::string& folder) {
  Summary summary = ordinary();
  summary.apps.clear();
  for (const auto& [name, text] : hostile_texts(folder)) {
    SummaryApp app;
    app.app = app.from = app.to = app.bump = app.reason = app.why = text;
    app.affected = true;
    app.tags = {text, text};
    app.base_sha = text;
    app.commits = {{text, text, text}};
    app.commit_count = 2;
    app.changed_paths = {text};
    app.changed_count = 2;
    app.details = {text};
    app.depends_on = {text};
    summary.apps.push_back(app);
    app.affected = false;
    summary.apps.push_back(app);
    summary.notes.push_back(text);
  }
  return summary;
}

}  // namespace
}  // namespace ecr_version::runner

int main(int count, char** arguments) {
  using namespace ecr_version::runner;
  try {
    const Summary summary = count > 1 ? hostile(arguments[1]) : ordinary();
    std::fputs(render_summary(summary).c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "summary-sample: %s\n", error.what());
    return 1;
  }
}
