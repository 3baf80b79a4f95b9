#include "app/shell_words.hpp"

namespace ecr_version::app {

std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char letter : text) {
    if (letter == '\'') {
      word += R"('\'')";
    } else if (letter != '\0') {
      word += letter;
    }
  }
  return word + '\'';
}

std::string shell_assignment(std::string_view name, std::string_view value) {
  return std::string(name) + '=' + shell_word(value) + '\n';
}

}  // namespace ecr_version::app
