// The automata of all patterns side by side, made deterministic as far as names
// have been seen. A state is the set of enabled positions and the patterns that
// end there; its steps are filled in on first use, by class of bytes that no
// pattern tells apart. The states are dropped when they grow past a limit, as
// hostile patterns make them; directories, which callers hold, are kept.
#include "core/path_index.hpp"

#include "core/glob.hpp"
#include "core/glob_automaton.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

namespace ecr_version::core {
namespace {

using List = std::vector<std::uint32_t>;

struct ListHash {
  std::size_t operator()(const List& list) const noexcept {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::uint32_t value : list) {
      hash = (hash ^ value) * 0x100000001b3;
    }
    return static_cast<std::size_t>(hash ^ (hash >> 32));
  }
};

void tidy(List& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

constexpr std::uint32_t unknown = UINT32_MAX;

struct State {
  List enabled;
  List ended;  // patterns
  std::vector<std::uint32_t> steps;
  std::uint32_t directory = unknown;
  std::uint32_t sorted = unknown;  // index of the sets of a file ending here
};

struct Below {
  List enabled;
  List sets;
  List all;
  std::uint32_t state = unknown;  // dropped with the states
};

}  // namespace

struct PathIndex::Implementation {
  struct Use {
    Set set;
    bool positive;
  };

  static constexpr std::size_t most_bytes = std::size_t{8} << 20;

  std::vector<GlobPosition> positions;
  std::vector<std::uint32_t> pattern_of;  // by position
  std::vector<std::vector<Use>> uses;     // by pattern
  std::vector<std::vector<std::string>> anchors;
  std::array<std::uint8_t, 256> byte_class{};
  std::size_t classes = 1;
  std::vector<unsigned char> example;  // a byte of each class

  std::vector<State> states;
  std::unordered_map<List, std::uint32_t, ListHash> state_of;
  std::size_t bytes_used = 0;
  std::vector<List> sorted;
  std::unordered_map<List, std::uint32_t, ListHash> sorted_of;
  std::vector<std::unique_ptr<Below>> directories;
  std::unordered_map<List, std::uint32_t, ListHash> directory_of;
  std::uint32_t root_directory = 0;
  std::vector<std::size_t> marked;
  std::size_t round = 0;
  std::vector<std::uint8_t> verdicts;  // scratch, by set

  explicit Implementation(const std::vector<std::vector<std::string>>& sets) {
    verdicts.resize(sets.size());
    std::map<std::string, std::uint32_t> known;
    List first;
    for (Set set = 0; set < sets.size(); ++set) {
      const PathSet compiled(sets[set]);  // the rule of lists is there
      for (const Glob& glob : compiled.positive()) {
        use(glob.pattern(), {set, true}, known, first);
      }
      for (const Glob& glob : compiled.negative()) {
        use(glob.pattern(), {set, false}, known, first);
      }
      anchors.push_back(anchors_of(compiled));
    }
    marked.resize(positions.size());
    tell_bytes_apart();
    directories.push_back(std::make_unique<Below>());  // 0: nothing below
    directory_of.emplace(List{}, 0);
    root_directory = directory_for(std::move(first));
  }

