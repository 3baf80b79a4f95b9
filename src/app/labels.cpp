#include "app/labels.hpp"

#include "base/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

namespace ecr_version::app {
namespace {

std::string rfc3339(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.000Z", utc);
}

}  // namespace

std::vector<std::string> labels(const Plan& plan, const runner::Event& event,
                                const PlannedApp& app, VersionLabel version) {
  const runner::RepositoryFacts& repository = event.repository_facts;
  std::string url = repository.html_url;
  if (url.empty() && !event.repository.empty()) {
    url = event.server_url + "/" + event.repository;
  }
  std::vector<std::string> result;
  const auto add = [&](std::string_view key, const std::string& value) {
    if (value.empty()) return;
    result.push_back(fmt::format("org.opencontainers.image.{}={}", key,
                                 one_line(value, 1000)));
  };
  add("title", app.facts.app.name);
  add("description", repository.description);
  add("url", url);
  add("source", url);
  if (version == VersionLabel::with)
    add("version", app.plan.version.value_or(""));
  add("created", rfc3339(plan.committed_at));
  add("revision", plan.run.head);
  add("licenses", repository.license);
  return result;
}

}  // namespace ecr_version::app
