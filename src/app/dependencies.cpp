#include "app/dependencies.hpp"

#include "base/text.hpp"
#include "core/tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ecr_version::app {
namespace {

using Index = std::map<std::string, std::size_t, std::less<>>;

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(name);
  }
}

void link_written(Candidate& candidate, const Index& index,
                  const std::string& file) {
  if (candidate.entry == nullptr) return;
  for (const Written<std::string>& name : candidate.entry->depends_on) {
    if (index.count(name.value) == 0) {
      std::vector<std::string> names;
      for (const auto& known : index) names.push_back(known.first);
      const std::string near = nearest(name.value, names);
      throw config_error(
          file, name.mark,
          fmt::format("apps.{}.depends-on: no app is named \"{}\"{}",
                      candidate.entry->name.value, one_line(name.value, 100),
                      near.empty() ? "" : "; did you mean \"" + near + "\"?"));
    }
    add_once(candidate.app.depends_on, name.value);
  }
}

// `name` is an image without its tag; `*` stands for what the Dockerfile does
// not tell. The host may be any, but there must be one: `node` is Docker Hub's.
bool names_repository(std::string_view name, std::string_view repository) {
  if (name.starts_with('*')) {  // ${REGISTRY}/base, or ${REGISTRY}base
    name.remove_prefix(1);
    if (!name.starts_with('/')) return !name.empty() && repository == name;
    return name.substr(1) == repository;
  }
  const std::size_t slash = name.find('/');
  if (slash == name.npos) return false;
  const std::string_view host = name.substr(0, slash);
  if (host != "localhost" && host.find_first_of(".:*") == host.npos) {
    return false;
  }
  name.remove_prefix(slash + 1);
  if (host == "public.ecr.aws" && name.find('/') != name.npos) {
    name.remove_prefix(name.find('/') + 1);  // the registry's alias
  }
  return name == repository;
}

void link_implied(Candidate& candidate,
                  const std::vector<Candidate>& candidates) {
  if (candidate.images.empty()) return;
  for (const Candidate& other : candidates) {
    if (other.app.name == candidate.app.name) continue;
    for (const UsedImage& image : candidate.images) {
      if (follows_repository(image.reference, other.app.repository,
                             other.app.tag_prefix)) {
        add_once(candidate.app.depends_on, other.app.name);
      }
    }
  }
}

// Depth first, with the way kept, so that a cycle can be printed.
class CycleFinder {
 public:
  CycleFinder(const std::vector<Candidate>& candidates, const Index& index)
      : candidates_(candidates),
        index_(index),
        states_(candidates.size(), State::unseen) {}

  // The apps of a cycle, the first repeated at the end; empty: there is none.
  std::vector<std::size_t> find() {
    for (std::size_t start = 0; start < candidates_.size(); ++start) {
      if (states_[start] != State::unseen) continue;
      enter(start);
      while (!way_.empty()) {
        if (std::vector<std::size_t> cycle = step(); !cycle.empty()) {
          return cycle;
        }
      }
    }
    return {};
  }

 private:
  enum class State { unseen, on_the_way, done };
  struct Step {
    std::size_t app;
    std::size_t next;  // of its dependencies
  };

  void enter(std::size_t app) {
    states_[app] = State::on_the_way;
    way_.push_back({app, 0});
  }

  std::vector<std::size_t> step() {
    Step& last = way_.back();
    const auto& names = candidates_[last.app].app.depends_on;
    if (last.next == names.size()) {
      states_[last.app] = State::done;
      way_.pop_back();
      return {};
    }
    const std::size_t other = index_.find(names[last.next++])->second;
    if (states_[other] == State::unseen)
      enter(other);
    else if (states_[other] == State::on_the_way)
      return way_from(other);
    return {};
  }

  std::vector<std::size_t> way_from(std::size_t app) const {
    std::vector<std::size_t> cycle;
    for (const Step& step : way_) {
      if (step.app == app || !cycle.empty()) cycle.push_back(step.app);
    }
    cycle.push_back(app);
    return cycle;
  }

  const std::vector<Candidate>& candidates_;
  const Index& index_;
  std::vector<State> states_;
  std::vector<Step> way_;
};

void refuse_cycle(const std::vector<Candidate>& candidates, const Index& index,
                  const std::string& file) {
  const std::vector<std::size_t> cycle = CycleFinder(candidates, index).find();
  if (cycle.empty()) return;
  std::vector<std::string> names;
  for (const std::size_t app : cycle) names.push_back(candidates[app].app.name);
  const std::string message =
      "apps depend on each other in a circle: " + join(names, " -> ");
  // At the first step that the configuration wrote; a Dockerfile may imply all.
  for (std::size_t i = 0; i + 1 < cycle.size(); ++i) {
    const AppEntry* entry = candidates[cycle[i]].entry;
    if (entry == nullptr) continue;
    for (const Written<std::string>& name : entry->depends_on) {
      if (name.value == names[i + 1]) {
        throw config_error(file, name.mark, message);
      }
    }
  }
  throw UsageError(message +
                   " (their Dockerfiles start from each other's images)");
}

}  // namespace

bool follows_repository(std::string_view reference, std::string_view repository,
                        std::string_view tag_prefix) {
  if (reference.find('@') != reference.npos) return false;  // a digest
  std::string_view name = reference;
  std::string_view tag = "latest";
  const std::size_t colon = reference.rfind(':');
  if (colon != reference.npos && reference.find('/', colon) == reference.npos) {
    name = reference.substr(0, colon);
    tag = reference.substr(colon + 1);
  }
  if (!names_repository(name, repository)) return false;
  const auto read = core::parse_tag(tag, tag_prefix);
  return !read || read->kind == core::Tag::Kind::floating;
}

void link_dependencies(std::vector<Candidate>& candidates,
                       const Config& config) {
  Index index;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    index.emplace(candidates[i].app.name, i);
  }
  for (Candidate& candidate : candidates) {
    link_written(candidate, index, config.file);
    link_implied(candidate, candidates);
  }
  refuse_cycle(candidates, index, config.file);
}

}  // namespace ecr_version::app
