// The event's payload: any bytes give fields or an Error; what is kept as a
// hash is one; and whatever fields there are, a base can be named or refused.
#include "base/error.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "runner/event.hpp"

#include <string>

namespace {

bool is_hash_or_empty(const std::string& sha) {
  return sha.empty() || ((sha.size() == 40 || sha.size() == 64) &&
                         ecr_version::is_lower_hex(sha));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version;
  for (const char* name : {"push", "pull_request", "merge_group"}) {
    runner::Event event;
    event.name = name;
    event.ref = "refs/heads/topic";
    try {
      runner::read_payload(text_of(data, size), event);
    } catch (const Error&) {
      return 0;
    }
    promise(is_hash_or_empty(event.before) && is_hash_or_empty(event.after));
    const runner::EventBase base = runner::event_base(event);
    promise(base.candidates.empty() == !base.none.empty());
    for (const runner::BaseCandidate& one : base.candidates)
      promise(is_hash_or_empty(one.sha) && !one.source.empty());
  }
  return 0;
}
