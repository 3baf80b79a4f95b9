// Histories drawn at random, judged by real git on the same repository; where
// clocks are wrong, git itself guesses, and the definition of reachability is
// the judge.
#include "core/glob.hpp"
#include "git/changes.hpp"
#include "support/drawn_history.hpp"
#include "support/index_sorter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace ecr_version::git {
namespace {

using tests::Clocks;
using tests::DrawnHistory;
using tests::IndexSorter;
using Places = std::set<std::size_t>;

const std::vector<std::vector<std::string>>& sets() {
  static const std::vector<std::vector<std::string>> all = {
      {"apps/api/**"},
      {"apps/web/**", "!**/*.md"},
      {"libs/**", "README.md"},
      {"**/*.md", "!docs/**"},
      {"apps/*/a.c"},
      {"docs/a/b/**"},
      {"**"},
      {"nothing/**"},
      {"!apps/**"},
      {"apps/api/x"},
  };
  return all;
}

// The paths of each commit's change against its first parent, in one call.
std::map<std::string, std::vector<std::string>> changed_paths(
    const DrawnHistory& history) {
  std::istringstream lines(
      history.repo.git({"log", "--all", "--root", "--diff-merges=first-parent",
                        "--name-only", "--no-renames", "--format=@%H"}));
  std::map<std::string, std::vector<std::string>> paths;
  std::string commit;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("@")) {
      commit = line.substr(1);
    } else if (!line.empty()) {
      paths[commit].push_back(line);
    }
  }
  return paths;
}

// Turns the repository into each form that history is read from.
void store(const DrawnHistory& history, int round) {
  const tests::TempRepo& repo = history.repo;
  switch (round % 5) {
    case 0:
      break;  // loose, as fast-import left them
    case 1:
      repo.git({"repack", "-adfq"});
      break;
    case 2:
      repo.git({"repack", "-adfq"});
      repo.git({"commit-graph", "write", "--reachable", "--changed-paths"});
      break;
    case 3: {
      // A chain of two files, of which the second is of half of the commits.
      std::string half;
      for (std::size_t i = 0; i < history.ids.size() / 2; ++i) {
        half += to_hex(history.ids[i]) + "\n";
      }
      repo.git({"commit-graph", "write", "--stdin-commits", "--split",
                "--changed-paths"},
               half);
      half.clear();
      for (std::size_t i = 0; i < 3 * history.ids.size() / 4; ++i) {
        half += to_hex(history.ids[i]) + "\n";
      }
      repo.git({"commit-graph", "write", "--stdin-commits", "--split=no-merge",
                "--changed-paths"},
               half);
      break;
    }
    default:  // generations without dates, no filters; half of the commits
      std::string half;
      for (std::size_t i = 0; i < history.ids.size() / 2; ++i) {
        half += to_hex(history.ids[i]) + "\n";
      }
      repo.git({"-c", "commitGraph.generationVersion=1", "commit-graph",
                "write", "--stdin-commits"},
               half);
      repo.git({"pack-refs", "--all"});
      break;
  }
}

struct Drawn {
  HistoryQuery query;
  std::vector<std::size_t> excluded;
};

Drawn draw_query(const DrawnHistory& history, std::size_t releases,
                 std::size_t of, std::mt19937& random) {
  Drawn drawn;
  for (; releases > 0; --releases) {
    const std::size_t place = random() % of;
    drawn.excluded.push_back(place);
    drawn.query.excluded.push_back(history.ids[place]);
  }
  for (std::uint32_t set = 0; set < sets().size(); ++set) {
    if (random() % 3 == 0) drawn.query.sets.push_back(set);
  }
  return drawn;
}

// `head --not excluded` by the definition.
Places reachable(const std::vector<Places>& ancestors, std::size_t head,
                 const std::vector<std::size_t>& excluded) {
  Places result = ancestors[head];
  for (const std::size_t other : excluded) {
    for (const std::size_t place : ancestors[other]) result.erase(place);
  }
  return result;
}

// How many commits all queries found together.
std::size_t check_queries(const DrawnHistory& history, Clocks clocks, int round,
                          std::mt19937& random, bool many_releases = false) {
  const Repository repository = Repository::open(history.repo.path());
  const auto ancestors = history.ancestors();
  const auto paths = changed_paths(history);
  std::vector<core::PathSet> by_hand;
  for (const auto& patterns : sets()) by_hand.emplace_back(patterns);
  const auto touches = [&](std::size_t place, std::uint32_t set) {
    const auto found = paths.find(to_hex(history.ids[place]));
    return found != paths.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [&](const std::string& path) {
                         return by_hand[set].matches(path);
                       });
  };

  const std::size_t head = history.ids.size() - 1 - random() % 3;
  std::vector<Drawn> drawn(1 + random() % (round % 7 == 0 ? 130 : 6));
  std::vector<HistoryQuery> queries;
  for (Drawn& one : drawn) {
    one = many_releases
              ? draw_query(history, 100 + random() % 300,
                           9 * history.ids.size() / 10, random)
              : draw_query(history, random() % 5, history.ids.size(), random);
    queries.push_back(one.query);
  }
  IndexSorter sorter(sets());
  const History found =
      git::history(repository, history.ids[head], sorter, queries);

  std::map<Oid, std::size_t> order;
  std::vector<Places> answered(queries.size());
  for (const HistoryCommit& commit : found.commits) {
    const auto place = static_cast<std::size_t>(
        std::find(history.ids.begin(), history.ids.end(), commit.id) -
        history.ids.begin());
    order[commit.id] = order.size();
    CHECK(commit.message == "commit " + std::to_string(place) + "\n");
    CHECK_FALSE(commit.queries.empty());
    for (const std::uint32_t query : commit.queries) {
      answered[query].insert(place);
    }
    for (const std::uint32_t set : commit.sets) CHECK(touches(place, set));
    for (const std::size_t parent : history.parents[place]) {
      CHECK_FALSE(order.contains(history.ids[parent]));
    }
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    Places expected;
    const Places all = reachable(ancestors, head, drawn[i].excluded);
    for (const std::size_t place : all) {
      const auto& asked = queries[i].sets;
      if (std::any_of(asked.begin(), asked.end(),
                      [&](std::uint32_t set) { return touches(place, set); })) {
        expected.insert(place);
      }
    }
    CHECK(answered[i] == expected);
    count += expected.size();
    if (i > 0 || clocks == Clocks::wrong) continue;
    // The definition above is git's: asked of git itself once a history.
    std::vector<std::string> command = {"rev-list", to_hex(history.ids[head])};
    for (const Oid& id : queries[i].excluded) {
      command.push_back("^" + to_hex(id));
    }
    std::set<std::string> listed;
    std::istringstream lines(history.repo.git(command));
    for (std::string line; lines >> line;) listed.insert(line);
    std::set<std::string> hashes;
    for (const std::size_t place : all) {
      hashes.insert(to_hex(history.ids[place]));
    }
    CHECK(hashes == listed);
  }
  return count;
}

