#include "core/dockerfile_lines.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

using Lines = std::vector<std::string>;

// "3 copy [--link] a b" for each instruction.
Lines read(std::string_view text) {
  Lines result;
  const DockerLines lines = read_docker_lines(text);
  for (const DockerInstruction& instruction : lines.instructions) {
    std::string line =
        std::to_string(instruction.line) + " " + instruction.command + " ";
    if (!instruction.flags.empty())
      line += "[" + join(instruction.flags, "|") + "] ";
    result.push_back(line + instruction.arguments);
  }
  if (lines.is_broken) result.emplace_back("broken");
  return result;
}

TEST_CASE("dockerfile lines: one instruction a line, in any letter case") {
  CHECK(read("\xEF\xBB\xBF"
             "FROM a\n\n  # comment\n\tcopy  b c  \r\nRUN x") ==
        Lines{"1 from a", "4 copy b c", "5 run x"});
  CHECK(read("RUN\rx") == Lines{"1 run x"});
  CHECK(read("ONBUILD\nRUN x") == Lines{"1 onbuild ", "2 run x"});
  CHECK(read("COPY\va\fb\r") == Lines{"1 copy a\fb"});
  CHECK(read("\vRUN \x08") == Lines{"1 run \x08"});
  CHECK(read("").empty());
  CHECK(read("# only\n\n").empty());
}

TEST_CASE("dockerfile lines: a line goes on behind a backslash") {
  CHECK(read("COPY a \\\n  b \\  \n  c\nRUN x") ==
        Lines{"1 copy a   b   c", "4 run x"});
  CHECK(read("COPY a \\\r\n b\r\n") == Lines{"1 copy a  b"});
  CHECK(read("RUN a \\\n# comment\n\n  # more\n  b\nRUN c") ==
        Lines{"1 run a   b", "6 run c"});
  CHECK(read("COPY a\\\\\nRUN b") == Lines{"1 copy a\\\\", "2 run b"});
  CHECK(read("RUN a \\\n\\\\\nRUN b") == Lines{"1 run a \\\\", "3 run b"});
  CHECK(read("COPY a b \\") == Lines{"1 copy a b"});
  CHECK(read("\\\n").empty());
  CHECK(read("\\\n\nCOPY a b") == Lines{"1 copy a b"});
}

TEST_CASE("dockerfile lines: directives stand at the very top") {
  CHECK(read("# escape=`\nCOPY a `\n b") == Lines{"2 copy a  b"});
  CHECK(read("#syntax = x/y:1\n# Escape = `\nCOPY a `\n b") ==
        Lines{"3 copy a  b"});
  CHECK(read("# check=skip=all\n# escape=`\nCOPY a `\n b") ==
        Lines{"3 copy a  b"});
  CHECK(read_docker_lines("# syntax = docker/dockerfile:1 \n").syntax ==
        "docker/dockerfile:1");
  CHECK(read_docker_lines("# escape=`\n# escape=\\\n").escape == '\\');
  CHECK(read_docker_lines("escape=`\n").escape == '\\');
  // A comment, an empty line or an unknown one ends them.
  for (const char* top : {"# hello\n", "\n", "# other=1\n"}) {
    CAPTURE(top);
    CHECK(read_docker_lines(std::string(top) + "# escape=`\n").escape == '\\');
  }
}

TEST_CASE("dockerfile lines: what is no directive is a comment or nothing") {
  CHECK(read_docker_lines("# syntax\nFROM a").syntax.empty());
  CHECK(read("xsyntax=a\nFROM b") == Lines{"1 xsyntax=a ", "2 from b"});
  CHECK(read("# escape=`\n# syntax=x\nRUN a `\n b") == Lines{"3 run a  b"});
}

