// An app and the policy it is released under, after the configuration, the
// inputs and discovery have been brought together: plain data.
#pragma once

#include "core/message.hpp"
#include "core/semver.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::core {

enum class MissingRepository { fail, create, ignore };
enum class OnUnknownBase { affected, fail };

// Where a path pattern came from, for `explain` ("apps/api/Dockerfile:7").
struct PathSource {
  std::string pattern;
  std::string place;
};

struct App {
  std::string name;
  std::string directory;    // "" is the repository's root
  std::string dockerfile;   // path of it, from the repository's root
  std::string context;      // directory; "" is the repository's root
  std::string target;       // "" for the last stage
  bool discovered = false;  // named by discovery, not by the configuration
  bool inferred = false;    // paths read from its Dockerfile

  std::vector<std::string> written_paths;  // `paths`, or its implied default
  // A path belongs to the app when `paths` match it and `left_out` does not say
  // yes, or when `always` matches it: two sets, since a `!` pattern of `paths`
  // must not hide the Dockerfile.
  std::vector<std::string> paths;   // written or inferred
  std::vector<std::string> always;  // the Dockerfile and its ignore file
  // What `paths` match and an inferred app's build does not read, as its
  // .dockerignore; empty: nothing. Not asked for a submodule, of which only the
  // path is known.
  std::function<bool(std::string_view path)> left_out;
  std::vector<PathSource> path_sources;
  std::vector<std::string> depends_on;  // names of apps

  std::string repository;  // in ECR
  std::string tag_prefix;
  std::optional<Version> initial_version;
  std::optional<Line> version_line;
};

// What stands for the whole repository.
struct Policy {
  std::vector<std::string> shared_paths;
  bool float_latest = true;
  bool float_major = false;
  bool float_minor = false;
  BumpRules bump_rules = BumpRules::tags;
  int sha_length = 7;
  MissingRepository missing_repository = MissingRepository::fail;
  OnUnknownBase on_unknown_base = OnUnknownBase::affected;
};

}  // namespace ecr_version::core
