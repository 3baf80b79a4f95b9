#include "app/config_values.hpp"

#include "base/text.hpp"
#include "core/glob.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ecr_version::app {
namespace {

using Kind = yaml::Node::Kind;

std::string described(const yaml::Node& node) {
  switch (node.kind) {
    case Kind::null:
      return "nothing";
    case Kind::boolean:
      return fmt::format("the boolean {}", node.text);
    case Kind::number:
      return fmt::format("the number {}", one_line(node.text, 40));
    case Kind::text:
      return fmt::format("\"{}\"", one_line(node.text, 60));
    case Kind::list:
      return "a list";
    case Kind::map:
      break;
  }
  return "a map";
}

}  // namespace

std::string either(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 < words.size() ? ", " : " or ";
    text += words[i];
  }
  return text;
}

void ConfigValue::fail(const std::string& message) const {
  throw config_error(file, node->mark, fmt::format("{}: {}", name, message));
}

void ConfigValue::fail_kind(const std::string& wanted) const {
  const bool unquoted =
      node->kind == Kind::boolean || node->kind == Kind::number;
  const bool quotes_help = unquoted && wanted.find("text") != wanted.npos;
  fail(fmt::format("expected {}, found {}{}", wanted, described(*node),
                   quotes_help ? "; put it in quotes" : ""));
}

Written<std::string> ConfigValue::text() const {
  if (node->kind != Kind::text) fail_kind("text");
  return {node->text, node->mark};
}

Written<std::string> ConfigValue::text_or_number() const {
  if (node->kind != Kind::text && node->kind != Kind::number) fail_kind("text");
  return {node->text, node->mark};
}

std::vector<ConfigValue> ConfigValue::list(const std::string& of) const {
  if (node->kind == Kind::text) {
    fail(fmt::format("expected a list of {}, found \"{}\"; write [\"{}\"]", of,
                     one_line(node->text, 60), one_line(node->text, 60)));
  }
  if (node->kind != Kind::list) fail_kind("a list of " + of);
  std::vector<ConfigValue> items;
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    items.push_back({file, fmt::format("{}[{}]", name, i), node->items[i], {}});
  }
  return items;
}

std::vector<ConfigValue> ConfigValue::map(const std::string& of) const {
  if (node->kind != Kind::map) fail_kind("a map of " + of);
  std::vector<ConfigValue> values;
  for (const yaml::Entry& entry : node->entries) {
    const std::string key = one_line(entry.key, 100);
    values.push_back(
        {file, name.empty() ? key : name + "." + key, entry.value, entry.mark});
  }
  return values;
}

std::size_t ConfigValue::one_of(const std::vector<std::string>& words) const {
  if (node->kind != Kind::text) fail_kind(either(words));
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (node->text == words[i]) return i;
  }
  const std::string near = nearest(node->text, words);
  fail(fmt::format("expected {}, found \"{}\"{}", either(words),
                   one_line(node->text, 60),
                   near.empty() ? "" : "; did you mean " + near + "?"));
}

int ConfigValue::integer(int least, int most) const {
  const std::string wanted =
      fmt::format("a whole number, {} to {}", least, most);
  int number = 0;
  const char* end = node->text.data() + node->text.size();
  const auto read = std::from_chars(node->text.data(), end, number);
  if (node->kind != Kind::number || read.ec != std::errc{} || read.ptr != end ||
      number < least || number > most) {
    fail_kind(wanted);
  }
  return number;
}

Written<std::string> ConfigValue::path() const {
  Written<std::string> path = text();
  std::string& value = path.value;
  while (value.size() > 1 && value.ends_with('/')) value.pop_back();
  while (value.starts_with("./")) value.erase(0, 2);
  if (value == ".") value.clear();
  if (node->text.empty()) fail("empty; `.` is the repository's root");
  if (value.starts_with('/')) {
    fail("begins with \"/\"; paths are relative to the repository's root");
  }
  if (value.empty()) return path;
  for (const std::string_view part : split(value, '/')) {
    if (part == ".." || part == "." || part.empty()) {
      fail(
          fmt::format("\"{}\" has a part that is empty, \".\" or \"..\"; write"
                      " the path from the repository's root",
                      one_line(node->text, 60)));
    }
  }
  return path;
}

Written<std::string> ConfigValue::pattern() const {
  const Written<std::string> pattern = text();
  try {
    const core::PathSet compiled({pattern.value});
  } catch (const UsageError& error) {
    fail(one_line(error.what(), 300));
  }
  return pattern;
}

std::vector<Written<std::string>> ConfigValue::patterns() const {
  std::vector<Written<std::string>> all;
  for (const ConfigValue& item : list("patterns")) {
    all.push_back(item.pattern());
  }
  return all;
}

}  // namespace ecr_version::app
