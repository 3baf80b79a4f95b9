// Image tags are other people's text: what is read as a tag is one that a
// registry could hold, and a version reads back as itself.
#include "core/semver.hpp"
#include "core/tag.hpp"
#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version::core;
  const std::string_view text = text_of(data, size);
  for (const std::string_view prefix : {"", "v", "api-"}) {
    if (parse_tag(text, prefix) && size <= 128) promise(is_valid_tag(text));
  }
  if (const auto version = parse_version(text))
    promise(to_string(*version) == text);
  if (const auto line = parse_line(text)) promise(to_string(*line) == text);
  is_commit_suffix(text);
  return 0;
}
