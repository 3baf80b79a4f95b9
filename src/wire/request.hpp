// The bodies of requests in protocol version 2: ls-refs and fetch
// (gitprotocol-v2).
//
// Every fetch says `done`: we know what we lack and hold, so there is nothing
// to negotiate, and each question costs one request. What is claimed by `have`
// without a `shallow` line is claimed with all its ancestors, also when we lack
// them: that is how a branch's own commits are asked for.
#pragma once

#include "wire/capabilities.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::wire {

enum class Filter {
  none,
  blobs,  // blob:none: commits and trees
  trees,  // tree:0: commits alone
};

inline constexpr std::int64_t whole_history = 0x7fffffff;  // as git says it

struct FetchRequest {
  std::string purpose;             // "deepening to 512 commits", for errors
  std::vector<std::string> wants;  // ids of commits, trees or blobs
  std::vector<std::string> haves;
  std::vector<std::string> shallow;  // held commits whose parents we lack
  std::int64_t deepen = 0;           // commits from each want on; 0: do not
  std::int64_t deepen_since = 0;     // seconds since 1970; 0: do not
  Filter filter = Filter::none;
  bool thin = false;  // deltas may stand on objects of `haves`
};

// `filter` is left out where the server knows none.
std::string fetch_body(const FetchRequest& request, const Capabilities& server);

// "refs/heads/": a prefix. Tags come with what they point at.
std::string ls_refs_body(const std::vector<std::string>& prefixes,
                         const Capabilities& server);

}  // namespace ecr_version::wire
