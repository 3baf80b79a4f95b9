// Four commits to clone from: main, whose last commit merges `side`, and two
// tags; with what any clone that holds everything must answer.
#pragma once

#include "git/repository.hpp"
#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ecr_version::tests {

inline void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline git::Oid oid(const std::string& hex) {
  return git::parse_oid(hex).value();
}

struct Origin {
  Origin() {
    first = repo.commit({{"api/a.c", "one"}, {"README.md", "r"}}, "first\n");
    repo.git({"checkout", "-q", "-b", "side"});
    side = repo.commit({{"web/b.c", "two"}}, "side\n");
    repo.git({"checkout", "-q", "main"});
    second = repo.commit({{"api/a.c", "three"}}, "second\n");
    merge = repo.merge({"side"}, "Merge side");
    repo.git({"tag", "-a", "-m", "annotated", "v1", first});
    repo.git({"tag", "light", second});
  }
  TempRepo repo;
  std::string first, side, second, merge;
};

inline void check_complete(const git::Repository& repository,
                           const Origin& origin) {
  CHECK(to_hex(repository.head()) == origin.merge);
  const git::Commit merge = repository.commit(repository.head());
  CHECK(merge.parents ==
        std::vector<git::Oid>{oid(origin.second), oid(origin.side)});
  CHECK_FALSE(merge.boundary);
  CHECK(merge.message == "Merge side\n");
  CHECK(merge.committed_at == 1'700'000'180);
  CHECK(repository.is_ancestor(oid(origin.first), repository.head()));
  CHECK_FALSE(repository.is_ancestor(oid(origin.side), oid(origin.second)));
  CHECK(repository.merge_base(oid(origin.side), oid(origin.second)) ==
        oid(origin.first));
  std::vector<std::string> files;
  repository.each_file(
      repository.head(), [](std::string_view) { return true; },
      [&](const git::TreeFile& file) { files.push_back(file.path); });
  CHECK(files == std::vector<std::string>{"README.md", "api/a.c", "web/b.c"});
}

}  // namespace ecr_version::tests
