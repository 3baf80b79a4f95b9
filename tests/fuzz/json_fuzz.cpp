// AWS's answers and event payloads: any bytes are a tree or an Error, what is
// written is read again, and the stream of events accepts just what the tree
// does.
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

#include <optional>
#include <string>

using namespace ecr_version;

namespace {

std::optional<json::Value> try_parse(std::string_view text) {
  try {
    return json::parse(text, "fuzz");
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool try_read(std::string_view text) {
  json::Events ignored;
  try {
    json::read(text, "fuzz", ignored);
    return true;
  } catch (const Error&) {
    return false;
  }
}

void write(const json::Value& value, json::Writer& writer) {
  if (value.is_object()) {
    writer.begin_object();
    for (const auto& [name, member] : value.as_object("object"))
      write(member, (writer.key(name), writer));
    writer.end_object();
  } else if (value.is_array()) {
    writer.begin_array();
    for (const json::Value& item : value.as_array("array")) write(item, writer);
    writer.end_array();
  } else if (value.is_string()) {
    writer.value(value.as_string("string"));
  } else {
    writer.null();  // numbers and flags are not what is looked for
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::string as_string = json::Writer().value(text).text();
  promise(json::parse(as_string, "output").as_string("output") ==
          to_utf8(text));

  const auto value = try_parse(text);
  promise(value.has_value() == try_read(text));
  if (!value) return 0;
  static_cast<void>((*value)["a"]["b"].text("c"));

  json::Writer writer;
  write(*value, writer);
  const std::string written = writer.text();
  promise(to_utf8(written) == written);
  const auto again = try_parse(written);
  promise(again.has_value());
  json::Writer second;
  write(*again, second);
  promise(second.text() == written);
  return 0;
}
