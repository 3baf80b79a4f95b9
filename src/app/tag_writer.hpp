// The writing half of a release: tags onto one image, each read again before
// it is written.
//
// On a repository whose version tags cannot move, ECR itself decides a race.
// Where they can, writing decides nothing: whoever writes last has the tag, so
// a claim is good only once it has been read again after everybody who saw the
// version free has had time to write. A deployer that finds it has overwritten
// one that was done gives the tag back and loses.
#pragma once

#include "app/world.hpp"
#include "aws/ecr.hpp"
#include "core/app.hpp"
#include "core/next_version.hpp"
#include "core/releases.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

// Whose tags are written, and by which rules.
struct TagTarget {
  std::string app;  // for messages
  std::string repository;
  std::string tag_prefix;
  core::RepositorySettings settings;
  bool dry_run = false;
};

class TagWriter {
 public:
  // `digest` "" (in a dry run only): the image that is still to be pushed.
  TagWriter(const World& world, aws::Ecr& ecr, TagTarget target,
            std::string digest);

  // The version tag. `before`: what ECR held when the version was chosen.
  // False: another has it, choose again.
  bool claim(const std::string& tag, const core::Releases& before);
  // Whether a claim still stands after the commit tag was written.
  bool still_holds(const std::string& tag);

  // A version or commit tag: never taken from another image, which is reported.
  void add(const std::string& tag);

  // Floating tags of the version: none is taken from a higher one, and what
  // a slower deployer moved backwards is put right.
  void move_floating(const core::Version& version,
                     const std::vector<std::string>& tags);

  // Off its image, which goes with its last tag. `digest` not empty: only where
  // the tag stands on that image.
  void take_off(const std::string& tag, const std::string& digest);

  const std::vector<std::string>& tags() const { return tags_; }
  const std::vector<std::string>& added() const { return added_; }

 private:
  aws::PutResult put(const std::string& tag, const std::string& digest);
  const aws::Manifest& manifest(const std::string& digest);
  std::optional<std::string> holder(const std::string& tag);
  std::optional<std::string> overwritten(const std::string& tag,
                                         const core::Releases& before);
  bool is_overtaken(const std::string& tag, const core::Version& version);
  void keep_forward(const core::Version& version,
                    const std::vector<std::string>& tags);
  void note(const std::string& tag, aws::PutResult::Status status);
  core::Releases read_releases();

  const World& world_;
  aws::Ecr& ecr_;
  TagTarget target_;
  std::string digest_;
  std::chrono::milliseconds settling_{0};
  std::vector<aws::Manifest> manifests_;
  std::vector<std::string> tags_;
  std::vector<std::string> added_;
};

}  // namespace ecr_version::app
