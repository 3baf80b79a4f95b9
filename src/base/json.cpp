#include "base/json.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <cmath>

namespace ecr_version::json {
namespace {

constexpr std::size_t deepest = 200;

// What RapidJSON calls, in its own names. `Sink` takes events whose numbers
// are std::int64_t where they fit, else double.
template <typename Sink>
class Handler {
 public:
  explicit Handler(Sink& sink) : sink_(sink) {}

  bool is_too_deep() const { return depth_ > deepest; }

  bool Null() { return sink_.null(), true; }
  bool Bool(bool flag) { return sink_.boolean(flag), true; }
  // Numbers come as RawNumber alone, these are for the compiler.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return number({text, size});
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return sink_.string({text, size}), true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    return sink_.key({text, size}), true;
  }
  bool StartObject() {
    if (!descend()) return false;
    return sink_.start_object(), true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return sink_.end_object(), true;
  }
  bool StartArray() {
    if (!descend()) return false;
    return sink_.start_array(), true;
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return sink_.end_array(), true;
  }

 private:
  bool descend() { return ++depth_ <= deepest; }

  bool number(std::string_view text) {
    const char* end = text.data() + text.size();
    std::int64_t integer = 0;
    const auto whole = std::from_chars(text.data(), end, integer);
    if (whole.ec == std::errc() && whole.ptr == end)
      return sink_.integer(integer), true;
    double real = 0;
    const auto result = std::from_chars(text.data(), end, real);
    const bool is_tiny = result.ec == std::errc::result_out_of_range &&
                         text.find_first_of(".eE") != std::string_view::npos;
    if (is_tiny) real = 0;  // RapidJSON refuses what is too big
    if (result.ec != std::errc() && !is_tiny) return false;
    return sink_.real(real), true;
  }

  Sink& sink_;
  std::size_t depth_ = 0;
};

// Iterative, so that hostile nesting meets our limit and not the stack's end.
// Encodings are not validated: what is not UTF-8 is repaired where it is shown.
// Numbers are left to us: RapidJSON's exact reading of them shifts by garbage
// when their first twenty digits round up to 2^64 (found by fuzzing), and its
// quick one is not exact.
constexpr unsigned flags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

template <typename Sink>
void run(std::string_view text, std::string_view what, Sink& sink) {
  rapidjson::MemoryStream stream(text.empty() ? "" : text.data(), text.size());
  rapidjson::Reader reader;
  Handler<Sink> handler(sink);
  const rapidjson::ParseResult result = reader.Parse<flags>(stream, handler);

  if (handler.is_too_deep()) {
    throw Error(fmt::format("reading {}: it nests deeper than {} at byte {}",
                            what, deepest, result.Offset()));
  }
  if (result.IsError()) {
    std::string reason = rapidjson::GetParseError_En(result.Code());
    if (reason.ends_with('.')) reason.pop_back();
    throw Error(fmt::format("reading {}: not JSON at byte {}: {}", what,
                            result.Offset(), reason));
  }
  // RapidJSON takes a NUL for the end of the text.
  if (stream.Tell() != text.size()) {
    throw Error(fmt::format("reading {}: not JSON at byte {}: a NUL", what,
                            stream.Tell()));
  }
}

// Builds the tree: `open_` holds the containers that are not closed yet, each
// with the key under which it goes into the one below it.
class TreeSink {
 public:
  void null() { put(Value()); }
  void boolean(bool flag) { put(Value(flag)); }
  void integer(std::int64_t number) { put(Value(number)); }
  void real(double number) { put(Value(number)); }
  void string(std::string_view text) { put(Value(std::string(text))); }
  void key(std::string_view text) { key_ = text; }
  void start_object() { open_.push_back({.key = std::move(key_)}); }
  void start_array() {
    open_.push_back({.is_array = true, .key = std::move(key_)});
  }
  void end_object() { close(); }
  void end_array() { close(); }

  Value take() { return std::move(root_); }

 private:
  struct Container {
    bool is_array = false;
    std::string key;
    Array items;
    Object members;
  };

  void put(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_array) {
      open_.back().items.push_back(std::move(value));
    } else {
      open_.back().members.emplace_back(std::move(key_), std::move(value));
    }
  }

  void close() {
    Container done = std::move(open_.back());
    open_.pop_back();
    key_ = std::move(done.key);
    put(done.is_array ? Value(std::move(done.items))
                      : Value(std::move(done.members)));
  }

  std::vector<Container> open_;
  std::string key_;
  Value root_;
};

[[noreturn]] void wrong_kind(std::string_view what, std::string_view wanted) {
  throw Error(fmt::format("{}: expected {}", what, wanted));
}

}  // namespace

bool Value::is_null() const {
  return std::holds_alternative<std::monostate>(data_);
}
bool Value::is_string() const {
  return std::holds_alternative<std::string>(data_);
}
bool Value::is_object() const { return std::holds_alternative<Object>(data_); }
bool Value::is_array() const { return std::holds_alternative<Array>(data_); }
bool Value::is_number() const {
  return std::holds_alternative<std::int64_t>(data_) ||
         std::holds_alternative<double>(data_);
}