  static std::vector<std::string> anchors_of(const PathSet& set) {
    std::vector<std::string> result;
    for (const Glob& glob : set.positive()) {
      result.push_back(glob.literal_prefix());
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    if (!result.empty() && result.front().empty()) result = {""};
    return result;
  }

  void use(const std::string& pattern, Use how,
           std::map<std::string, std::uint32_t>& known, List& first) {
    const auto [entry, is_new] =
        known.emplace(pattern, static_cast<std::uint32_t>(uses.size()));
    if (is_new) {
      uses.emplace_back();
      GlobAutomaton automaton = compile_glob(pattern);
      const auto offset = static_cast<std::uint32_t>(positions.size());
      for (GlobPosition& position : automaton.positions) {
        for (std::uint32_t& follower : position.follow) follower += offset;
        positions.push_back(std::move(position));
        pattern_of.push_back(entry->second);
      }
      for (const std::uint32_t index : automaton.first) {
        first.push_back(index + offset);
      }
    }
    uses[entry->second].push_back(how);
  }

  void tell_bytes_apart() {
    std::unordered_map<ByteSet, bool> seen;
    for (const GlobPosition& position : positions) {
      if (!seen.emplace(position.bytes, true).second) continue;
      std::map<std::pair<std::uint8_t, bool>, std::uint8_t> split;
      for (std::size_t byte = 0; byte < 256; ++byte) {
        const auto key =
            std::pair(byte_class[byte], bool{position.bytes[byte]});
        const auto next = static_cast<std::uint8_t>(split.size());
        byte_class[byte] = split.emplace(key, next).first->second;
      }
      classes = split.size();
    }
    example.resize(classes);
    for (std::size_t byte = 0; byte < 256; ++byte) {
      example[byte_class[byte]] = static_cast<unsigned char>(byte);
    }
  }

  // Of each set: 1 when a positive use is among the patterns, 2 when
  // a negative one is (which wins).
  template <typename Patterns>
  List sets_of(const Patterns& positive, const Patterns& negative) {
    List touched;
    const auto mark = [&](const Patterns& patterns, bool sign) {
      for (const std::uint32_t pattern : patterns) {
        for (const Use& one : uses[pattern]) {
          if (one.positive != sign) continue;
          verdicts[one.set] |= sign ? 1 : 2;
          touched.push_back(one.set);
        }
      }
    };
    mark(positive, true);
    mark(negative, false);
    tidy(touched);
    List result;
    for (const Set set : touched) {
      if (verdicts[set] == 1) result.push_back(set);
      verdicts[set] = 0;
    }
    return result;
  }

  std::uint32_t directory_for(List enabled) {
    tidy(enabled);
    const auto found = directory_of.find(enabled);
    if (found != directory_of.end()) return found->second;
    auto entry = std::make_unique<Below>();
    List alive;
    List universal;
    for (const std::uint32_t index : enabled) {
      alive.push_back(pattern_of[index]);
      if (positions[index].universal) universal.push_back(pattern_of[index]);
    }
    entry->sets = sets_of(alive, universal);
    entry->all = sets_of(universal, alive);
    std::uint32_t number = 0;
    if (!entry->sets.empty()) {
      number = static_cast<std::uint32_t>(directories.size());
      entry->enabled = enabled;
      directories.push_back(std::move(entry));
    }
    directory_of.emplace(std::move(enabled), number);
    return number;
  }

  std::uint32_t state_for(List enabled, List ended) {
    List key = enabled;
    key.push_back(unknown);
    key.insert(key.end(), ended.begin(), ended.end());
    const auto found = state_of.find(key);
    if (found != state_of.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(states.size());
    bytes_used += sizeof(State) + 8 * key.size() + 4 * classes + 64;
    states.push_back({.enabled = std::move(enabled),
                      .ended = std::move(ended),
                      .steps = List(classes, unknown)});
    state_of.emplace(std::move(key), number);
    return number;
  }

  std::uint32_t state_of_directory(std::uint32_t number) {
    if (bytes_used > most_bytes) {
      states.clear();
      state_of.clear();
      bytes_used = 0;
      for (const auto& entry : directories) entry->state = unknown;
    }
    Below& entry = *directories[number];
    if (entry.state == unknown) entry.state = state_for(entry.enabled, {});
    return entry.state;
  }

  std::uint32_t step(std::uint32_t from, unsigned char byte) {
    const std::uint32_t known = states[from].steps[byte_class[byte]];
    if (known != unknown) return known;
    List enabled;
    List ended;
    ++round;
    for (const std::uint32_t index : states[from].enabled) {
      const GlobPosition& position = positions[index];
      if (!position.bytes[byte]) continue;
      if (position.last) ended.push_back(pattern_of[index]);
      for (const std::uint32_t follower : position.follow) {
        if (std::exchange(marked[follower], round) == round) continue;
        enabled.push_back(follower);
      }
    }
    std::sort(enabled.begin(), enabled.end());
    tidy(ended);
    const std::uint32_t to = state_for(std::move(enabled), std::move(ended));
    states[from].steps[byte_class[byte]] = to;
    return to;
  }

  std::uint32_t run(std::uint32_t directory, std::string_view name) {
    std::uint32_t state = state_of_directory(directory);
    for (const char c : name)
      state = step(state, static_cast<unsigned char>(c));
    return state;
  }

  std::uint32_t below(std::uint32_t directory, std::string_view name) {
    if (directory == 0) return 0;
    const std::uint32_t state = step(run(directory, name), '/');
    if (states[state].directory == unknown) {
      states[state].directory = directory_for(states[state].enabled);
    }
    return states[state].directory;
  }

  const List& file(std::uint32_t directory, std::string_view name) {
    State& state = states[run(directory, name)];
    if (state.sorted == unknown) {
      List sets = sets_of(state.ended, state.ended);
      const auto [entry, is_new] =
          sorted_of.emplace(sets, static_cast<std::uint32_t>(sorted.size()));
      if (is_new) sorted.push_back(std::move(sets));
      state.sorted = entry->second;
    }
    return sorted[state.sorted];
  }

  // Rare enough to be answered without states: see Glob::matches_submodule.
  List submodule(std::uint32_t directory, std::string_view name) {
    const State& at_name = states[run(directory, name)];
    List negative = at_name.ended;
    List positive = at_name.ended;
    const std::uint32_t inside = step(run(directory, name), '/');
    for (const std::uint32_t index : states[inside].enabled) {
      if (!positions[index].universal) continue;
      positive.push_back(pattern_of[index]);
      negative.push_back(pattern_of[index]);
    }
    List enabled = directories[directory]->enabled;
    for (const char c : std::string(name) + "/") {
      List next;
      for (const std::uint32_t index : enabled) {
        const GlobPosition& position = positions[index];
        if (!position.bytes[static_cast<unsigned char>(c)]) continue;
        if (position.globstar && !position.universal) continue;
        next.insert(next.end(), position.follow.begin(), position.follow.end());
      }
      tidy(next);
      enabled = std::move(next);
    }
    for (const std::uint32_t index : enabled) {
      positive.push_back(pattern_of[index]);
    }
    return sets_of(positive, negative);
  }
};

PathIndex::PathIndex(const std::vector<std::vector<std::string>>& sets)
    : implementation_(std::make_unique<Implementation>(sets)) {}
PathIndex::~PathIndex() = default;
PathIndex::PathIndex(PathIndex&&) noexcept = default;
PathIndex& PathIndex::operator=(PathIndex&&) noexcept = default;

PathIndex::Directory PathIndex::root() {
  return implementation_->root_directory;
}

PathIndex::Directory PathIndex::below(Directory directory,
                                      std::string_view name) {
  return implementation_->below(directory, name);
}

void PathIndex::sort(Directory directory, std::string_view name, Kind kind,
                     std::vector<Set>& sets) {
  if (directory == 0) return;
  if (kind == Kind::submodule) {
    const List found = implementation_->submodule(directory, name);
    sets.insert(sets.end(), found.begin(), found.end());
    return;
  }
  const List& found = implementation_->file(directory, name);
  sets.insert(sets.end(), found.begin(), found.end());
}

std::span<const PathIndex::Set> PathIndex::sets_below(Directory directory) {
  return implementation_->directories[directory]->sets;
}

std::span<const PathIndex::Set> PathIndex::all_below(Directory directory) {
  return implementation_->directories[directory]->all;
}

std::vector<std::string> PathIndex::anchors(Set set) const {
  return implementation_->anchors.at(set);
}

std::vector<PathIndex::Set> PathIndex::matches(std::string_view path) {
  Directory directory = root();
  std::size_t begin = 0;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', begin)) {
    directory = below(directory, path.substr(begin, slash - begin));
    begin = slash + 1;
  }
  std::vector<Set> sets;
  sort(directory, path.substr(begin), Kind::file, sets);
  return sets;
}

}  // namespace ecr_version::core
