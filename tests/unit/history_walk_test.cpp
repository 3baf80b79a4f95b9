// Walks over small histories made by hand.
#include "git/changes.hpp"
#include "support/index_sorter.hpp"
#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::git {

using tests::IndexSorter;

TEST_CASE("history: filters do not hide a submodule that HEAD lacks") {
  tests::TempRepo repo;
  const std::string base = repo.commit({{"vendor/lib/a.c", "1"}}, "base");
  const auto bump = [&](const std::string& commit) {
    repo.git({"update-index", "--add", "--cacheinfo",
              "160000," + commit + ",vendor"});
    repo.git({"commit", "-q", "-m", "bump"});
  };
  repo.git({"rm", "-rq", "vendor"});
  bump(base);
  bump(repo.head());
  const std::string bumped = repo.head();
  repo.git({"rm", "-q", "--cached", "vendor"});
  repo.commit({{"vendor/lib/a.c", "1"}}, "a directory again");
  repo.commit({{"other/b.c", "1"}}, "elsewhere");
  repo.git({"commit-graph", "write", "--reachable", "--changed-paths"});

  const Repository repository = Repository::open(repo.path());
  IndexSorter sorter({{"vendor/lib/**"}});
  const History found = history(repository, repository.head(), sorter,
                                {{{parse_oid(base).value()}, {0}}});
  REQUIRE(found.commits.size() == 3);
  CHECK(to_hex(found.commits[1].id) == bumped);
}

TEST_CASE("history: a thousand patterns ask no more of a walk than one") {
  struct Counting : IndexSorter {
    using IndexSorter::IndexSorter;
    Directory below(Directory directory, std::string_view name) override {
      ++steps;
      return IndexSorter::below(directory, name);
    }
    void sort(Directory directory, std::string_view name, EntryKind kind,
              std::vector<std::uint32_t>& sets) override {
      ++steps;
      IndexSorter::sort(directory, name, kind, sets);
    }
    int steps = 0;
  };
  tests::TempRepo repo;
  std::map<std::string, std::string> files;
  for (const char* app : {"api", "web", "base", "jobs"}) {
    for (const char* name : {"f.c", "g.c", "deep/f.c"}) {
      files["apps/" + std::string(app) + "/src/" + name] = "1";
    }
  }
  repo.commit(files, "first");
  repo.commit({{"apps/api/src/f.c", "2"}, {"docs/x/y", "2"}}, "second");
  repo.commit({{"apps/web/src/deep/f.c", "2"}}, "third");
  const Repository repository = Repository::open(repo.path());
  const auto steps = [&](const std::vector<std::string>& patterns) {
    Counting sorter({patterns});
    history(repository, repository.head(), sorter, {{{}, {0}}});
    return sorter.steps;
  };
  std::vector<std::string> patterns = {"apps/**/f*.c"};
  const int one = steps(patterns);
  CHECK(one > 0);
  while (patterns.size() < 1000) {
    patterns.push_back("apps/**/*" + std::to_string(patterns.size()) + ".c");
  }
  CHECK(steps(patterns) == one);
}

TEST_CASE("history: a shallow clone answers what it holds, and no more") {
  tests::TempRepo origin;
  std::vector<Oid> ids;
  for (int i = 0; i < 6; ++i) {
    ids.push_back(
        parse_oid(origin.commit({{"a/f", std::to_string(i + 1)}}, "m"))
            .value());
  }
  const tests::TempRepo clone(origin, {"--depth=4"});
  const Repository repository = Repository::open(clone.path());
  IndexSorter sorter({{"a/**"}});
  // ids[2] is the boundary: as a base it serves.
  const History found =
      history(repository, ids[5], sorter, {{{ids[2]}, {0}}, {{ids[4]}, {0}}});
  REQUIRE(found.commits.size() == 3);
  CHECK(found.commits[0].queries == std::vector<std::uint32_t>{0, 1});
  CHECK(found.commits[2].id == ids[3]);
  // Counted itself, its parent is missing: never "everything was added".
  CHECK_THROWS_AS(history(repository, ids[5], sorter, {{{}, {0}}}),
                  MissingObject);
  CHECK_THROWS_AS(history(repository, ids[5], sorter, {{{ids[1]}, {0}}}),
                  MissingObject);
  CHECK(net_changes(repository, ids[2], ids[5], sorter, 1)[0].count == 1);
}

}  // namespace ecr_version::git
