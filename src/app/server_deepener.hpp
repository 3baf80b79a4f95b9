// The Deepener that asks the job's own server, and the refusal where it may
// not: both look first at what the clone holds, for a clone that is deep enough
// needs no server.
//
// Fetched objects live in a store of their own beside the clone's. What is
// still cut when the answers are certain is then treated as the beginning of
// history, so that git does not stop at it.
#pragma once

#include "app/deepener.hpp"
#include "app/history_search.hpp"
#include "app/pack_store.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "git/repository.hpp"
#include "net/http.hpp"
#include "wire/client.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

struct DeepenSettings {
  // Where to fetch from; empty: nowhere, and `refusal` says why.
  std::string url;                  // GITHUB_SERVER_URL/GITHUB_REPOSITORY
  std::string refusal;              // "`deepen: never` is set"
  Secret token;                     // input github-token; may be empty
  std::string own_ref;              // GITHUB_REF; may be empty
  std::filesystem::path temporary;  // RUNNER_TEMP, else the system's
  bool in_workflow = false;  // whether the remedy is YAML or a git command
  std::function<void(const std::string&)> log;  // what was fetched, and why
  std::function<bool()> interrupted = [] { return false; };
};

class ServerDeepener : public Deepener {
 public:
  // `transport` must outlive it. Nothing is asked and no directory made before
  // something is found to be missing.
  ServerDeepener(net::Transport& transport, Clock clock,
                 DeepenSettings settings);

  void bring_history(git::Repository& repository, const Need& need) override;
  void bring_objects(git::Repository& repository,
                     const std::vector<git::Oid>& ids) override;
  std::optional<git::Oid> find_ref(git::Repository& repository,
                                   std::string_view name) override;

  wire::Usage usage() const;  // nothing while nothing was asked

 private:
  wire::Client& server();
  PackStore& store();
  const std::vector<wire::Ref>& refs();
  void bring_trees(git::Repository& repository, HistorySearch& search,
                   const Need& need);
  void fetch(git::Repository& repository, const wire::FetchRequest& request);
  void search(git::Repository& repository, const Need& need);
  void report(const HistorySearch& search);
  template <typename Work>
  auto with_remedy(Work&& work);

  net::Transport& transport_;
  Clock clock_;
  DeepenSettings settings_;
  bool was_shallow_ = false;
  int reported_ = 0;  // requests
  std::unique_ptr<PackStore> store_;
  std::unique_ptr<wire::Client> client_;
  std::optional<std::vector<wire::Ref>> refs_;  // as just listed
};

// What a user adds so that the checkout brings the history itself.
std::string deepen_remedy(bool in_workflow, bool is_shallow);

}  // namespace ecr_version::app
