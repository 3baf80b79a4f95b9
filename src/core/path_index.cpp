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
#include <iterator>
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

template <typename Value>
void tidy(std::vector<Value>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

constexpr std::uint32_t unknown = UINT32_MAX;

// A GlobPosition in little room, for there is one for each byte of a pattern.
struct Position {
  std::uint32_t pattern;
  std::uint32_t bytes;   // index of a set of bytes
  std::uint32_t follow;  // where its followers begin; they end at the next's
  bool last;
  bool globstar;
  bool universal;
};

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

  std::vector<Position> positions;  // and one behind the last
  List followers;
  std::vector<ByteSet> byte_sets;      // each once
  std::vector<std::vector<Use>> uses;  // by pattern
  std::vector<std::vector<std::string>> anchors;
  std::array<std::uint8_t, 256> byte_class{};
  std::size_t classes = 1;

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

  explicit Implementation(const std::vector<std::vector<std::string>>& sets) {
    std::map<std::string, std::uint32_t> known;
    std::unordered_map<ByteSet, std::uint32_t> known_bytes;
    List first;
    for (Set set = 0; set < sets.size(); ++set) {
      const PathSet compiled(sets[set]);  // the rule of lists is there
      for (const Glob& glob : compiled.positive()) {
        use(glob.pattern(), {set, true}, known, known_bytes, first);
      }
      for (const Glob& glob : compiled.negative()) {
        use(glob.pattern(), {set, false}, known, known_bytes, first);
      }
      anchors.push_back(anchors_of(compiled));
    }
    marked.resize(positions.size());
    positions.push_back(
        {.follow = static_cast<std::uint32_t>(followers.size())});
    tell_bytes_apart();
    directories.push_back(std::make_unique<Below>());  // 0: nothing below
    root_directory = directory_for(std::move(first));
  }

  static std::vector<std::string> anchors_of(const PathSet& set) {
    std::vector<std::string> result;
    for (const Glob& glob : set.positive()) {
      result.push_back(glob.literal_prefix());
    }
    tidy(result);
    if (!result.empty() && result.front().empty()) result = {""};
    return result;
  }

  void use(const std::string& pattern, Use how,
           std::map<std::string, std::uint32_t>& known,
           std::unordered_map<ByteSet, std::uint32_t>& known_bytes,
           List& first) {
    const auto [entry, is_new] =
        known.emplace(pattern, static_cast<std::uint32_t>(uses.size()));
    if (is_new) {
      uses.emplace_back();
      const GlobAutomaton automaton = compile_glob(pattern);
      const auto offset = static_cast<std::uint32_t>(positions.size());
      for (const GlobPosition& position : automaton.positions) {
        const auto [bytes, is_first] = known_bytes.emplace(
            position.bytes, static_cast<std::uint32_t>(byte_sets.size()));
        if (is_first) byte_sets.push_back(position.bytes);
        positions.push_back({entry->second, bytes->second,
                             static_cast<std::uint32_t>(followers.size()),
                             position.last, position.globstar,
                             position.universal});
        for (const std::uint32_t follower : position.follow)
          followers.push_back(follower + offset);
      }
      for (const std::uint32_t index : automaton.first) {
        first.push_back(index + offset);
      }
    }
    uses[entry->second].push_back(how);
  }

  void tell_bytes_apart() {
    for (const ByteSet& bytes : byte_sets) {
      std::map<std::pair<std::uint8_t, bool>, std::uint8_t> split;
      for (std::size_t byte = 0; byte < byte_class.size(); ++byte) {
        const auto key = std::pair(byte_class[byte], bool{bytes[byte]});
        const auto next = static_cast<std::uint8_t>(split.size());
        byte_class[byte] = split.emplace(key, next).first->second;
      }
      classes = split.size();
    }
  }

  // The sets in which one of the patterns stands with that sign.
  List uses_of(const List& patterns, bool positive) const {
    List sets;
    for (const std::uint32_t pattern : patterns) {
      for (const Use& one : uses[pattern]) {
        if (one.positive == positive) sets.push_back(one.set);
      }
    }
    tidy(sets);
    return sets;
  }

  List sets_of(const List& positive, const List& negative) const {
    const List in = uses_of(positive, true);
    const List out = uses_of(negative, false);
    List sets;
    std::set_difference(in.begin(), in.end(), out.begin(), out.end(),
                        std::back_inserter(sets));
    return sets;
  }

  std::uint32_t directory_for(List enabled) {
    const auto found = directory_of.find(enabled);
    if (found != directory_of.end()) return found->second;
    auto entry = std::make_unique<Below>();
    List alive;
    List universal;
    for (const std::uint32_t index : enabled) {
      alive.push_back(positions[index].pattern);
      if (positions[index].universal)
        universal.push_back(positions[index].pattern);
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

  // What is enabled behind this byte, ascending; `ended` gets the patterns that
  // end with it. Where `globstars_shut`, no `**` takes it.
  List advance(const List& from, unsigned char byte, bool globstars_shut,
               List& ended) {
    List enabled;
    ++round;
    for (const std::uint32_t index : from) {
      const Position& position = positions[index];
      if (!byte_sets[position.bytes][byte]) continue;
      if (globstars_shut && position.globstar) continue;
      if (position.last) ended.push_back(positions[index].pattern);
      for (auto at = position.follow; at < positions[index + 1].follow; ++at) {
        const std::uint32_t follower = followers[at];
        if (std::exchange(marked[follower], round) == round) continue;
        enabled.push_back(follower);
      }
    }
    std::sort(enabled.begin(), enabled.end());
    return enabled;
  }

  std::uint32_t step(std::uint32_t from, unsigned char byte) {
    const std::uint32_t known = states[from].steps[byte_class[byte]];
    if (known != unknown) return known;
    List ended;
    List enabled = advance(states[from].enabled, byte, false, ended);
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
      positive.push_back(positions[index].pattern);
      negative.push_back(positions[index].pattern);
    }
    List enabled = directories[directory]->enabled;
    List ended;
    for (const char c : std::string(name) + "/") {
      enabled = advance(enabled, static_cast<unsigned char>(c), true, ended);
    }
    for (const std::uint32_t index : enabled) {
      positive.push_back(positions[index].pattern);
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
  std::vector<Set> sets;
  sort(root(), path, Kind::file, sets);
  return sets;
}

}  // namespace ecr_version::core