void check_net_changes(const DrawnHistory& history, std::mt19937& random) {
  const Repository repository = Repository::open(history.repo.path());
  std::string pairs;
  std::vector<std::pair<Oid, Oid>> asked;
  for (int i = 0; i < 12; ++i) {
    asked.emplace_back(history.ids[random() % history.ids.size()],
                       history.ids[random() % history.ids.size()]);
    const auto tree = [&](const Oid& id) {
      return to_hex(repository.commit(id).tree);
    };
    pairs += tree(asked.back().first) + " " + tree(asked.back().second) + "\n";
  }
  std::istringstream lines(history.repo.git(
      {"diff-tree", "--stdin", "-r", "--name-only", "--no-renames"}, pairs));
  std::vector<std::vector<std::string>> paths;
  for (std::string line; std::getline(lines, line);) {
    if (line.size() == 81 && line[40] == ' ') {
      paths.emplace_back();
    } else {
      paths.back().push_back(line);
    }
  }
  REQUIRE(paths.size() == asked.size());
  IndexSorter sorter(sets());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto changes = net_changes(repository, asked[i].first,
                                     asked[i].second, sorter, sets().size());
    for (std::size_t set = 0; set < sets().size(); ++set) {
      const core::PathSet by_hand(sets()[set]);
      std::vector<std::string> expected;
      for (const std::string& path : paths[i]) {
        if (by_hand.matches(path)) expected.push_back(path);
      }
      CHECK(changes[set].count == expected.size());
      CHECK(changes[set].first == expected);
    }
  }
}

void check_ancestry(const DrawnHistory& history, Clocks clocks,
                    std::mt19937& random) {
  const Repository repository = Repository::open(history.repo.path());
  const auto ancestors = history.ancestors();
  for (int i = 0; i < 25; ++i) {
    const std::size_t left = random() % history.ids.size();
    const std::size_t right = random() % history.ids.size();
    CHECK(repository.is_ancestor(history.ids[left], history.ids[right]) ==
          ancestors[right].contains(left));
    // The best common ancestors: those that no other has above it.
    Places common;
    std::set_intersection(ancestors[left].begin(), ancestors[left].end(),
                          ancestors[right].begin(), ancestors[right].end(),
                          std::inserter(common, common.end()));
    std::set<std::string> best;
    for (const std::size_t one : common) {
      if (std::none_of(common.begin(), common.end(), [&](std::size_t other) {
            return other != one && ancestors[other].contains(one);
          })) {
        best.insert(to_hex(history.ids[one]));
      }
    }
    const auto base =
        repository.merge_base(history.ids[left], history.ids[right]);
    CHECK(base.has_value() == !best.empty());
    if (base) CHECK(best.contains(to_hex(*base)));
    if (i > 1 || clocks == Clocks::wrong || best.empty()) continue;
    std::istringstream lines(
        history.repo.git({"merge-base", "--all", to_hex(history.ids[left]),
                          to_hex(history.ids[right])}));
    std::set<std::string> listed;
    for (std::string line; lines >> line;) listed.insert(line);
    CHECK(best == listed);
  }
  std::vector<Oid> all(history.ids.begin(), history.ids.end());
  const std::size_t one = random() % all.size();
  const auto each = repository.is_ancestor_of_each(all[one], all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(each[i] == ancestors[i].contains(one));
  }
}

void check_drawn(unsigned seed, int rounds, Clocks clocks) {
  std::mt19937 random(seed);
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(seed);
    CAPTURE(round);
    const DrawnHistory history(random, 8 + random() % 50, clocks);
    store(history, round);
    check_queries(history, clocks, round, random);
    check_net_changes(history, random);
    check_ancestry(history, clocks, random);
  }
}

}  // namespace

TEST_CASE("history: agrees with git on drawn histories") {
  check_drawn(1, 100, Clocks::right);
}

TEST_CASE("history: is exact where commit dates are wrong") {
  check_drawn(18, 100, Clocks::wrong);
}

TEST_CASE("history: agrees with git above hundreds of releases") {
  std::mt19937 random(5);
  std::size_t left = 0;
  for (const Clocks clocks : {Clocks::right, Clocks::wrong}) {
    for (int round = 1; round < 4; ++round) {
      CAPTURE(round);
      const DrawnHistory history(random, 500, clocks);
      store(history, round);
      left += check_queries(history, clocks, round, random, true);
    }
  }
  CHECK(left > 50);  // the releases leave something to find
}

}  // namespace ecr_version::git
