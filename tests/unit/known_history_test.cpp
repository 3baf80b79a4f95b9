#include "app/known_history.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace ecr_version;
using app::Closure;
using app::KnownCommit;
using app::KnownHistory;
using app::Range;

namespace {

git::Oid oid(int number) {
  git::Oid id;
  id.bytes[0] = static_cast<unsigned char>(number * 37);
  id.bytes[18] = static_cast<unsigned char>(number / 256);
  id.bytes[19] = static_cast<unsigned char>(number % 256);
  return id;
}

struct Planned {
  int number;
  std::vector<int> parents;
  std::int64_t date;
};

void add(KnownHistory& graph, const Planned& commit) {
  KnownCommit entry{.id = oid(commit.number), .committed_at = commit.date};
  for (const int parent : commit.parents) entry.parents.push_back(oid(parent));
  graph.add(entry);
}

KnownHistory history_of(const std::vector<Planned>& commits) {
  KnownHistory graph;
  for (const Planned& commit : commits) add(graph, commit);
  return graph;
}

std::vector<int> numbers(const std::vector<git::Oid>& ids) {
  std::vector<int> found;
  for (const git::Oid& id : ids) {
    found.push_back(id.bytes[18] * 256 + id.bytes[19]);
  }
  std::sort(found.begin(), found.end());
  return found;
}

constexpr std::int64_t day = 86400;

}  // namespace

TEST_CASE("known_history: a line of commits down to its base is certain") {
  // 5 - 4 - 3 | 2 is unknown
  const KnownHistory history =
      history_of({{5, {4}, 5 * day}, {4, {3}, 4 * day}, {3, {2}, 3 * day}});
  const Closure closure = history.closure({oid(5), {oid(3)}});
  CHECK(closure.certain);
  CHECK(numbers(closure.commits) == std::vector<int>{4, 5});
  CHECK(closure.oldest == 4 * day);
  CHECK(numbers(history.cuts({oid(5)})) == std::vector<int>{3});
  CHECK(numbers(history.unknown_parents()) == std::vector<int>{2});
  CHECK_FALSE(history.has(oid(2)));
}

TEST_CASE("known_history: what runs into the unknown is asked about") {
  // The merge 5 brings in 9, whose parent 8 is unknown; 3 is the base.
  KnownHistory history = history_of({{5, {4, 9}, 5 * day},
                                     {4, {3}, 4 * day},
                                     {9, {8}, 4 * day},
                                     {3, {2}, 3 * day}});
  const Range range{oid(5), {oid(3)}};
  CHECK_FALSE(history.closure(range).certain);
  const auto asked = history.closing({range});
  REQUIRE(asked);
  CHECK(numbers(asked->bottom) == std::vector<int>{3});
  // 9 itself may be an ancestor of 3: it does not lead there.
  CHECK(numbers(asked->wants) == std::vector<int>{9});

  SUBCASE("and is below the base when it does not come") {
    history.close({range}, *asked, {oid(9)});
    CHECK(history.closure(range).certain);
    CHECK(numbers(history.closure(range).commits) == std::vector<int>{4, 5, 9});
  }
  SUBCASE("all of it, when none comes") {
    history.close({range}, *asked, {});
    CHECK(history.closure(range).certain);
    CHECK(numbers(history.closure(range).commits) == std::vector<int>{4, 5});
  }
  SUBCASE("and counts when it comes") {
    add(history, {8, {7}, 2 * day});
    history.close({range}, *asked, {oid(9), oid(8)});
    CHECK(history.closure(range).certain);
    CHECK(numbers(history.closure(range).commits) ==
          std::vector<int>{4, 5, 8, 9});
  }
}

TEST_CASE(
    "known_history: two bases are closed by one question about the older") {
  const KnownHistory history = history_of({{6, {5, 9}, 6 * day},
                                           {5, {4}, 5 * day},
                                           {4, {3}, 4 * day},
                                           {9, {8}, 4 * day},
                                           {3, {2}, 3 * day}});
  const auto asked = history.closing(
      {{oid(6), {oid(5)}}, {oid(6), {oid(3)}}, {oid(6), {oid(3), oid(5)}}});
  REQUIRE(asked);
  CHECK(numbers(asked->bottom) == std::vector<int>{3});
  CHECK(numbers(asked->wants) == std::vector<int>{9});
}

TEST_CASE(
    "known_history: bases without a known common ancestor need history "
    "first") {
  const KnownHistory history =
      history_of({{6, {5, 4}, 6 * day}, {5, {3}, 5 * day}, {4, {2}, 4 * day}});
  CHECK_FALSE(history.closing({{oid(6), {oid(5)}}, {oid(6), {oid(4)}}}));
}

