// What a stream of JSON events tells, as one line; and what it should tell, by
// the tree of the same text.
#pragma once

#include "base/json.hpp"

#include <cstdio>
#include <string>

namespace ecr_version::tests {

class Told : public json::Events {
 public:
  void on_null() override { log += "null "; }
  void on_bool(bool flag) override { log += flag ? "true " : "false "; }
  void on_number(double number) override {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g ", number);
    log += text;
  }
  void on_string(std::string_view text) override {
    log += "'" + std::string(text) + "' ";
  }
  void on_key(std::string_view text) override {
    log += std::string(text) + ":";
  }
  void on_start_object() override { log += "{ "; }
  void on_end_object() override { log += "} "; }
  void on_start_array() override { log += "[ "; }
  void on_end_array() override { log += "] "; }

  // The events that `value` stands for.
  void tell(const json::Value& value) {
    if (value.is_object()) {
      on_start_object();
      for (const auto& [name, member] : value.as_object("object")) {
        on_key(name);
        tell(member);
      }
      on_end_object();
    } else if (value.is_array()) {
      on_start_array();
      for (const json::Value& item : value.as_array("array")) tell(item);
      on_end_array();
    } else if (value.is_string()) {
      on_string(value.as_string("string"));
    } else if (value.is_null()) {
      on_null();
    } else if (value.is_number()) {
      on_number(value.as_number("number"));
    } else {
      on_bool(value.as_bool("flag"));
    }
  }

  std::string log;
};

}  // namespace ecr_version::tests
