#include "app/docker_config.hpp"

#include "base/crypto.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <optional>

namespace ecr_version::app {
namespace {

constexpr std::string_view spaces = " \t\r\n";

// Places in a text that is known to be JSON: nothing is checked again.
class Places {
 public:
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  explicit Places(std::string_view text) : text_(text) {}

  Span document() const {
    const std::size_t begin = text_.find_first_not_of(spaces);
    return {begin, end_of(begin)};
  }
  bool is_object(const Span& span) const { return text_[span.begin] == '{'; }
  bool is_empty(const Span& object) const {
    return text_[after_spaces(object.begin + 1)] == '}';
  }

  // The value of the object's last member of that name.
  std::optional<Span> member(const Span& object,
                             const std::string& name) const {
    std::optional<Span> found;
    std::size_t at = after_spaces(object.begin + 1);
    while (text_[at] == '"') {
      const std::size_t key_end = end_of(at);
      const std::string key = json::parse(text_.substr(at, key_end - at), "a")
                                  .as_string("a member's name");
      const std::size_t begin = after_spaces(after_spaces(key_end) + 1);
      const Span value{begin, end_of(begin)};
      if (key == name) found = value;
      at = after_spaces(value.end);
      if (text_[at] == ',') at = after_spaces(at + 1);
    }
    return found;
  }

 private:
  std::size_t after_spaces(std::size_t at) const {
    return text_.find_first_not_of(spaces, at);
  }
  std::size_t end_of_string(std::size_t at) const {
    for (++at; text_[at] != '"'; ++at)
      if (text_[at] == '\\') ++at;
    return at + 1;
  }
  std::size_t end_of(std::size_t at) const {
    if (text_[at] == '"') return end_of_string(at);
    if (text_[at] != '{' && text_[at] != '[') {
      return std::min(text_.find_first_of(" \t\r\n,]}", at), text_.size());
    }
    std::size_t depth = 0;
    do {
      if (text_[at] == '"') {
        at = end_of_string(at);
        continue;
      }
      if (text_[at] == '{' || text_[at] == '[') ++depth;
      if (text_[at] == '}' || text_[at] == ']') --depth;
      ++at;
    } while (depth > 0);
    return at;
  }

  std::string_view text_;
};

json::Value parse(std::string_view config) {
  if (trim(config).empty()) return json::Value(json::Object{});
  json::Value value = json::parse(config, "Docker's configuration");
  if (!value.is_object()) {
    throw Error("Docker's configuration is no JSON object");
  }
  return value;
}

std::string quoted(const std::string& text) {
  json::Writer out;
  out.value(text);
  return out.text();
}

// As the first member of an object, in Docker's own form: tabs, a line each.
void insert_first(std::string& text, std::size_t object, bool is_only,
                  std::size_t depth, const std::string& member) {
  const std::string line = "\n" + std::string(depth, '\t');
  text.insert(
      object + 1,
      line + member + (is_only ? line.substr(0, line.size() - 1) : ","));
}

}  // namespace

CredentialHelper credential_helper(std::string_view config,
                                   const std::string& host) {
  const json::Value value = parse(config);
  if (const auto own = value["credHelpers"].text(host)) {
    if (!own->empty()) return {*own, true};
  }
  return {value.text("credsStore").value_or(""), false};
}

std::string with_login(std::string_view config, const std::string& host,
                       const std::string& user, const std::string& password) {
  parse(config);
  std::string text(trim(config).empty() ? "{}\n" : config);
  const std::string login = fmt::format("{{\n\t\t\t\"auth\": \"{}\"\n\t\t}}",
                                        base64_encode(user + ":" + password));
  const std::string entry = quoted(host) + ": " + login;

  const Places places(text);
  const Places::Span document = places.document();
  const auto auths = places.member(document, "auths");
  if (!auths) {
    insert_first(text, document.begin, places.is_empty(document), 1,
                 fmt::format("\"auths\": {{\n\t\t{}\n\t}}", entry));
  } else if (!places.is_object(*auths)) {
    text.replace(auths->begin, auths->end - auths->begin,
                 fmt::format("{{\n\t\t{}\n\t}}", entry));
  } else if (const auto known = places.member(*auths, host)) {
    text.replace(known->begin, known->end - known->begin, login);
  } else {
    insert_first(text, auths->begin, places.is_empty(*auths), 2, entry);
  }
  return text;
}

}  // namespace ecr_version::app
