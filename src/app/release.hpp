// `ecr-version release APP --image REF`: gives an image that is already pushed
// its version, by ECR's API alone.
//
// The registry is the arbiter between deployers. Everything is judged afresh
// before the first write and after every lost race, so that what was true when
// the build began cannot make a wrong version now. The version tag is written
// first: on an immutable repository it is the lock. Whoever dies in between
// leaves a version without a commit tag, which the next run of the same image
// finishes, and every other run passes over.
#pragma once

#include "app/world.hpp"
#include "runner/inputs.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

struct ReleaseOptions {
  std::string image;
  bool dry_run = false;  // without an image: of one that is still to be pushed
  bool prepare = false;  // only create the repository, where that is wanted
  bool commit_tag = true;  // false: the tree was dirty, a sha tag would lie
  std::string untag;       // a tag to take off the image when all is done
};

// What `--json` prints.
struct Released {
  std::string app;
  std::string repository;
  std::string registry;
  std::optional<std::string> version;
  std::optional<std::string> previous_version;
  std::string bump;  // of a version made by this run, else ""
  std::string digest;
  std::string sha;
  std::string reason;
  std::vector<std::string> tags;   // that the release has now
  std::vector<std::string> added;  // of them, those written by this run
};

// `inputs.app` names the one app. Without an image: `untag` or `prepare`
// alone, or a dry run. Throws Error for a preview, an image that another commit
// was released as, an attestation, or an image that is not there; UsageError
// for a reference that is none.
Released release_image(World& world, const runner::Inputs& inputs,
                       const ReleaseOptions& options);

std::string to_json(const Released& released);

}  // namespace ecr_version::app
