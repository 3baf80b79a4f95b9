#include "core/path_index.hpp"

#include "core/glob.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace ecr_version::core {
namespace {

using Sets = std::vector<PathIndex::Set>;

Sets listed(std::span<const PathIndex::Set> sets) {
  return {sets.begin(), sets.end()};
}

}  // namespace

TEST_CASE("path_index: narrows the sets while a path is descended") {
  PathIndex index({{"apps/api/**"},
                   {"apps/web/**", "!**/*.md"},
                   {"libs/**", "package-lock.json"},
                   {}});
  const auto root = index.root();
  CHECK(listed(index.sets_below(root)) == Sets{0, 1, 2});
  const auto apps = index.below(root, "apps");
  CHECK(listed(index.sets_below(apps)) == Sets{0, 1});
  CHECK(listed(index.all_below(apps)) == Sets{});
  const auto api = index.below(apps, "api");
  CHECK(listed(index.all_below(api)) == Sets{0});
  CHECK(index.below(api, "deep") == api);
  // Below apps/web an *.md file may be left out, so not all belongs.
  const auto web = index.below(apps, "web");
  CHECK(listed(index.sets_below(web)) == Sets{1});
  CHECK(listed(index.all_below(web)) == Sets{});
  CHECK(index.below(root, "docs") == 0);
  CHECK(index.below(0, "apps") == 0);

  Sets sets;
  index.sort(web, "x.md", PathIndex::Kind::file, sets);
  CHECK(sets == Sets{});
  index.sort(web, "x.c", PathIndex::Kind::file, sets);
  index.sort(root, "package-lock.json", PathIndex::Kind::file, sets);
  CHECK(sets == Sets{1, 2});
}

TEST_CASE("path_index: a directory that a negative pattern covers is closed") {
  PathIndex index({{"a/**", "!a/gen/**"}, {"b/**", "!b/x"}});
  const auto a = index.below(index.root(), "a");
  CHECK(index.below(a, "gen") == 0);
  CHECK(index.below(a, "src") != 0);
  CHECK(index.matches("b/x") == Sets{});
  CHECK(index.matches("b/y") == Sets{1});
}

TEST_CASE("path_index: submodules are sorted as PathSet says") {
  const std::vector<std::vector<std::string>> lists = {
      {"vendor/lib"},
      {"vendor/lib/**"},
      {"vendor/lib/src/**"},
      {"**/*.md"},
      {"!vendor/**"},
      {"vendor/lib", "!*/lib/**"},
      {"vendor/**", "!**/*.md"},
      {"vendor/**", "!vendor/l*/**"},
      {"vendor/l*/**"},
      {"{**,x}b*/**"}};
  PathIndex index(lists);
  Sets sets;
  const auto vendor = index.below(index.root(), "vendor");
  index.sort(vendor, "lib", PathIndex::Kind::submodule, sets);
  Sets expected;
  for (PathIndex::Set set = 0; set < lists.size(); ++set) {
    if (PathSet(lists[set]).matches_submodule("vendor/lib")) {
      expected.push_back(set);
    }
  }
  CHECK(expected == Sets{0, 1, 2, 6, 8, 9});
  CHECK(sets == expected);
}

TEST_CASE("path_index: bytes that a pattern tells apart are told apart") {
  PathIndex index({{"\xff"}, {"[!\x01]"}, {"?"}, {"a", "a", "!b", "!b"}});
  CHECK(index.matches("\xff") == Sets{0, 1, 2});
  CHECK(index.matches("\x01") == Sets{2});
  CHECK(index.matches(std::string(1, '\0')) == Sets{1, 2});
  CHECK(index.matches("a") == Sets{1, 2, 3});
}

TEST_CASE("path_index: names the places that a set is confined to") {
  PathIndex index({{"apps/api/**", "apps/api/Dockerfile", "libs/*.c"},
                   {"**/*.md", "a/**"},
                   {"!docs/**"},
                   {"libs/**", "apps/*.c", "apps/*.h"}});
  CHECK(index.anchors(3) == std::vector<std::string>{"apps", "libs"});
  CHECK(index.anchors(0) ==
        std::vector<std::string>{"apps/api", "apps/api/Dockerfile", "libs"});
  CHECK(index.anchors(1) == std::vector<std::string>{""});
  CHECK(index.anchors(2) == std::vector<std::string>{""});
}

TEST_CASE("path_index: answers as the lists one by one, drawn at random") {
  std::mt19937 random(12);
  const auto pick = [&](std::initializer_list<const char*> from) {
    return std::string(from.begin()[random() % from.size()]);
  };
  const auto draw = [&](auto part) {
    std::string text = part();
    for (auto more = random() % 4; more > 0; --more) text += "/" + part();
    return text;
  };
  const auto pattern = [&] {
    return pick({"", "", "", "!"}) + draw([&] {
             return pick({"a", "b", "*", "**", "?", "*b", "{a,b}", "a*", "[!a]",
                          "{aa,*.c}"});
           });
  };
  const auto path = [&] {
    return draw([&] { return pick({"a", "b", "aa", "x.c", "ab", ".a"}); });
  };
  for (int round = 0; round < 60; ++round) {
    std::vector<std::vector<std::string>> lists(1 + random() % 12);
    std::vector<PathSet> sets;
    for (auto& list : lists) {
      for (auto count = random() % 4; count > 0; --count) {
        list.push_back(pattern());
      }
      sets.emplace_back(list);
    }
    PathIndex index(lists);
    for (int i = 0; i < 60; ++i) {
      const std::string one = path();
      CAPTURE(one);
      Sets expected;
      Sets submodule;
      for (PathIndex::Set set = 0; set < sets.size(); ++set) {
        if (sets[set].matches(one)) expected.push_back(set);
        if (sets[set].matches_submodule(one)) submodule.push_back(set);
      }
      CHECK(index.matches(one) == expected);
      auto directory = index.root();
      std::size_t begin = 0;
      for (std::size_t slash; (slash = one.find('/', begin)) != one.npos;) {
        const auto all = listed(index.all_below(directory));
        for (const auto set : all) CHECK(sets[set].matches(one));
        for (const auto set : expected) {
          const auto below = listed(index.sets_below(directory));
          CHECK(std::find(below.begin(), below.end(), set) != below.end());
        }
        directory = index.below(directory, one.substr(begin, slash - begin));
        begin = slash + 1;
      }
      Sets found;
      index.sort(directory, one.substr(begin), PathIndex::Kind::submodule,
                 found);
      CHECK(found == submodule);
    }
  }
}

TEST_CASE("path_index: forgets states rather than grow, and stays right") {
  // A deterministic automaton of these has 2^40 states.
  PathIndex index({{"**/*a" + std::string(40, '?')}});
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    std::string name;
    for (int j = 0; j < 60; ++j) name += random() % 2 ? 'a' : 'b';
    const bool expected = name[60 - 41] == 'a';
    CHECK(index.matches("x/" + name).empty() == !expected);
  }
}

}  // namespace ecr_version::core
