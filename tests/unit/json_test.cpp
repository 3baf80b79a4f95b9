#include "base/json.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/json_told.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::json {
namespace {

using namespace std::string_literals;

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST_CASE("json: a tree holds what the text says") {
  const Value value = parse(
      R"( {"a": {"b": ["x", 2, 2.5, true, null]}, "empty": {}, "none": []} )",
      "the payload");
  const Array& items = value["a"]["b"].as_array("b");
  REQUIRE(items.size() == 5);
  CHECK(items[0].as_string("x") == "x");
  CHECK(items[1].as_integer("n") == 2);
  CHECK(items[2].as_number("n") == 2.5);
  CHECK(items[3].as_bool("b"));
  CHECK(items[4].is_null());
  CHECK(value["empty"].as_object("e").empty());
  CHECK(value["none"].as_array("n").empty());
  CHECK(value.as_object("o")[2].first == "none");
  CHECK(parse("7", "n").as_integer("n") == 7);
  CHECK(parse("\"\\u00e9\\ud83d\\ude00\"", "s").as_string("s") ==
        "\u00E9\U0001F600");
}

TEST_CASE("json: a missing member is null, however deep one asks") {
  const Value value = parse(R"({"a": [1], "n": null, "s": "x"})", "v");
  CHECK(value["x"]["y"]["z"].is_null());
  CHECK(value["a"]["0"].is_null());
  CHECK(value["s"]["t"].is_null());
  CHECK(value.text("s") == "x");
  CHECK(value.text("n") == std::nullopt);
  CHECK(value.text("a") == std::nullopt);
  CHECK(value.text("q") == std::nullopt);
}

TEST_CASE("json: the last of duplicate names wins") {
  CHECK(parse(R"({"a": 1, "a": 2})", "v")["a"].as_integer("a") == 2);
}

TEST_CASE("json: an accessor of the wrong kind names what it wanted") {
  const Value value = parse(R"({"name": 3, "x": 1.5, "big": 1e30})", "v");
  CHECK_THROWS_WITH_AS(value["name"].as_string("apps[3].name"),
                       "apps[3].name: expected a string", Error);
  CHECK_THROWS_WITH_AS(value.as_number("n"), "n: expected a number", Error);
  CHECK_THROWS_WITH_AS(value["x"].as_integer("n"), "n: expected a whole number",
                       Error);
  CHECK_THROWS_WITH_AS(value["big"].as_integer("n"),
                       "n: expected a whole number", Error);
  CHECK_THROWS_WITH_AS(value.as_bool("b"), "b: expected true or false", Error);
  CHECK_THROWS_WITH_AS(value.as_array("l"), "l: expected an array", Error);
  CHECK_THROWS_WITH_AS(value["q"].as_object("o"), "o: expected an object",
                       Error);
}

TEST_CASE("json: numbers in every form") {
  const auto number = [](const char* text) {
    return parse(text, "n").as_number("n");
  };
  const auto integer = [](const char* text) {
    return parse(text, "n").as_integer("n");
  };
  CHECK(number("1.7E9") == 1.7e9);
  CHECK(integer("1.7E9") == 1'700'000'000);
  CHECK(number("1.693526400123E9") == 1693526400.123);
  CHECK(integer("-0") == 0);
  CHECK(number("-0.0") == 0.0);
  CHECK(integer("9223372036854775807") == INT64_MAX);
  CHECK(integer("-9223372036854775808") == INT64_MIN);
  CHECK(number("9223372036854775808") == 9223372036854775808.0);
  CHECK_THROWS_AS(integer("9223372036854775808"), Error);
  CHECK(number("18446744073709551616") == 18446744073709551616.0);
  CHECK(number("1e-400") == 0.0);
  CHECK(number("0E100") == 0.0);
  // Its first twenty digits round up to 2^64.
  CHECK(number("184467440737095516159") == 184467440737095516159.0);
  CHECK(number("-1234567890123456789012e-3") == -1234567890123456789.012);
}

TEST_CASE("json: what is not one JSON value is refused with the byte") {
  const struct {
    std::string text;
    std::string message;
  } rows[] = {
      {"", "reading the event: not JSON at byte 0: The document is empty"},
      {"{} {}",
       "reading the event: not JSON at byte 3: The document root must not be "
       "followed by other values"},
      {"{\"a\": }", "reading the event: not JSON at byte 6: Invalid value"},
      {"[1,]", "reading the event: not JSON at byte 3: Invalid value"},
      {"{}\0"s, "reading the event: not JSON at byte 2: a NUL"},
      {"\"\\x\"",
       "reading the event: not JSON at byte 1: Invalid escape character in "
       "string"},
      {nested(201), "reading the event: it nests deeper than 200 at byte 200"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    Events ignored;
    CHECK_THROWS_WITH_AS(parse(row.text, "the event"), row.message.c_str(),
                         Error);
    CHECK_THROWS_WITH_AS(read(row.text, "the event", ignored),
                         row.message.c_str(), Error);
  }
  for (const std::string_view text :
       split("nul|[|{\"a\"|'a'|NaN|+1|01|\"a\nb\"|// c\n1|\xEF\xBB\xBF{|1e999",
             '|')) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse(text, "the event"), Error);
  }
}

TEST_CASE("json: 200 levels are read, a million are refused") {
  CHECK(parse(nested(200), "v").is_array());
  CHECK_THROWS_AS(parse(nested(1'000'000), "v"), Error);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK_THROWS_AS(parse(objects, "v"), Error);
}

TEST_CASE("json: text that is not UTF-8 is read, and repaired when written") {
  const Value value = parse("\"caf\xE9\"", "v");
  CHECK(value.as_string("v") == "caf\xE9");
  CHECK(Writer().value(value.as_string("v")).text() == "\"caf\uFFFD\"");
}

TEST_CASE("json: events come in the text's order") {
  tests::Told recorder;
  read(R"({"a":[1,-2.5,"x\ty",true,false,null],"b":{}})", "v", recorder);
  CHECK(recorder.log == "{ a:[ 1 -2.5 'x\ty' true false null ] b:{ } } ");
}

// One text a line; the first are JSON.
constexpr std::string_view tricky =
    R"( {"a" : [ ] , "b":{ }, "c":[[],[{}]], "c":"twice"}
"\u0000\u00e9\u20ac\ud83d\ude00\udc00 \"\\\/\b\f\n\r\t"
[0,-0,-0.0,7,10,1.5,-1.25,1e3,1E+3,1e-400,1.7e9,123456789012345678901234567890]
[9223372036854775807,9223372036854775808,18446744073709551616,0.1,1700000000.123]
[123456789012345,1234567890123456,12345678901234.5,1.23456789012345,9.00000000000001]
[1795582229.9101822,1795582229.910,3.3,2.675,1.005,98765.43210987,1.000,10.0]
[true,false,null,"true"]
[1.,2]
[.5]
[1.2.3]
[01]
[1e999]
[--1]
[1e]
[tru]
[truefalse]
{"a":1,}
{"a" 1}
{a:1}
{"a":1 "b":2}
[1 2]
[1,,2]
]
{]
[}
"\ud83d"
"\ud83dx"
"\ud83d\u0041"
"\u12g4"
"\u12
"\
")";

