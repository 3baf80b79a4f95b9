#include "app/labels.hpp"

#include "aws/timestamp.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ecr_version::app {
namespace {

// As docker/metadata-action writes it. A commit may claim any date.
std::string created(std::int64_t seconds) {
  constexpr std::int64_t last_of_year_9999 = 253402300799;
  std::string text = aws::iso_time(Time(std::chrono::seconds(
      std::clamp<std::int64_t>(seconds, 0, last_of_year_9999))));
  return text.insert(text.size() - 1, ".000");
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
  add("created", created(plan.committed_at));
  add("revision", plan.run.head);
  add("licenses", repository.license);
  return result;
}

}  // namespace ecr_version::app