const std::string& Value::as_string(std::string_view what) const {
  if (const auto* text = std::get_if<std::string>(&data_)) return *text;
  wrong_kind(what, "a string");
}

double Value::as_number(std::string_view what) const {
  if (const auto* real = std::get_if<double>(&data_)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&data_))
    return static_cast<double>(*integer);
  wrong_kind(what, "a number");
}

std::int64_t Value::as_integer(std::string_view what) const {
  if (const auto* integer = std::get_if<std::int64_t>(&data_)) return *integer;
  // 1e3 and 5.0 are whole numbers too; 2^63 is the first that does not fit.
  constexpr double limit = 9223372036854775808.0;
  const auto* real = std::get_if<double>(&data_);
  if (real != nullptr && std::trunc(*real) == *real && *real >= -limit &&
      *real < limit)
    return static_cast<std::int64_t>(*real);
  wrong_kind(what, "a whole number");
}

bool Value::as_bool(std::string_view what) const {
  if (const auto* flag = std::get_if<bool>(&data_)) return *flag;
  wrong_kind(what, "true or false");
}

const Array& Value::as_array(std::string_view what) const {
  if (const auto* array = std::get_if<Array>(&data_)) return *array;
  wrong_kind(what, "an array");
}

const Object& Value::as_object(std::string_view what) const {
  if (const auto* object = std::get_if<Object>(&data_)) return *object;
  wrong_kind(what, "an object");
}

const Value& Value::operator[](std::string_view name) const {
  static const Value absent;
  const auto* object = std::get_if<Object>(&data_);
  if (object == nullptr) return absent;
  for (auto member = object->rbegin(); member != object->rend(); ++member) {
    if (member->first == name) return member->second;
  }
  return absent;
}

std::optional<std::string> Value::text(std::string_view name) const {
  const Value& member = (*this)[name];
  if (!member.is_string()) return std::nullopt;
  return std::get<std::string>(member.data_);
}

Value parse(std::string_view text, std::string_view what) {
  TreeSink sink;
  run(text, what, sink);
  return sink.take();
}

struct Writer::Implementation {
  explicit Implementation(Style wanted)
      : style(wanted), compact(buffer), pretty(buffer) {
    pretty.SetIndent(' ', 2);
  }

  // Both writers offer the same calls, without a common base.
  template <typename Call>
  void with(Call call) {
    if (style == Style::pretty)
      call(pretty);
    else
      call(compact);
  }

  Style style;
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> compact;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> pretty;
};

Writer::Writer(Style style)
    : implementation_(std::make_unique<Implementation>(style)) {}
Writer::~Writer() = default;

Writer& Writer::begin_object() {
  implementation_->with([](auto& writer) { writer.StartObject(); });
  return *this;
}

Writer& Writer::end_object() {
  implementation_->with([](auto& writer) { writer.EndObject(); });
  return *this;
}

Writer& Writer::begin_array() {
  implementation_->with([](auto& writer) { writer.StartArray(); });
  return *this;
}

Writer& Writer::end_array() {
  implementation_->with([](auto& writer) { writer.EndArray(); });
  return *this;
}

Writer& Writer::key(std::string_view name) { return value(name); }

Writer& Writer::value(std::string_view text) {
  const std::string repaired = to_utf8(text);
  implementation_->with([&](auto& writer) {
    writer.String(repaired.data(),
                  static_cast<rapidjson::SizeType>(repaired.size()));
  });
  return *this;
}

Writer& Writer::value(bool flag) {
  implementation_->with([&](auto& writer) { writer.Bool(flag); });
  return *this;
}

Writer& Writer::value(std::int64_t number) {
  implementation_->with([&](auto& writer) { writer.Int64(number); });
  return *this;
}

Writer& Writer::null() {
  implementation_->with([](auto& writer) { writer.Null(); });
  return *this;
}

Writer& Writer::member(std::string_view name,
                       const std::vector<std::string>& list) {
  key(name).begin_array();
  for (const std::string& item : list) value(item);
  return end_array();
}

std::string Writer::text() const {
  const std::string_view written(implementation_->buffer.GetString(),
                                 implementation_->buffer.GetSize());
  // What ends a line or moves the cursor in some viewer (U+2028 in JavaScript,
  // U+009B on a terminal) or turns the order of text around. It can only stand
  // within a string, where the escaped form means the same.
  std::string document;
  document.reserve(written.size());
  for (std::size_t at = 0; at < written.size();) {
    const auto first = static_cast<unsigned char>(written[at]);
    const std::size_t size = first < 0xC0   ? 1
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                                            : 4;
    const std::string_view letter = written.substr(at, size);
    if (first < 0x7F || one_line(letter) == letter) {
      document += letter;
    } else {
      document += fmt::format("\\u{:04x}",
                              static_cast<unsigned>(to_code_points(letter)[0]));
    }
    at += size;
  }
  return document;
}

}  // namespace ecr_version::json