// The two readers are two programs: what one takes, the other takes alike.
TEST_CASE("json: the events tell just what the tree holds") {
  std::vector<std::string> texts;
  for (const std::string_view line : split(tricky, '\n'))
    texts.emplace_back(line);
  for (const char special : "\"\\\x01\x1A\x1F\x7F\xFF")
    for (std::size_t size = 0; size < 20; ++size)
      texts.push_back("[\"" + std::string(size, 'a') + special + "b\",1]");
  for (const std::string& text : texts) {
    CAPTURE(text);
    tests::Told tree;
    tests::Told events;
    bool is_tree = true;
    bool is_read = true;
    try {
      tree.tell(parse(text, "v"));
    } catch (const Error&) {
      is_tree = false;
    }
    try {
      read(text, "v", events);
    } catch (const Error&) {
      is_read = false;
    }
    CHECK(is_read == is_tree);
    if (is_tree) CHECK(events.log == tree.log);
  }
}

TEST_CASE("json: an event handler's own exception passes through") {
  struct Thrower : Events {
    void on_number(double) override { throw UsageError("enough"); }
  } thrower;
  CHECK_THROWS_WITH_AS(read("[1]", "v", thrower), "enough", UsageError);
}

TEST_CASE("json: the writer writes what the reader reads") {
  Writer writer;
  writer.begin_object()
      .member("text", "a\"b\\c\n\x01</script>")
      .member("yes", true)
      .member("number", 7)
      .member("big", INT64_MIN)
      .member("size", std::size_t{3})
      .member("none", std::optional<std::string>())
      .member("some", std::optional<std::string>("x"))
      .member("list", std::vector<std::string>{"a", "b"})
      .key("rows")
      .begin_array()
      .begin_object()
      .end_object()
      .null()
      .end_array()
      .end_object();
  CHECK(writer.text() ==
        R"({"text":"a\"b\\c\n\u0001</script>","yes":true,"number":7,)"
        R"("big":-9223372036854775808,"size":3,"none":null,"some":"x",)"
        R"("list":["a","b"],"rows":[{},null]})");
  CHECK(parse(writer.text(), "v")["text"].as_string("t") ==
        "a\"b\\c\n\x01</script>");
}

TEST_CASE("json: pretty is indented by two") {
  Writer writer(Writer::Style::pretty);
  writer.begin_object().member("a", 1).key("b").begin_array().end_array();
  writer.end_object();
  CHECK(writer.text() == "{\n  \"a\": 1,\n  \"b\": []\n}");
}

TEST_CASE("json: what ends a line or turns it around is escaped") {
  CHECK(Writer().value("a\u2028b\u2029c\u202Ad\0e"s).text() ==
        "\"a\\u2028b\\u2029c\\u202ad\\u0000e\"");
  CHECK(Writer().value("\x7F\xC2\x9B\u061C é\u00A0\uFFFD\U0001F600").text() ==
        "\"\\u007f\\u009b\\u061c é\u00A0\uFFFD\U0001F600\"");
  Writer writer;
  writer.begin_object().member("k\u2028", 1).end_object();
  CHECK(writer.text() == "{\"k\\u2028\":1}");
}

}  // namespace
}  // namespace ecr_version::json
