#include "app/server_deepener.hpp"

#include "base/error.hpp"
#include "git/missing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace ecr_version::app {
namespace {

// Requests of this size are what git itself sends for a checkout of a partial
// clone (50 bytes for each).
constexpr std::size_t most_wants = 50'000;

std::string amount(std::uint64_t bytes) {
  if (bytes < 100'000) return fmt::format("{} kB", (bytes + 999) / 1000);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

// A treeless clone has the trees of HEAD alone; a blobless one has them all,
// and looking at each would cost more than the answer.
bool lacks_trees(const git::Repository& repository, const Need& need) {
  if (!repository.is_partial()) return false;
  std::vector<git::Oid> samples = repository.commit(need.head).parents;
  for (const HistoryQuestion& question : need.questions) {
    for (const Sought& sought : question.commits) {
      const auto found = repository.commits_with_prefix(sought.hex);
      samples.insert(samples.end(), found.begin(), found.end());
      if (!found.empty()) break;
    }
  }
  return std::any_of(samples.begin(), samples.end(), [&](const git::Oid& id) {
    return !repository.has(id) || !repository.has(repository.commit(id).tree);
  });
}

// A history that is shorter than the checkout's depth leaves no trace of being
// one branch of several. What tells is a release that is not to be found and
// that would change the answer.
bool may_lack_branches(const git::Repository& repository, const Need& need) {
  const double head_date =
      static_cast<double>(repository.commit(need.head).committed_at);
  for (const HistoryQuestion& question : need.questions) {
    for (const Sought& sought : question.commits) {
      if (!repository.commits_with_prefix(sought.hex).empty()) continue;
      const bool first = &sought == &question.commits.front();
      if (first || sought.pushed_at == 0 || sought.pushed_at >= head_date) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::string deepen_remedy(bool in_workflow, bool is_shallow) {
  if (in_workflow) {
    // In flow style: an annotation is one line.
    return "let the checkout bring the history: under `uses: "
           "actions/checkout` add `with: { fetch-depth: 0, filter: "
           "blob:none }`";
  }
  return is_shallow ? "fetch it with `git fetch --unshallow --filter=blob:none`"
                    : "fetch it with `git fetch --refetch --filter=blob:none`";
}

ServerDeepener::ServerDeepener(net::Transport& transport, Clock clock,
                               DeepenSettings settings)
    : transport_(transport),
      clock_(std::move(clock)),
      settings_(std::move(settings)) {}

wire::Client& ServerDeepener::server() {
  if (client_) return *client_;
  if (settings_.url.empty()) throw Error(settings_.refusal);
  client_ = std::make_unique<wire::Client>(
      transport_, clock_,
      wire::Remote{.url = settings_.url, .token = settings_.token});
  client_->interrupted = settings_.interrupted;
  return *client_;
}

PackStore& ServerDeepener::store() {
  if (!store_) store_ = std::make_unique<PackStore>(settings_.temporary);
  return *store_;
}

const std::vector<wire::Ref>& ServerDeepener::refs() {
  if (!refs_) {
    std::vector<std::string> prefixes = {"refs/heads/", "refs/tags/"};
    if (settings_.own_ref.starts_with("refs/pull/")) {
      prefixes.push_back(settings_.own_ref);
    }
    refs_ = server().refs(prefixes);
  }
  return *refs_;
}

wire::Usage ServerDeepener::usage() const {
  return client_ ? client_->usage() : wire::Usage{};
}

// Whatever stands in the way, the message ends in what the user can do.
template <typename Work>
auto ServerDeepener::with_remedy(Work&& work) {
  try {
    return work();
  } catch (const Interrupted&) {
    throw;
  } catch (const Error& error) {
    throw Error(fmt::format(
        "this clone lacks history that the answer needs, and it could not be "
        "fetched: {}; {}",
        describe(error), deepen_remedy(settings_.in_workflow, was_shallow_)));
  }
}

void ServerDeepener::bring_history(git::Repository& repository,
                                   const Need& need) {
  was_shallow_ = was_shallow_ || repository.is_shallow();
  const bool lacks = was_shallow_ || lacks_trees(repository, need);
  const bool may_lack =
      !lacks && !settings_.url.empty() && may_lack_branches(repository, need);
  if (lacks) {
    with_remedy([&] { search(repository, need); });
  } else if (may_lack) {
    try {
      search(repository, need);
    } catch (const Interrupted&) {
      throw;
    } catch (const Error& error) {
      settings_.log(
          "looking for releases on other branches failed, so they "
          "are judged by what the clone holds: " +
          describe(error));
    }
  }
  refs_.reset();  // the next question may come after another push
}

void ServerDeepener::search(git::Repository& repository, const Need& need) {
  repository.set_cuts({});
  const Source source{
      .server = [this]() -> wire::Client& { return server(); },
      .store = [this]() -> PackStore& { return store(); },
      .refs = [this]() -> const std::vector<wire::Ref>& { return refs(); },
      .own_ref = settings_.own_ref};
  HistorySearch history(repository, source, need);
  history.run();
  bring_trees(repository, history, need);
  repository.set_cuts(history.known().cuts());
  repository.set_shallow({});
  report(history);
}

// Trees, and first parents that lie below the bottom of what is known: a round
// for each is enough, and another shows that it was.
void ServerDeepener::bring_trees(git::Repository& repository,
                                 HistorySearch& search, const Need& need) {
  constexpr int most_rounds = 4;
  // A tree that came from the server came with all below it, except from one
  // that cannot filter or into a clone that left some out.
  const bool whole_trees =
      !repository.is_partial() && (!client_ || client_->capabilities().filter);
  for (int round = 0;; ++round) {
    std::set<git::Oid> commits = {need.head};
    for (const HistoryQuestion& question : need.questions) {
      commits.merge(search.needed(question));
    }
    std::vector<git::Oid> wants;
    std::set<git::Oid> trees;
    for (const git::Oid& id : commits) {
      if (search.known().has(id)) {
        trees.insert(search.known().commit(id).tree);
      } else {
        wants.push_back(id);
      }
    }
    const bool with_commits = !wants.empty();
    if (whole_trees) {
      std::copy_if(trees.begin(), trees.end(), std::back_inserter(wants),
                   [&](const git::Oid& tree) { return !repository.has(tree); });
    } else {
      const auto lacking =
          git::missing_trees(repository, {trees.begin(), trees.end()});
      wants.insert(wants.end(), lacking.begin(), lacking.end());
    }
    if (wants.empty()) return;
    if (round == most_rounds) {
      throw Error("the server did not send the object " +
                  git::to_hex(wants.front()));
    }
    for (std::size_t at = 0; at < wants.size(); at += most_wants) {
      const std::size_t end = std::min(wants.size(), at + most_wants);
      wire::FetchRequest request;
      request.purpose =
          fmt::format("fetching the directories of {} commits", wants.size());
      for (std::size_t i = at; i < end; ++i) {
        request.wants.push_back(git::to_hex(wants[i]));
      }
      request.filter = wire::Filter::blobs;
      if (with_commits) request.deepen = 1;  // each comes alone
      if (whole_trees) {
        // Only what is complete here may be claimed.
        request.thin = true;
        request.haves = {git::to_hex(need.head)};
        for (const git::Oid& cut : search.complete_cuts()) {
          request.shallow.push_back(git::to_hex(cut));
        }
      }
      fetch(repository, request);
    }
    search.learn();
  }
}

void ServerDeepener::fetch(git::Repository& repository,
                           const wire::FetchRequest& request) {
  StoredPack pack(store(), request.thin ? &repository : nullptr);
  server().fetch(request, pack);
  while_doing(
      fmt::format("{} from {}", request.purpose, server().printable_url()),
      [&] {
        const std::vector<git::Oid> ids = pack.finish();
        repository.add_objects(store().objects());
        const std::set<std::string> wanted(request.wants.begin(),
                                           request.wants.end());
        for (const git::Oid& id : ids) {
          const std::string hex = git::to_hex(id);
          if (wanted.contains(hex)) continue;
          if (repository.commits_with_prefix(hex).empty()) continue;
          // It could pass for a release's, whose name is only a few digits.
          throw Error("the server sent the commit " + hex +
                      ", which was not asked for");
        }
      });
}

void ServerDeepener::bring_objects(git::Repository& repository,
                                   const std::vector<git::Oid>& ids) {
  was_shallow_ = was_shallow_ || repository.is_shallow();
  std::set<std::string> wants;
  for (const git::Oid& id : ids) {
    if (!repository.has(id)) wants.insert(git::to_hex(id));
  }
  if (wants.empty()) return;
  with_remedy([&] {
    wire::FetchRequest request;
    request.purpose = fmt::format("fetching {} object{}", wants.size(),
                                  wants.size() == 1 ? "" : "s");
    request.wants.assign(wants.begin(), wants.end());
    request.deepen = 1;  // a commit among them comes alone
    request.filter = wire::Filter::blobs;
    fetch(repository, request);
    for (const git::Oid& id : ids) {
      if (repository.has(id)) continue;
      throw Error("the server did not send the object " + git::to_hex(id));
    }
  });
}

std::optional<git::Oid> ServerDeepener::find_ref(git::Repository& repository,
                                                 std::string_view name) {
  was_shallow_ = was_shallow_ || repository.is_shallow();
  if (!was_shallow_) return std::nullopt;
  return with_remedy([&]() -> std::optional<git::Oid> {
    for (const char* folder : {"refs/heads/", "refs/tags/"}) {
      for (const wire::Ref& ref : refs()) {
        if (ref.name != folder + std::string(name)) continue;
        return git::parse_oid(ref.peeled.empty() ? ref.id : ref.peeled);
      }
    }
    return std::nullopt;
  });
}

void ServerDeepener::report(const HistorySearch& search) {
  if (!client_ || client_->usage().requests == reported_) return;
  reported_ = client_->usage().requests;
  std::string line = fmt::format("fetched {} commits, {}", search.fetched(),
                                 amount(client_->usage().bytes));
  if (!search.reached().empty()) line += ", to reach " + search.reached();
  settings_.log(line);
}

}  // namespace ecr_version::app
