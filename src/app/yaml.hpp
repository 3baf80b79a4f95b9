// One YAML document as a small tree with places; yaml-cpp stays in yaml.cpp.
//
// Built from the parser's events, not from YAML::Node, which keeps duplicate
// keys, forgets whether a scalar was quoted and follows aliases without bound.
// Here a duplicate key, a second document, text that is not UTF-8, and a
// document that nests or expands too far are errors. A scalar is text: whether
// `1.10` is a number is for the reader of the key to say, so nothing is lost.
#pragma once

#include "base/error.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::app::yaml {

struct Mark {
  int line = 0;    // from 1; 0 is unknown
  int column = 0;  // from 1, in characters
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;  // shared where an alias names it

struct Entry {
  std::string key;
  Mark mark;  // of the key
  NodePtr value;
};

struct Node {
  enum class Kind { null, boolean, number, text, list, map };
  Kind kind = Kind::null;  // of a plain scalar: by YAML 1.2's core schema
  std::string text;        // of a scalar, as written
  Mark mark;
  std::vector<NodePtr> items;
  std::vector<Entry> entries;  // in file order, `<<` already merged
};

// `file` is for the errors. An empty document is a null node. Throws
// ConfigError.
NodePtr parse(std::string_view text, const std::string& file);

}  // namespace ecr_version::app::yaml

namespace ecr_version::app {

// An error at a place of the configuration: "file:line:column: message".
ConfigError config_error(const std::string& file, const yaml::Mark& mark,
                         const std::string& message);

}  // namespace ecr_version::app
