// AWS's answers and event payloads: any bytes are a tree or an Error, and what
// the writer makes of a string is read back as that string.
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

#include <string>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  try {
    ecr_version::json::parse(text, "input");
  } catch (const ecr_version::Error&) {
  }

  ecr_version::json::Writer writer;
  writer.value(text);
  const ecr_version::json::Value again =
      ecr_version::json::parse(writer.text(), "output");
  promise(again.as_string("output") == ecr_version::to_utf8(text));
  return 0;
}
