// A value of the configuration on its way from YAML to a type: each call asks
// for one form and says, at the value's place, what was expected and found.
//
// Strict on purpose: text that YAML reads as a number or a boolean is refused
// where text is wanted, exactly as the JSON Schema refuses it, so an editor
// and the program never disagree.
#pragma once

#include "app/config.hpp"
#include "app/yaml.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app {

// A node, the file it stands in, and its name for messages ("apps.api.paths").
struct ConfigValue {
  const std::string& file;
  std::string name;
  yaml::NodePtr node;

  [[noreturn]] void fail(const std::string& message) const;
  // "expected <wanted>, found a list"
  [[noreturn]] void fail_kind(const std::string& wanted) const;

  Written<std::string> text() const;
  Written<std::string> text_or_number() const;
  std::vector<ConfigValue> list(const std::string& of) const;
  std::vector<ConfigValue> map(const std::string& of) const;  // by key
  // The word's place in `words`, one of which it must be.
  std::size_t one_of(const std::vector<std::string>& words) const;
  int integer(int least, int most) const;

  // A directory or file from the repository's root, without `./` or a trailing
  // slash; "" for `.`.
  Written<std::string> path() const;
  // A path pattern that compiles.
  Written<std::string> pattern() const;
  std::vector<Written<std::string>> patterns() const;

  yaml::Mark key_mark;  // of the key, when it is a value of a map
};

// "expected `a`, `b` or `c`" and the like.
std::string either(const std::vector<std::string>& words);

}  // namespace ecr_version::app