TEST_CASE("dockerfile lines: heredocs are data") {
  CHECK(read("ADD <<\"EOF\" /x\nCOPY a b\nEOF\nCOPY c d") ==
        Lines{"1 add <<\"EOF\" /x", "4 copy c d"});
  CHECK(read("RUN <<EOF\nCOPY a b\nEOF\nCOPY c d") ==
        Lines{"1 run <<EOF", "4 copy c d"});
  CHECK(read("COPY <<one <<-'two' /d/\nCOPY a b\none\n\ttwo x\n\ttwo\nRUN y") ==
        Lines{"1 copy <<one <<-'two' /d/", "6 run y"});
  CHECK(read("RUN cat <<EOF | sh \\\n  && true\nx\nEOF\nRUN y") ==
        Lines{"1 run cat <<EOF | sh   && true", "5 run y"});
  CHECK(read("ONBUILD COPY <<EOF /x\nRUN z\nEOF\nRUN y") ==
        Lines{"1 onbuild COPY <<EOF /x", "4 run y"});
  CHECK(read("RUN 3<<EOF x\nEOF\nRUN y") == Lines{"1 run 3<<EOF x", "3 run y"});
  CHECK(read("RUN [ -e x ] || cat <<EOF >x\nCOPY a b\nEOF\nCOPY c d") ==
        Lines{"1 run [ -e x ] || cat <<EOF >x", "4 copy c d"});
  CHECK(read("RUN <<EOF\n\tEOF\nEOF\nRUN y") ==
        Lines{"1 run <<EOF", "4 run y"});
  // None of these is one.
  CHECK(read("LABEL <<EOF\nRUN y") == Lines{"1 label <<EOF", "2 run y"});
  CHECK(read("RUN [ \"a\", \"<<EOF\" ]\nRUN y").size() == 2);
  CHECK(read("RUN echo \"a <<EOF\"\nRUN y").size() == 2);
  CHECK(read("RUN echo $((1<<2))\nRUN y").size() == 2);
  CHECK(read("RUN cat <<<EOF\nRUN y").size() == 2);
  CHECK(read("RUN [\"a\", \"<<EOF\"]\nRUN y").size() == 2);
  CHECK(read("CMD <<EOF\nRUN y").size() == 2);
  CHECK(read("RUN a << b\nRUN y").size() == 2);
}

TEST_CASE("dockerfile lines: a heredoc's word, and what is none") {
  for (const char* word : {"<<a", "<<z", "<<A", "<<Z", "<<0", "<<9", "0<<a",
                           "9<<a", "<<_a", "<<-a"}) {
    CAPTURE(word);
    CHECK(parse_docker_heredoc(word).has_value());
  }
  for (const char* word :
       {"", "12", "<", "<<", "<<-", "<<_", "<<@", "<<[", "<<`", "<<{", "<</",
        "<<:", "/<<a", ":<<a", "<<<a", "<<a<", "a<<b"}) {
    CAPTURE(word);
    CHECK_FALSE(parse_docker_heredoc(word).has_value());
  }
}

TEST_CASE("dockerfile lines: a heredoc that never ends breaks the file") {
  CHECK(read("RUN <<EOF\nx\n EOF") == Lines{"1 run <<EOF", "broken"});
}

TEST_CASE("dockerfile lines: a file beyond all measure is not read") {
  CHECK(read(std::string(262'144, '\n')).empty());
  CHECK(read(std::string(262'145, '\n')) == Lines{"broken"});
}

TEST_CASE("dockerfile lines: flags come first, quotes go") {
  CHECK(read("COPY --link --from=a --chown='x y' --a=\"b\"c d --e f") ==
        Lines{"1 copy [--link|--from=a|--chown=x y|--a=bc] d --e f"});
  CHECK(read("RUN --mount=type=bind,source=a -- --x") ==
        Lines{"1 run [--mount=type=bind,source=a] --x"});
  CHECK(read("RUN -x --y") == Lines{"1 run -x --y"});
  CHECK(read("COPY --chown=a\\ b --x='c d' e f") ==
        Lines{"1 copy [--chown=a b|--x=c d] e f"});
  CHECK(read_docker_instruction("COPY --a\\", 1).flags == Lines{"--a\\"});
  CHECK(read_docker_instruction("COPY --a\\b", 1).flags == Lines{"--ab"});
  CHECK(read("COPY --from=") == Lines{"1 copy [--from=] "});
}

TEST_CASE("dockerfile lines: words keep their quotes") {
  CHECK(split_docker_words("a 'b c'  \"d \\\" e\" f\\ g", '\\') ==
        Lines{"a", "'b c'", "\"d \\\" e\"", "f\\ g"});
  CHECK(split_docker_words("'a\\' b\\ c \"d' e\"", '\\') ==
        Lines{"'a\\'", "b\\ c", "\"d' e\""});
  CHECK(split_docker_words("a b\\", '\\') == Lines{"a", "b\\"});
  CHECK(split_docker_words("a b\\ ", '\\') == Lines{"a", "b\\ "});
  CHECK(split_docker_words(" ", '\\').empty());
}

}  // namespace
}  // namespace ecr_version::core
