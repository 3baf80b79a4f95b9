// A list of patterns as Docker matches them (moby/patternmatcher): that of
// a .dockerignore, of COPY --exclude and of COPY --parents.
//
// These are not gitignore's: patterns are anchored at the root, the last one
// that matches decides, `!` takes back what an earlier one matched, and what
// matches a directory matches all below it. They are not core/glob's either:
// `**` is any number of directories only where Docker says so.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecr_version::core {

class DockerPatterns {
 public:
  DockerPatterns() = default;
  explicit DockerPatterns(const std::vector<std::string>& patterns);

  // `path` has no leading or trailing slash.
  bool matches(std::string_view path) const;

  // The same by the rules of engines before 23 (BuildKit before 0.11), which
  // take back and keep out other files. Where a file may reach the build of one
  // engine or the other, neither alone tells that it is hidden.
  bool matched_before(std::string_view path) const;

  // For a walk: which patterns match a path, given which match its parent
  // directory (a default-made value at the root).
  using Matched = std::vector<bool>;
  bool matches(std::string_view path, const Matched& parent,
               Matched& matched) const;

  bool empty() const { return patterns_.empty(); }
  // Without `!` patterns, nothing below a matched directory is taken back.
  bool has_exceptions() const { return has_exceptions_; }

 private:
  struct Token {
    enum class Kind {
      character,    // this one
      any,          // one that is no slash
      stars,        // any number of those
      directories,  // nothing, or anything that ends in a slash
      inside,       // the state within `directories`
      rest,         // anything
      set,          // one of the ranges
      other,        // one of none of the ranges
    };
    Kind kind = Kind::character;
    char32_t code = 0;
    std::vector<std::pair<char32_t, char32_t>> ranges;
  };
  struct Pattern {
    enum class Kind { exact, prefix, suffix, tokens, odd };
    Kind kind = Kind::exact;
    bool is_exception = false;
    std::string text;
    std::vector<Token> tokens;
  };

  static Pattern compile(std::string text);
  static bool compile_set(const std::u32string& text, std::size_t& at,
                          Token& token);
  static bool matches_one(const Pattern& pattern, std::string_view path);
  static bool run(const std::vector<Token>& tokens, std::string_view path);

  std::vector<Pattern> patterns_;
  bool has_exceptions_ = false;
};

// The patterns of a .dockerignore's text.
std::vector<std::string> read_dockerignore(std::string_view text);

// Where Docker looks for the ignore file, the first that exists: paths from the
// repository's root. `context` is a directory, "" the root.
std::vector<std::string> dockerignore_candidates(const std::string& dockerfile,
                                                 const std::string& context);

// The shortest path that means the same (Go's path.Clean): "a/./b//../c" is
// "a/c", nothing is ".".
std::string clean_path(std::string_view path);

}  // namespace ecr_version::core
