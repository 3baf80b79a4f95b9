// JSON in and out; the only file that includes RapidJSON is json.cpp, and
// json_events.cpp reads large answers without it.
//
// Reading gives a tree of values whose accessors name the path of what is
// missing or of the wrong kind ("apps[3].name: expected a string"): RapidJSON
// itself would assert. `null` counts as absent, as AWS's protocol wants it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ecr_version::json {

class Value;
using Array = std::vector<Value>;
using Object = std::vector<std::pair<std::string, Value>>;  // source order

class Value {
 public:
  Value() = default;  // null
  template <typename T>
  explicit Value(T data) : data_(std::move(data)) {}

  bool is_null() const;
  bool is_string() const;
  bool is_object() const;
  bool is_array() const;
  bool is_number() const;

  // Throw Error naming `what` ("the event payload's repository") when the value
  // is of another kind.
  const std::string& as_string(std::string_view what) const;
  double as_number(std::string_view what) const;
  std::int64_t as_integer(std::string_view what) const;
  bool as_bool(std::string_view what) const;
  const Array& as_array(std::string_view what) const;
  const Object& as_object(std::string_view what) const;

  // The member, or null when it is absent or this is no object; so that
  // v["a"]["b"] never throws. The last of duplicate names wins.
  const Value& operator[](std::string_view name) const;

  // The member's text; nullopt when absent, null or not a string.
  std::optional<std::string> text(std::string_view name) const;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array,
               Object>
      data_;
};

// `what` names the document in the error ("the event payload"). Throws Error
// with the byte offset for text that is not JSON, holds more than one value,
// or nests deeper than 200.
Value parse(std::string_view text, std::string_view what);

// Events of a streaming read; a handler overrides what it cares about.
// Text views live only during the call.
class Events {
 public:
  virtual ~Events() = default;
  virtual void on_null() {}
  virtual void on_bool(bool) {}
  virtual void on_number(double) {}
  virtual void on_string(std::string_view) {}
  virtual void on_key(std::string_view) {}
  virtual void on_start_object() {}
  virtual void on_end_object() {}
  virtual void on_start_array() {}
  virtual void on_end_array() {}
};

// Reads `text` once, front to back, in constant memory. Throws as parse does,
// after the events of what came before.
void read(std::string_view text, std::string_view what, Events& events);

// Builds one JSON document. Text that is not UTF-8 is repaired.
class Writer {
 public:
  enum class Style { compact, pretty };
  explicit Writer(Style style = Style::compact);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(const std::string& text) {
    return value(std::string_view(text));
  }
  Writer& value(bool flag);
  Writer& value(std::int64_t number);
  Writer& value(int number) { return value(std::int64_t{number}); }
  Writer& value(std::size_t number) {
    return value(static_cast<std::int64_t>(number));
  }
  Writer& null();

  // key and value in one.
  template <typename T>
  Writer& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }
  // null when absent.
  template <typename T>
  Writer& member(std::string_view name, const std::optional<T>& content) {
    key(name);
    return content ? value(*content) : null();
  }
  Writer& member(std::string_view name, const std::vector<std::string>& list);

  std::string text() const;  // the document; call once it is complete

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ecr_version::json
