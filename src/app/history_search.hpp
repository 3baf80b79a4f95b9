// Finds the commits that questions name, and as much history around them as
// makes the answers those of the full clone.
//
// Commits alone are asked for. A release is known by a few digits of its
// commit, which no server can be asked for: history is deepened until it turns
// up, first HEAD's, then what the branch's tip, other branches and tags have
// beside it. Only when all of that is at hand is a commit held to be gone.
#pragma once

#include "app/deepener.hpp"
#include "app/deepening.hpp"
#include "app/known_history.hpp"
#include "app/pack_store.hpp"
#include "git/repository.hpp"
#include "wire/client.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ecr_version::app {

// What the search may ask, and where it keeps what it gets. `server` is called
// when the first question is asked: it gives the client, or throws the reason
// why there is none. `store` is created then, too.
struct Source {
  std::function<wire::Client&()> server;
  std::function<PackStore&()> store;
  // The server's branches and tags, and GITHUB_REF where it is neither.
  std::function<const std::vector<wire::Ref>&()> refs;
  std::string own_ref;  // "refs/heads/main": GITHUB_REF; may be empty
};

class HistorySearch {
 public:
  HistorySearch(git::Repository& repository, const Source& source,
                const Need& need);

  // Asks until every question is certain. Throws Error.
  void run();

  const KnownHistory& known() const { return known_; }
  // The question's commits that exist, in the order of the question.
  std::vector<git::Oid> found(const HistoryQuestion& question) const;
  // The commits whose trees the question needs, once run() is through: those
  // that answer it and their first parents, the base, and HEAD. Some of the
  // parents may not be here; learn() takes them in once they are.
  std::set<git::Oid> needed(const HistoryQuestion& question) const;
  void learn() { load({}); }

  std::size_t fetched() const { return known_.size() - at_first_; }
  // What the last deepening was for: "backend's release 1.4.2".
  const std::string& reached() const { return reached_; }
  // Whether trees too came with the first step, down to `complete_cuts`.
  const std::vector<git::Oid>& complete_cuts() const { return complete_cuts_; }

 private:
  struct Wish;  // what is to be done next, and for whom
  Wish next_wish() const;
  void judge(const HistoryQuestion& question, Wish& wish) const;
  std::vector<Range> ranges(const HistoryQuestion& question) const;
  const Sought* missing(const HistoryQuestion& question) const;
  const git::Oid* lacks_parents(const HistoryQuestion& question) const;
  const Sought* suspicious(const HistoryQuestion& question) const;

  void look_for(const Sought& sought);
  void look_elsewhere();
  const git::Oid* apart_in(const HistoryQuestion& question) const;
  bool is_apart(const git::Oid& commit) const;
  bool join(const git::Oid* apart);
  void deepen(const std::string& purpose, bool whole = false);
  bool close(const std::vector<Range>& ranges, const std::string& purpose);
  void list_refs();
  const std::vector<wire::Ref>& refs() const { return source_.refs(); }
  void fetch_own_tip();
  void sweep();
  void probe(const Sought& sought);

  bool head_is_complete() const;
  std::vector<git::Oid> fetch(const wire::FetchRequest& request);
  void refuse_strangers(const wire::FetchRequest& request,
                        const std::vector<git::Oid>& ids);
  bool fetch_beside(const wire::FetchRequest& request,
                    const std::vector<git::Oid>& tips);
  std::size_t count(const wire::FetchRequest& request);
  void load(const std::vector<git::Oid>& roots);
  void look_up();
  std::vector<std::string> claims() const;

  git::Repository& repository_;
  const Source& source_;
  const Need& need_;
  KnownHistory known_;
  Deepening deepening_;
  std::vector<git::Oid> cut_at_first_;   // of HEAD's history in the clone
  std::vector<git::Oid> other_roots_;    // of the clone, beside those
  std::vector<git::Oid> complete_cuts_;  // above them trees are complete
  std::size_t at_first_ = 0;
  std::map<std::string, git::Oid> found_;  // by hex as sought
  std::set<std::string> gone_;             // known not to be on the server
  std::set<std::string> below_;            // known to be an ancestor of HEAD
  std::set<git::Oid> joined_;              // known how they relate to HEAD
  std::vector<git::Oid> last_closing_;     // what was asked about last
  bool refs_listed_ = false;
  bool tip_fetched_ = false;
  bool swept_ = false;
  std::string reached_;
};

}  // namespace ecr_version::app
