// What the judges of tests/e2e ask: the apps that a repository's HEAD holds by
// discovery or by the given configuration, and to which of them files belong.
//
//   affected-files REPOSITORY [CONFIGURATION] <paths, one a line
//
// prints one JSON document.
#include "app/apps.hpp"
#include "base/json.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

using namespace ecr_version;

namespace {

std::string text_of(std::istream& stream) {
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write_app(json::Writer& out, const core::App& app,
               const std::vector<std::string>& paths) {
  out.begin_object();
  out.member("name", app.name).member("directory", app.directory);
  out.member("dockerfile", app.dockerfile).member("context", app.context);
  out.member("target", app.target).member("paths", app.paths);
  out.member("depends-on", app.depends_on);
  std::vector<std::string> belonging;
  for (const std::string& path : paths) {
    if (app::belongs(app, path)) belonging.push_back(path);
  }
  out.member("belonging", belonging);
  out.end_object();
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) return 2;
  std::vector<std::string> paths;
  for (std::string line; std::getline(std::cin, line);) paths.push_back(line);

  app::Config config;
  if (count > 2) {
    std::ifstream file(arguments[2]);
    config = app::read_config(text_of(file), arguments[2]);
  }
  const auto repository = git::Repository::open(arguments[1]);
  const app::FoundApps found =
      app::find_apps(repository, repository.head(), config, "root");

  json::Writer out(json::Writer::Style::pretty);
  out.begin_object();
  out.key("apps").begin_array();
  for (const core::App& app : found.apps) write_app(out, app, paths);
  out.end_array();
  std::vector<std::string> notices;
  for (const app::Notice& notice : found.notices)
    notices.push_back(notice.text);
  out.member("notices", notices);
  out.end_object();
  std::cout << out.text() << "\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << describe(error) << "\n";
  return 1;
}
