#include "aws/credential_process.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <utility>

namespace ecr_version::aws {

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool has_next = i + 1 < line.size();
    // Between double quotes a backslash is one only before these.
    const bool escapes =
        c == '\\' && has_next && quote != '\'' &&
        (quote == 0 || line[i + 1] == '"' || line[i + 1] == '\\' ||
         line[i + 1] == '$' || line[i + 1] == '`');
    if (escapes) {
      word += line[++i];
      in_word = true;
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0)
    throw Error(
        fmt::format("credential_process has a {} that is not closed", quote));
  if (in_word) words.push_back(std::move(word));
  return words;
}

ChildResult run_credential_process(std::string_view line,
                                   const std::function<bool()>& interrupted) {
  const std::vector<std::string> words = split_words(line);
  if (words.empty()) throw Error("credential_process is empty");
  auto result = run_child(words, "", interrupted);
  if (!result) throw Error(one_line(words[0]) + " is not to be found");
  return *std::move(result);
}

}  // namespace ecr_version::aws
