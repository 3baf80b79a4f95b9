// The job summary: a table that a manager can read, and folded details.
//
// The runner refuses a summary above 1 MiB as a whole, so it is cut between
// apps, well below, and a sentence at the end tells what was left out.
#pragma once

#include "base/env.hpp"
#include "runner/log.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace ecr_version::runner {

struct SummaryCommit {
  std::string sha;
  std::string subject;  // untrusted
  std::string bump;     // "major", "minor", "patch", or "" when it says none
};

struct SummaryApp {
  std::string app;
  bool affected = false;
  std::string from;  // previous version; "" when there is none
  std::string to;    // "" when nothing is released, or it is unknown
  std::string bump;
  std::string reason;             // "changed", in PRODUCT's words
  std::string why;                // "changed since 1.4.2 (a1b2c3d): a.cpp"
  std::vector<std::string> tags;  // names, without registry
  std::string base_sha;           // what HEAD was compared with; "" when none
  std::vector<SummaryCommit> commits;  // the first few
  std::size_t commit_count = 0;        // all of them
  std::vector<std::string> changed_paths;
  std::size_t changed_count = 0;
  std::vector<std::string> details;     // further lines for the folded part
  std::vector<std::string> depends_on;  // names of apps
};

struct Summary {
  std::string server_url;  // "https://github.com"
  std::string repository;  // "owner/name"; "" makes no links
  std::string head_sha;
  bool preview = false;
  std::vector<SummaryApp> apps;
  std::vector<std::string> notes;  // warnings and notices, one line each
};

inline constexpr std::size_t largest_summary = 1'000'000;  // bytes

// Markdown of at most `limit` bytes.
std::string render_summary(const Summary& summary,
                           std::size_t limit = largest_summary);

// Appends it to $GITHUB_STEP_SUMMARY; where that is missing, nothing but a
// debug line: act and laptops have none.
void write_summary(const Summary& summary, const Environment& environment,
                   Log& log);

}  // namespace ecr_version::runner
