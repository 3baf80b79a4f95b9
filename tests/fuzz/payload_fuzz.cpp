// The event's payload: any bytes give fields or an Error, and whatever fields
// there are, a base can be named or refused.
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"
#include "runner/event.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecr_version::runner::Event event;
  try {
    ecr_version::runner::read_payload(text_of(data, size), event);
    const auto base = ecr_version::runner::event_base(event);
    promise(!base.candidates.empty() || !base.none.empty());
  } catch (const ecr_version::Error&) {
  }
  return 0;
}
