#include "runner/markdown.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::runner::markdown {
namespace {

// Shows the zero-width space.
std::string visible(std::string text) {
  for (std::size_t at = text.find("\u200B"); at != std::string::npos;
       at = text.find("\u200B"))
    text.replace(at, 3, "·");
  return text;
}

TEST_CASE("markdown: escaped text has no structure left") {
  struct Row {
    const char* text;
    const char* markdown;
  };
  const std::vector<Row> rows = {
      {"plain text, with 1.2.3 and a/path",
       "plain text, with 1.2.3 and a/path"},
      {"a|b", "a&#124;b"},
      {"<b>&amp;", "&#60;b&#62;&#38;amp;"},
      {"**x** _y_ ~z~ `c`",
       "&#42;&#42;x&#42;&#42; &#95;y&#95; &#126;z&#126; &#96;c&#96;"},
      {"[a](b)", "&#91;a&#93;&#40;b&#41;"},
      {"\\|", "&#92;&#124;"},
      {"a\nb\r\nc", "a b  c"},
      {"- a - b", "&#45; a - b"},
      {"1. a", "1&#46; a"},
      {"12) a", "12&#41; a"},
      {"=== a=b", "&#61;== a=b"},
      {"  \x01  indented", "indented"},
      {"@team a@b.c", "&#64;·team a&#64;·b.c"},
      {"#12 o/r#3 GH-4", "&#35;·12 o/r&#35;·3 GH-·4"},
      {":smile: 12:30 a::b :+1:", "&#58;·smile: 12:30 a::b :·+1:"},
      {"https://x www.x WWW.x wwww", "https:·//x www·.x WWW·.x wwww"},
      {"$x$", "&#36;·x&#36;·"},
      {"deadbee face abcdef0123456 x1234567",
       "d·eadbee face a·bcdef0·123456 x1234567"},
      {"ABCDEF0 :ABC", "A·BCDEF0 :ABC"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(visible(escape(row.text)) == row.markdown);
  }
}

TEST_CASE("markdown: code keeps what is copied, and breaks only links") {
  CHECK(code("1.2.3-a1b2c3d") == "<code>1.2.3-a1b2c3d</code>");
  CHECK(code("apps/a_b/#1.cpp") == "<code>apps/a&#95;b/&#35;1.cpp</code>");
  CHECK(code("a|b`c\\|d") == "<code>a&#124;b&#96;c&#92;&#124;d</code>");
  CHECK(visible(code("https://x a@b.c www.x")) ==
        "<code>https:·//x a&#64;·b.c www·.x</code>");
  CHECK(code("").empty());
  CHECK(code(" \n").empty());
}

TEST_CASE("markdown: a link keeps to http(s), and nothing ends it early") {
  CHECK(link("t", "https://h/a/b?c=d&e#f") == "[t](https://h/a/b?c=d&amp;e#f)");
  CHECK(link("t", "http://h") == "[t](http://h)");
  CHECK(link("t", "https://h/a) [x](y \"<>|\\`\n") ==
        "[t](https://h/a%29%20%5Bx%5D%28y%20%22%3C%3E%7C%5C%60%0A)");
  for (const char* url : {"javascript:alert(1)", "/x", "", "ftp://x"}) {
    CAPTURE(url);
    CHECK(link("t", url) == "t");
  }
}

TEST_CASE("markdown: a part of a path is percent-encoded as bytes") {
  CHECK(url_part("a-b_c.d~E9") == "a-b_c.d~E9");
  CHECK(url_part("a/b?#%\n") == "a%2Fb%3F%23%25%0A");
  CHECK(url_part("é\xff") == "%C3%A9%FF");
}

TEST_CASE("markdown: a Mermaid label cannot leave its quotes") {
  CHECK(mermaid_label("api-v2/x_y") == "\"api-v2/x_y\"");
  CHECK(mermaid_label(" \n") == "\"–\"");
  CHECK(mermaid_label("\"]; click n0\n```") ==
        "\"#34;#93;#59; click n0 #96;#96;#96;\"");
}

TEST_CASE("markdown: what is too long is cut") {
  CHECK(escape(std::string(10'000'000, 'x')) == std::string(1000, 'x') + "…");
  CHECK(mermaid_label(std::string(200, 'x')) ==
        "\"" + std::string(100, 'x') + "…\"");
}

}  // namespace
}  // namespace ecr_version::runner::markdown
