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
  const KnownHistory graph =
      history_of({{5, {4}, 5 * day}, {4, {3}, 4 * day}, {3, {2}, 3 * day}});
  const Closure closure = graph.closure(oid(5), {oid(3)});
  CHECK(closure.certain());
  CHECK(numbers(closure.commits) == std::vector<int>{4, 5});
  CHECK(closure.oldest == 4 * day);
  CHECK(numbers(graph.cuts({oid(5)})) == std::vector<int>{3});
}

TEST_CASE("known_history: an answer that runs into a cut is open") {
  // The merge 5 brings in 9, whose parents are unknown; 3 is the base.
  const KnownHistory graph = history_of({{5, {4, 9}, 5 * day},
                                         {4, {3}, 4 * day},
                                         {9, {8}, 4 * day},
                                         {3, {2}, 3 * day}});
  const Closure closure = graph.closure(oid(5), {oid(3)});
  CHECK(closure.open);
  CHECK_FALSE(closure.certain());
  CHECK(numbers(closure.commits) == std::vector<int>{4, 5, 9});
}

TEST_CASE(
    "known_history: what may be below the base by an unknown way is not "
    "certain until history is known to before it") {
  // 9 forked from 1. That 2 (unknown, below the base 3) is a descendant of 9
  // cannot be excluded while 3's parents are as young as 9.
  const std::vector<Planned> known = {{5, {4, 9}, 50 * day},
                                      {4, {3}, 40 * day},
                                      {9, {1}, 20 * day},
                                      {3, {2, 1}, 30 * day},
                                      {1, {}, 10 * day}};
  const Closure doubtful = history_of(known).closure(oid(5), {oid(3)});
  CHECK_FALSE(doubtful.open);
  REQUIRE(doubtful.since);
  CHECK(*doubtful.since == 20 * day - 3600);

  // 2 is known now, and older than 9: what is below it is older still.
  std::vector<Planned> deeper = known;
  deeper.push_back({2, {7}, 15 * day});
  CHECK(history_of(deeper).closure(oid(5), {oid(3)}).certain());
}

TEST_CASE("known_history: dates are trusted less where they are seen to lie") {
  KnownHistory graph = history_of({{2, {1}, 100}, {1, {}, 5100}});
  CHECK(graph.date_slack() == 3600 + 2 * 5000);
  CHECK(history_of({{2, {1}, 100}, {1, {}, 50}}).date_slack() == 3600);
}

TEST_CASE("known_history: a head that a release contains leaves nothing open") {
  const KnownHistory graph =
      history_of({{5, {4}, 5}, {4, {3}, 4}, {3, {2}, 3}});
  const Closure closure = graph.closure(oid(4), {oid(5)});
  CHECK(closure.certain());
  CHECK(closure.commits.empty());
}

TEST_CASE(
    "known_history: commits may come in any order, a parent after its "
    "child too") {
  const KnownHistory graph =
      history_of({{3, {1, 2}, 3}, {1, {}, 1}, {2, {1}, 2}});
  CHECK(graph.cuts().empty());
  CHECK(numbers(graph.reachable({oid(3)})) == std::vector<int>{1, 2, 3});
}

TEST_CASE("known_history: a prefix finds every commit that begins so") {
  const KnownHistory graph = history_of({{1, {}, 0}, {2, {}, 0}, {257, {}, 0}});
  const std::string full = git::to_hex(oid(1));
  CHECK(numbers(graph.with_prefix(full.substr(0, 7))) ==
        std::vector<int>{1, 257});
  CHECK(numbers(graph.with_prefix(full)) == std::vector<int>{1});
  CHECK(graph.with_prefix("ffffffff").empty());
  CHECK(graph.with_prefix("").size() == 3);
}

// The heart of it: whatever part of a history is at hand, a certain answer is
// the full history's.
TEST_CASE(
    "known_history: a certain answer from part of a history is the whole "
    "history's") {
  std::mt19937 random(20261125);
  const auto below = [&](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  int certain = 0;
  int uncertain = 0;
  for (int round = 0; round < 3000; ++round) {
    CAPTURE(round);
    const int size = 3 + below(25);
    // Commits are an hour and more apart, so that dates tell something.
    std::vector<Planned> all;
    for (int n = 0; n < size; ++n) {
      Planned commit{n, {}, n * (3600 * (1 + below(4)))};
      if (n > 0) commit.date = std::max(commit.date, all.back().date + 1);
      std::set<int> parents;
      if (n > 0 && below(30) > 0) parents.insert(n - 1 - below(std::min(n, 3)));
      if (n > 1 && below(3) == 0) parents.insert(below(n));
      commit.parents.assign(parents.begin(), parents.end());
      all.push_back(commit);
    }
    const int head = size - 1;
    // At hand is what a depth from HEAD brings, and some ends besides.
    std::set<int> known = {head};
    const int depth = 1 + below(6);
    for (int step = 0; step < depth; ++step) {
      for (const int n : std::set<int>(known)) {
        for (const int parent : all[static_cast<std::size_t>(n)].parents) {
          known.insert(parent);
        }
      }
    }
    KnownHistory part;
    for (const int n : known) add(part, all[static_cast<std::size_t>(n)]);
    std::vector<git::Oid> ends;
    for (int i = below(3); i >= 0; --i) {
      ends.push_back(oid(
          *std::next(known.begin(), below(static_cast<int>(known.size())))));
    }
    const Closure closure = part.closure(oid(head), ends);
    const Closure truth = history_of(all).closure(oid(head), ends);
    REQUIRE(truth.certain());
    if (closure.certain()) {
      ++certain;
      CHECK(numbers(closure.commits) == numbers(truth.commits));
    } else {
      ++uncertain;
    }
  }
  CHECK(certain > 500);
  CHECK(uncertain > 200);
}
