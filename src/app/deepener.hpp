// The port through which history that the clone lacks is brought in.
//
// It is asked before the questions of section 3 and 4 are put to git: a shallow
// clone does not know what it lacks, and an answer from half a history is not
// an error but a wrong version. All apps are asked for at once, so that one
// negotiation with the server serves them all. Afterwards git answers as in the
// full clone; what still throws git::MissingObject (a blob of HEAD that
// a sparse checkout left out) is brought by bring_objects, and asked again.
#pragma once

#include "git/repository.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ecr_version::app {

// A commit that must be had if any branch of the server holds it.
struct Sought {
  std::string hex;   // 4 to 40 digits, lower-case
  std::string what;  // "backend's release 1.4.2", "the event's base"
  // When its release was pushed, seconds since 1970; 0 is unknown. A commit is
  // never younger than its release, which spares a search in other branches.
  double pushed_at = 0;
};

// "The commits reachable from HEAD and from none of these", and the net
// difference between HEAD and the first of these that exists.
struct HistoryQuestion {
  std::string what;             // "backend", for the log
  std::vector<Sought> commits;  // the newest release first
  // Never released: the whole history is the answer, and `commits` is empty.
  bool whole = false;
};

struct Need {
  git::Oid head;
  std::vector<HistoryQuestion> questions;
};

class Deepener {
 public:
  virtual ~Deepener() = default;

  // Brings the commits and trees that the questions need. Of each question's
  // commits the first must be found; when no branch or tag of the server has
  // it, the next, and so on; the others are found where they can matter.
  // Asks nothing of the server when the clone is complete. Throws Error with
  // the server's reason and the lines that fetch more in the checkout.
  virtual void bring_history(const Need& need) = 0;

  // Brings objects that git::MissingObject named: blobs, or trees with all that
  // is below them but blobs. Those present already are passed over.
  virtual void bring_objects(const std::vector<git::Oid>& ids) = 0;
};

}  // namespace ecr_version::app
