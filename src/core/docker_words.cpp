#include "core/docker_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ecr_version::core {
namespace {

// Bounds on what hostile text can cost: defaults within defaults, and values
// that double with each line.
constexpr int deepest = 20;
constexpr std::size_t most_bytes = 4096;

constexpr std::array<std::string_view, 8> platform_names{
    "TARGETARCH", "TARGETOS", "TARGETVARIANT", "TARGETPLATFORM",
    "BUILDARCH",  "BUILDOS",  "BUILDVARIANT",  "BUILDPLATFORM"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         c == '_';
}

class Expander {
 public:
  Expander(std::string_view word, const DockerVariables& variables, char escape)
      : word_(word), variables_(variables), escape_(escape) {}

  DockerWord expand() {
    words(0, 0);
    return std::move(result_);
  }

 private:
  bool is_at(char c) const { return at_ < word_.size() && word_[at_] == c; }

  void add(std::string_view text) {
    if (is_full_) return;
    is_full_ = result_.text.size() + text.size() > most_bytes;
    if (is_full_)
      result_ = {std::string(1, any_value), false};
    else
      result_.text += text;
  }

  void add(const DockerWord& word) {
    add(word.text);
    result_.is_known = result_.is_known && word.is_known;
  }

  void add_unknown() { add(DockerWord{std::string(1, any_value), false}); }

  // Up to the end, or to `stop`, which is left where it is.
  void words(char stop, int depth) {
    if (depth > deepest) {
      at_ = word_.size();
      return add_unknown();
    }
    while (at_ < word_.size() && (stop == 0 || word_[at_] != stop)) {
      const char c = word_[at_];
      if (c == '\'') {
        single_quoted();
      } else if (c == '"') {
        double_quoted(depth);
      } else if (c == '$') {
        dollar(depth);
      } else {
        if (c == escape_) ++at_;
        add(word_.substr(std::min(at_, word_.size()), 1));
        ++at_;
      }
    }
  }

  void single_quoted() {
    const std::size_t end = word_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return unclosed();
    add(word_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
  }

  void double_quoted(int depth) {
    ++at_;
    while (at_ < word_.size() && word_[at_] != '"') {
      if (word_[at_] == '$') {
        dollar(depth);
        continue;
      }
      const std::string_view next = word_.substr(at_ + 1, 1);
      const bool escapes =
          word_[at_] == escape_ && (next == "\"" || next == "$" ||
                                    next == std::string_view(&escape_, 1));
      if (escapes) ++at_;
      add(word_.substr(at_, 1));
      ++at_;
    }
    if (at_ >= word_.size()) return unclosed();
    ++at_;
  }

  // Docker refuses the file.
  void unclosed() {
    at_ = word_.size();
    add_unknown();
  }

  std::string take_name() {
    const std::size_t start = at_;
    while (at_ < word_.size() && is_name(word_[at_])) ++at_;
    return std::string(word_.substr(start, at_ - start));
  }

  void dollar(int depth) {
    ++at_;
    if (is_at('{')) return braced(depth);
    if (at_ < word_.size() && is_name(word_[at_])) {
      const auto value = value_of(take_name());
      return value ? add(*value) : add_unknown();
    }
    constexpr std::string_view special = "@*#?-$!";
    if (at_ < word_.size() && special.find(word_[at_]) != special.npos)
      ++at_;  // a shell's own, which is empty here
    else
      add("$");
  }

  std::optional<DockerWord> value_of(const std::string& name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : found->second;
  }

  // At the brace of "${x:-y}".
  void braced(int depth) {
    ++at_;
    const auto value = value_of(take_name());
    const bool counts_empty = is_at(':');
    if (counts_empty) ++at_;
    if (is_at('}') && !counts_empty) {
      ++at_;
      return value ? add(*value) : add_unknown();
    }
    const bool gives_default = is_at('-');
    if (!gives_default && !is_at('+')) {
      // ${x#y}, ${x/y/z}, ${x?y}: rare, so not worked out.
      at_ = std::min(word_.find('}', at_), word_.size()) + 1;
      return add_unknown();
    }
    ++at_;
    DockerWord outer = std::exchange(result_, {});
    words('}', depth + 1);
    const DockerWord other = std::exchange(result_, std::move(outer));
    if (!is_at('}')) return unclosed();
    ++at_;

    const bool is_set = value && !(counts_empty && value->text.empty());
    if (gives_default) return add(is_set ? *value : other);
    if (is_set) add(other);
  }

  std::string_view word_;
  const DockerVariables& variables_;
  char escape_;
  std::size_t at_ = 0;
  bool is_full_ = false;
  DockerWord result_;
};

}  // namespace

DockerWord expand_docker_word(std::string_view word,
                              const DockerVariables& variables, char escape) {
  return Expander(word, variables, escape).expand();
}

std::optional<DockerWord> platform_argument(std::string_view name) {
  if (std::find(platform_names.begin(), platform_names.end(), name) ==
      platform_names.end())
    return std::nullopt;
  // "linux/arm64": the one kind that has a slash.
  return DockerWord{std::string(1, any_value), !name.ends_with("PLATFORM")};
}

DockerVariables platform_arguments() {
  DockerVariables variables;
  for (const std::string_view name : platform_names)
    variables.emplace(name, platform_argument(name));
  return variables;
}

}  // namespace ecr_version::core
