#include "core/bump.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

// A commit as the tests write it; its hash is its letter, forty times.
struct Written {
  char letter;
  std::string message;
};

std::string sha(char letter) { return std::string(40, letter); }

std::string revert_of(char letter, const std::string& quoted = "x") {
  return "Revert \"" + quoted + "\"\n\nThis reverts commit " + sha(letter) +
         ".\n";
}

// "major b": the bump, and the letter of the deciding commit.
std::string decide(const std::vector<Written>& history) {
  std::vector<std::string> hashes;
  std::vector<MessageFacts> facts;
  for (const Written& commit : history) {
    hashes.push_back(sha(commit.letter));
    facts.push_back(read_message(commit.message, BumpRules::tags));
  }
  std::vector<BumpCommit> commits;
  for (std::size_t i = 0; i < history.size(); ++i)
    commits.push_back({hashes[i], &facts[i]});
  const BumpDecision decision = decide_bump(commits);
  std::string result(to_string(decision.bump));
  if (decision.commit)
    result += std::string(" ") + history[*decision.commit].letter;
  return result;
}

TEST_CASE("bump: the strongest wins, the newest among equals") {
  CHECK(decide({{'c', "x"}, {'b', "[minor]"}, {'a', "[minor]"}}) == "minor b");
  CHECK(decide({{'c', "[minor]"}, {'b', "[major]"}, {'a', "x"}}) == "major b");
  CHECK(decide({{'b', "x"}, {'a', "[patch]"}}) == "patch b");
  CHECK(decide({{'a', "[major] [skip release]"}}) == "major a");
}

TEST_CASE("bump: no commits mean patch, decided by none") {
  CHECK(decide({}) == "patch");
}

TEST_CASE("bump: a commit and its revert count as patch") {
  CHECK(decide({{'b', revert_of('a')}, {'a', "x [major]"}}) == "patch b");
  CHECK(decide({{'c', "[minor]"}, {'b', revert_of('a')}, {'a', "[major]"}}) ==
        "minor c");
  // Even where the revert says a word of its own.
  CHECK(decide({{'b', revert_of('a') + "[major]"}, {'a', "[major]"}}) ==
        "patch b");
}

TEST_CASE("bump: a revert is undone where every commit is one") {
  CHECK(decide({{'b', revert_of('a')}, {'a', revert_of('d') + "[major]"}}) ==
        "patch b");
}

TEST_CASE("bump: a hash that fits two commits undoes neither") {
  const auto read = [](const std::string& message) {
    return read_message(message, BumpRules::tags);
  };
  const MessageFacts newest = read("x");
  const MessageFacts revert =
      read("Revert \"y\"\n\nThis reverts commit aaaaaaa.\n\n[minor]");
  const MessageFacts old = read("y [major]");
  const std::string one = std::string(39, 'a') + '1';
  const std::string two = std::string(39, 'a') + '2';
  const BumpDecision decision = decide_bump(
      {{sha('d'), &newest}, {sha('c'), &revert}, {one, &old}, {two, &revert}});
  CHECK(decision.bump == Bump::major);
  CHECK(decision.commit == 2);
  CHECK(decide_bump({{sha('d'), &newest},
                     {sha('c'), &revert},
                     {one, &newest},
                     {two, &newest}})
            .commit == 1);
}

TEST_CASE("bump: reverting the revert brings the commit back") {
  CHECK(decide(
            {{'c', revert_of('b')}, {'b', revert_of('a')}, {'a', "[major]"}}) ==
        "major a");
  CHECK(decide({{'c', "Reapply \"x\"\n\nThis reverts commit " + sha('b')},
                {'b', revert_of('a')},
                {'a', "[minor]"}}) == "minor a");
}

TEST_CASE("bump: chains of reverts of any length") {
  std::vector<Written> history{{'0', "[major]"}};
  for (const char letter : std::string("123456789abcdef")) {
    history.insert(history.begin(),
                   {letter, revert_of(history.front().letter)});
    const bool is_back = history.size() % 2 == 1;
    CAPTURE(history.size());
    CHECK(decide(history) ==
          (is_back ? "major 0" : std::string("patch ") + letter));
  }
}

TEST_CASE("bump: reverted twice is reverted") {
  CHECK(decide({{'d', revert_of('a')},
                {'c', revert_of('b')},
                {'b', revert_of('a')},
                {'a', "[major]"}}) == "patch d");
}

TEST_CASE("bump: a revert of something released counts by its own message") {
  CHECK(decide({{'b', revert_of('f', "x [major]")}}) == "patch b");
  CHECK(decide({{'b', revert_of('f', "x [major]") + "[minor]"}}) == "minor b");
  CHECK(decide({{'b', revert_of('f')}, {'a', "[minor]"}}) == "minor a");
}

TEST_CASE("bump: one revert may name several commits") {
  CHECK(decide({{'c', "Undo\n\nThis reverts commit " + sha('b') +
                          ".\nThis reverts commit " + sha('a') + "."},
                {'b', "[major]"},
                {'a', "[minor]"}}) == "patch c");
}

TEST_CASE("bump: an abbreviated hash is enough, unless it fits several") {
  CHECK(decide({{'b', "Undo\n\nThis reverts commit aaaaaaa."},
                {'a', "[major]"}}) == "patch b");

  const MessageFacts undo =
      read_message("This reverts commit 1234567.", BumpRules::tags);
  const MessageFacts major = read_message("[major]", BumpRules::tags);
  const std::string one = "1234567" + std::string(33, '0');
  const std::string other = "1234567" + std::string(33, '1');
  const std::string top(40, 'f');
  CHECK(decide_bump({{top, &undo}, {one, &major}}).bump == Bump::patch);
  CHECK(decide_bump({{top, &undo}, {one, &major}, {other, &major}}).bump ==
        Bump::major);
  // Only what is older can be meant.
  CHECK(decide_bump({{one, &undo}, {other, &major}}).bump == Bump::patch);
}

TEST_CASE("bump: a squash that reverts among other things keeps its word") {
  CHECK(
      decide({{'b', "Rework [minor]\n\n* Revert \"x\"\n\nThis reverts commit " +
                        sha('a') + ".\n\n* y"},
              {'a', "[major]"}}) == "minor b");
}

}  // namespace
}  // namespace ecr_version::core
