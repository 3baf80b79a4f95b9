#include "core/glob.hpp"

#include "core/glob_automaton.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace ecr_version::core {
namespace {

// The enabled positions while a path is read.
class Match {
 public:
  explicit Match(const GlobAutomaton& automaton)
      : automaton_(automaton),
        enabled_(automaton.first),
        marked_(automaton.positions.size(), 0) {}

  // From here on a `**` stands for nothing.
  void shut_globstars() { globstars_shut_ = true; }

  void read(std::string_view text) {
    for (const char c : text) read(c);
  }

  void read(char c) {
    next_.clear();
    at_end_ = false;
    ++round_;
    for (const std::uint32_t index : enabled_) {
      const GlobPosition& position = automaton_.positions[index];
      if (!position.bytes[static_cast<unsigned char>(c)]) continue;
      if (globstars_shut_ && position.globstar) continue;
      at_end_ = at_end_ || position.last;
      for (const std::uint32_t follower : position.follow) {
        if (marked_[follower] == round_) continue;
        marked_[follower] = round_;
        next_.push_back(follower);
      }
    }
    std::swap(enabled_, next_);
  }

  bool at_end() const { return at_end_; }
  bool alive() const { return !enabled_.empty(); }
  bool universal() const {
    return std::any_of(enabled_.begin(), enabled_.end(), [&](auto index) {
      return automaton_.positions[index].universal;
    });
  }

 private:
  const GlobAutomaton& automaton_;
  bool globstars_shut_ = false;
  std::vector<std::uint32_t> enabled_;
  std::vector<std::uint32_t> next_;
  std::vector<std::size_t> marked_;
  std::size_t round_ = 0;
  bool at_end_ = false;
};

Match below(const GlobAutomaton& automaton, std::string_view directory) {
  Match match(automaton);
  if (!directory.empty()) {
    match.read(directory);
    match.read('/');
  }
  return match;
}

template <typename Asks>
bool belongs(const std::vector<Glob>& positive,
             const std::vector<Glob>& negative, Asks asks) {
  return std::any_of(positive.begin(), positive.end(), asks) &&
         std::none_of(negative.begin(), negative.end(), asks);
}

}  // namespace

Glob::Glob(std::string_view pattern)
    : pattern_(pattern),
      automaton_(std::make_unique<GlobAutomaton>(compile_glob(pattern))) {}
Glob::~Glob() = default;
Glob::Glob(Glob&&) noexcept = default;
Glob& Glob::operator=(Glob&&) noexcept = default;

bool Glob::matches(std::string_view path) const {
  Match match(*automaton_);
  match.read(path);
  return match.at_end();
}

bool Glob::may_match_below(std::string_view directory) const {
  return below(*automaton_, directory).alive();
}

bool Glob::matches_all_below(std::string_view directory) const {
  return below(*automaton_, directory).universal();
}

bool Glob::matches_submodule(std::string_view path) const {
  // A `**` at the end that reaches into the submodule counts, and it alone.
  if (matches(path) || matches_all_below(path)) return true;
  const std::size_t slash = path.rfind('/');
  const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  Match match(*automaton_);
  match.read(path.substr(0, name));
  match.shut_globstars();
  match.read(path.substr(name));
  match.read('/');
  return match.alive();
}

const std::string& Glob::literal_prefix() const {
  return automaton_->literal_prefix;
}

PathSet::PathSet(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    if (pattern.starts_with('!')) {
      negative_.emplace_back(std::string_view(pattern).substr(1));
    } else {
      positive_.emplace_back(pattern);
    }
  }
  if (positive_.empty() && !negative_.empty()) positive_.emplace_back("**");
}

bool PathSet::matches(std::string_view path) const {
  return belongs(positive_, negative_,
                 [&](const Glob& glob) { return glob.matches(path); });
}

bool PathSet::matches_submodule(std::string_view path) const {
  const auto is_left_out = [&](const Glob& glob) {
    return glob.matches(path) || glob.matches_all_below(path);
  };
  return std::any_of(
             positive_.begin(), positive_.end(),
             [&](const Glob& glob) { return glob.matches_submodule(path); }) &&
         std::none_of(negative_.begin(), negative_.end(), is_left_out);
}

bool PathSet::may_match_below(std::string_view directory) const {
  return std::any_of(positive_.begin(), positive_.end(),
                     [&](const Glob& glob) {
                       return glob.may_match_below(directory);
                     }) &&
         std::none_of(negative_.begin(), negative_.end(),
                      [&](const Glob& glob) {
                        return glob.matches_all_below(directory);
                      });
}

std::string PathSet::common_directory() const {
  std::optional<std::string> common;  // its directories end in a slash
  for (const Glob& glob : positive_) {
    std::string directory = glob.literal_prefix();
    if (directory == glob.pattern()) {  // a file
      directory.erase(directory.rfind('/') + 1);
    } else {
      directory += '/';
    }
    if (!common) {
      common = std::move(directory);
      continue;
    }
    const auto differ = std::mismatch(common->begin(), common->end(),
                                      directory.begin(), directory.end());
    common->erase(differ.first, common->end());
    common->erase(common->rfind('/') + 1);
  }
  if (!common || common->empty()) return {};
  common->pop_back();
  return *common;
}

}  // namespace ecr_version::core