TEST_CASE("known_history: where a branch leaves what is known is its bottom") {
  // 9 is a hotfix on the unknown 2, of which the server says that HEAD has it.
  KnownHistory history =
      history_of({{5, {4}, 5 * day}, {4, {3}, 4 * day}, {9, {2}, 6 * day}});
  history.add_unknown_below(oid(5), {oid(2)});
  const std::vector<Range> ranges = {{oid(5), {oid(9)}}, {oid(9), {oid(5)}}};
  CHECK_FALSE(history.closure(ranges[0]).certain);
  const auto asked = history.closing(ranges);
  REQUIRE(asked);
  CHECK(numbers(asked->bottom) == std::vector<int>{2});
  CHECK(numbers(asked->wants) == std::vector<int>{3});
  add(history, {3, {2}, 3 * day});
  history.close(ranges, *asked, {oid(3)});
  CHECK(history.closure(ranges[0]).certain);
  CHECK(numbers(history.closure(ranges[0]).commits) ==
        std::vector<int>{3, 4, 5});
}

TEST_CASE("known_history: a head that a release contains leaves nothing open") {
  const KnownHistory history =
      history_of({{5, {4}, 5}, {4, {3}, 4}, {3, {2}, 3}});
  const Closure closure = history.closure({oid(4), {oid(5)}});
  CHECK(closure.certain);
  CHECK(closure.commits.empty());
}

TEST_CASE(
    "known_history: commits may come in any order, a parent after its "
    "child too") {
  const KnownHistory history =
      history_of({{3, {1, 2}, 3}, {1, {}, 1}, {2, {1}, 2}});
  CHECK(history.cuts().empty());
  CHECK(numbers(history.reachable({oid(3)})) == std::vector<int>{1, 2, 3});
}

TEST_CASE("known_history: a prefix finds every commit that begins so") {
  const KnownHistory history =
      history_of({{1, {}, 0}, {2, {}, 0}, {257, {3}, 0}});
  const std::string full = git::to_hex(oid(1));
  CHECK(numbers(history.with_prefix(full.substr(0, 7))) ==
        std::vector<int>{1, 257});
  CHECK(numbers(history.with_prefix(full)) == std::vector<int>{1});
  CHECK(history.with_prefix("ffffffff").empty());
  CHECK(history.with_prefix("").size() == 3);
}

namespace {

class Dice {
 public:
  int below(int bound) {
    return static_cast<int>(engine_() % static_cast<unsigned>(bound));
  }

 private:
  std::mt19937 engine_{20261125};
};

std::vector<Planned> drawn_history(Dice& dice, int size) {
  std::vector<Planned> all;
  for (int n = 0; n < size; ++n) {
    std::set<int> parents;
    if (n > 0 && dice.below(30) > 0) {
      parents.insert(n - 1 - dice.below(std::min(n, 3)));
    }
    if (n > 1 && dice.below(3) == 0) parents.insert(dice.below(n));
    all.push_back({n, {parents.begin(), parents.end()}, dice.below(1000)});
  }
  return all;
}

std::set<int> ancestors(const std::vector<Planned>& all, std::set<int> from,
                        int generations) {
  for (int step = 0; step < generations; ++step) {
    for (const int n : std::set<int>(from)) {
      const auto& parents = all[static_cast<std::size_t>(n)].parents;
      from.insert(parents.begin(), parents.end());
    }
  }
  return from;
}

}  // namespace

// The heart of it: whatever part of a history is at hand, a certain answer is
// the full history's, and one question makes every answer certain.
TEST_CASE(
    "known_history: a certain answer from part of a history is the whole "
    "history's, and closing makes it certain") {
  Dice dice;
  int certain = 0;
  int closed = 0;
  for (int round = 0; round < 4000; ++round) {
    CAPTURE(round);
    const int size = 3 + dice.below(25);
    const std::vector<Planned> all = drawn_history(dice, size);
    const KnownHistory whole = history_of(all);
    const int head = size - 1;
    const std::set<int> known = ancestors(all, {head}, 1 + dice.below(6));
    KnownHistory part;
    for (const int n : known) add(part, all[static_cast<std::size_t>(n)]);
    std::vector<Range> ranges;
    for (int questions = dice.below(3); questions >= 0; --questions) {
      Range range{oid(head), {}};
      for (int i = dice.below(3); i >= 0; --i) {
        range.excluded.push_back(oid(*std::next(
            known.begin(), dice.below(static_cast<int>(known.size())))));
      }
      ranges.push_back(range);
    }
    for (const Range& range : ranges) {
      const Closure closure = part.closure(range);
      if (!closure.certain) continue;
      ++certain;
      CHECK(numbers(closure.commits) == numbers(whole.closure(range).commits));
    }
    const auto asked = part.closing(ranges);
    if (!asked) continue;
    // As a server answers it.
    const auto as_set = [](const std::vector<git::Oid>& ids) {
      const std::vector<int> list = numbers(ids);
      return std::set<int>(list.begin(), list.end());
    };
    const std::set<int> below = ancestors(all, as_set(asked->bottom), size);
    std::set<git::Oid> sent;
    for (const int n : ancestors(all, as_set(asked->wants), size)) {
      if (below.contains(n)) continue;
      sent.insert(oid(n));
      if (!part.has(oid(n))) add(part, all[static_cast<std::size_t>(n)]);
    }
    part.close(ranges, *asked, sent);
    for (const Range& range : ranges) {
      const Closure closure = part.closure(range);
      CHECK(closure.certain);
      CHECK(numbers(closure.commits) == numbers(whole.closure(range).commits));
      ++closed;
    }
  }
  CHECK(certain > 1000);
  CHECK(closed > 1000);
}
