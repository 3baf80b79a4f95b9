// The port through which history that the clone lacks is brought in.
//
// It is asked before the questions of section 3 and 4 are put to git: a shallow
// clone does not know what it lacks, and an answer from half a history is not
// an error but a wrong version. All apps are asked for at once, so that one
// negotiation with the server serves them all. Afterwards git answers as in the
// full clone; what still throws git::MissingObject (a blob of HEAD that
// a sparse checkout left out) is brought by bring_objects, and asked again.
#pragma once

#include "app/apps.hpp"
#include "git/repository.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

// A commit that must be had if any branch of the server holds it.
struct Sought {
  std::string hex;   // 4 to 40 digits, lower-case
  std::string what;  // "backend's release 1.4.2", "the event's base"
  // When its release was pushed, seconds since 1970; 0 is unknown. A commit is
  // never younger than its release, which spares a search in other branches.
  double pushed_at = 0;
  bool with_parents = false;  // its parents are needed as well
};

// "The commits reachable from HEAD and from none of these", the same for the
// first of these that exists (the base) alone, and the base's difference to
// HEAD.
struct HistoryQuestion {
  std::string what;             // "backend", for the log
  std::vector<Sought> commits;  // the newest release first
  // Never released: the whole history is the answer, and `commits` is empty.
  bool whole = false;
};

struct Need {
  git::Oid head;
  std::vector<HistoryQuestion> questions;
  // Branches and tags that the clone lacks and the server has, by their names
  // without refs/heads/.
  std::map<std::string, git::Oid, std::less<>> refs;
};

class Deepener {
 public:
  virtual ~Deepener() = default;

  // Brings the commits and trees that the questions need. Of each question's
  // commits the first must be found; when no branch or tag of the server has
  // it, the next, and so on; the others are found where they can matter.
  // Afterwards the repository is no longer shallow: what is not there is not on
  // the server, or changes no answer. Asks nothing of the server when the clone
  // is complete. May be called again with another need. Throws Error with the
  // server's reason and the lines that fetch more in the checkout.
  virtual void bring_history(git::Repository& repository, const Need& need) = 0;

  // Brings objects that git::MissingObject named: blobs, or trees with all that
  // is below them but blobs. Those present already are passed over.
  virtual void bring_objects(git::Repository& repository,
                             const std::vector<git::Oid>& ids) = 0;

  // What a branch, else a tag, of that name is on the server (without
  // refs/heads/), where the clone is shallow: a full clone has them all.
  virtual std::optional<git::Oid> find_ref(git::Repository& repository,
                                           std::string_view name) = 0;
};

// Does `work`, bringing what it turns out to lack. For what bring_history
// cannot foresee: blobs, and trees of the base that a merge base names.
template <typename Work>
auto with_objects(Deepener& deepener, git::Repository& repository, Work work) {
  std::set<git::Oid> brought;
  for (;;) {
    std::vector<git::Oid> missing;
    try {
      return work();
    } catch (const MissingBlobs& error) {
      missing = error.ids;
    } catch (const git::MissingObject& error) {
      missing = {error.id};
    }
    // Brought and still missing: the next turn would be like this one.
    if (!brought.insert(missing.front()).second) return work();
    deepener.bring_objects(repository, missing);
  }
}

}  // namespace ecr_version::app
