// AWS's answers and event payloads: any bytes are a tree or an Error, what is
// written is read again, and the stream of events tells just what the tree
// holds.
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "support/json_told.hpp"

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

std::optional<std::string> try_read(std::string_view text) {
  tests::Told events;
  try {
    json::read(text, "fuzz", events);
    return events.log;
  } catch (const Error&) {
    return std::nullopt;
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
  const auto events = try_read(text);
  promise(value.has_value() == events.has_value());
  if (!value) return 0;
  tests::Told tree;
  tree.tell(*value);
  promise(*events == tree.log);
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
