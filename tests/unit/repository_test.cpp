#include "git/repository.hpp"

#include "support/origin_repo.hpp"
#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ecr_version::git {
namespace {

namespace fs = std::filesystem;
using doctest::Contains;
using tests::check_complete;
using tests::oid;
using tests::Origin;
using tests::TempRepo;
using tests::write;

}  // namespace

TEST_CASE("repository: a shallow clone knows where it ends") {
  const Origin origin;
  const TempRepo clone(origin.repo, {"--depth=1"});
  Repository repository = Repository::open(clone.path());
  CHECK(repository.is_shallow());
  CHECK(repository.shallow() == std::vector<Oid>{oid(origin.merge)});
  const Commit merge = repository.commit(repository.head());
  CHECK(merge.boundary);
  CHECK(merge.parents.size() == 2);
  CHECK_FALSE(repository.has(oid(origin.first)));
  CHECK(repository.resolve(origin.first) == std::nullopt);
  CHECK_THROWS_AS(repository.commit(oid(origin.second)), MissingObject);
  CHECK_THROWS_WITH_AS(
      repository.resolve("HEAD~1"),
      ("the parent " + origin.second + " of the commit " + origin.merge +
       " is not in this clone, which is shallow: give actions/checkout "
       "fetch-depth: 0 and filter: blob:none, or run git fetch --unshallow "
       "--filter=blob:none")
          .c_str(),
      MissingObject);

  // What was fetched elsewhere moves the end.
  repository.add_objects(origin.repo.path() / ".git/objects");
  repository.set_shallow({});
  CHECK_FALSE(repository.is_shallow());
  check_complete(repository, origin);

  const TempRepo two(origin.repo, {"--depth=2"});
  const Repository deeper = Repository::open(two.path());
  CHECK(deeper.resolve("HEAD~1") == oid(origin.second));
  CHECK(deeper.resolve("HEAD^2") == oid(origin.side));
  CHECK_THROWS_AS(deeper.merge_base(oid(origin.second), oid(origin.side)),
                  MissingObject);
  CHECK(deeper.is_ancestor(oid(origin.side), deeper.head()));
}

TEST_CASE("repository: a treeless clone misses trees, and says so") {
  const Origin origin;
  const TempRepo clone(origin.repo, {"--filter=tree:0", "--no-checkout"});
  const Repository repository = Repository::open(clone.path());
  CHECK(repository.is_partial());
  CHECK(repository.is_ancestor(oid(origin.first), repository.head()));
  CHECK_THROWS_WITH_AS(repository.read_file(oid(origin.first), "README.md"),
                       Contains("give actions/checkout filter: blob:none, not "
                                "tree:0"),
                       MissingObject);
}

TEST_CASE("repository: resolves names as git does") {
  const Origin origin;
  const TempRepo clone(origin.repo, {});
  const Repository repository = Repository::open(clone.path());
  for (const std::string name :
       {"HEAD", "main", "refs/heads/main", "origin/side", "side", "v1",
        "refs/tags/v1", "light", "HEAD~1", "HEAD^2", "HEAD~2", "v1^0",
        "main~1^1"}) {
    CAPTURE(name);
    const std::string expected =
        name == "side" ? origin.side
                       : clone.git({"rev-parse", name + "^{commit}"});
    CHECK(repository.resolve(name) == oid(expected));
  }
  CHECK(repository.resolve(origin.side.substr(0, 7)) == oid(origin.side));
  for (const std::string name :
       {"", "nope", "HEAD~9", "HEAD^3", "HEAD^x", "../config", "config",
        "refs/../../config", "..", "@{u}", "abc", "ffffffff", "-x"}) {
    CAPTURE(name);
    CHECK(repository.resolve(name) == std::nullopt);
  }
  CHECK(repository.commits_with_prefix(origin.first.substr(0, 4)).size() == 1);
  CHECK(repository.commits_with_prefix("xyz").empty());
  // A tree's hash is no commit's.
  const std::string tree = clone.git({"rev-parse", "HEAD^{tree}"});
  CHECK(repository.commits_with_prefix(tree).empty());
}

TEST_CASE("repository: a short hash that fits several commits is an error") {
  TempRepo repo;
  std::string stream;
  for (int i = 1; i <= 600; ++i) {
    stream += "commit refs/heads/main\ncommitter C <c@x> " +
              std::to_string(1'700'000'000 + i) + " +0000\ndata 1\nm\n";
  }
  repo.git({"fast-import", "--quiet"}, stream);
  const Repository repository = Repository::open(repo.path());
  std::string prefix;
  for (unsigned i = 0; i < 65536 && prefix.empty(); ++i) {
    char text[5];
    std::snprintf(text, sizeof text, "%04x", i);
    if (repository.commits_with_prefix(text).size() > 1) prefix = text;
  }
  REQUIRE_FALSE(prefix.empty());
  CHECK_THROWS_WITH_AS(repository.resolve(prefix),
                       Contains("give more of its digits"), Error);
}

TEST_CASE("repository: grafts and replacements count, as in git") {
  const Origin origin;
  write(origin.repo.path() / ".git/info/grafts",
        "# a comment\n" + origin.merge + " " + origin.first + "\n");
  CHECK(
      Repository::open(origin.repo.path()).commit(oid(origin.merge)).parents ==
      std::vector<Oid>{oid(origin.first)});
  CHECK_FALSE(Repository::open(origin.repo.path())
                  .is_ancestor(oid(origin.side), oid(origin.merge)));
  write(origin.repo.path() / ".git/info/grafts", "nonsense\n");
  CHECK_THROWS_WITH_AS(Repository::open(origin.repo.path()),
                       Contains("info/grafts"), Error);
  fs::remove(origin.repo.path() / ".git/info/grafts");

  origin.repo.git({"replace", origin.merge, origin.second});
  for (const bool packed : {false, true}) {
    CAPTURE(packed);
    if (packed) origin.repo.git({"pack-refs", "--all"});
    const Commit replaced =
        Repository::open(origin.repo.path()).commit(oid(origin.merge));
    CHECK(replaced.message == "second\n");
    CHECK(Repository::open(origin.repo.path(), ReplaceRefs::ignore)
              .commit(oid(origin.merge))
              .message == "Merge side\n");
  }
}

TEST_CASE("repository: reads files of a commit, never of the work tree") {
  TempRepo repo;
  repo.commit({{".github/x.yml", "committed"}}, "x");
  write(repo.path() / ".github/x.yml", "edited");
  fs::create_symlink("x.yml", repo.path() / "link");
  const Repository repository = Repository::open(repo.path());
  const Oid head = repository.head();
  CHECK(repository.read_file(head, ".github/x.yml") == "committed");
  for (const char* path :
       {".github", ".github/y", "x.yml", ".github/x.yml/z", "", "/"}) {
    CAPTURE(path);
    CHECK(repository.read_file(head, path) == std::nullopt);
  }
}

TEST_CASE("repository: a message is bytes, of any length and encoding") {
  TempRepo repo;
  const std::string bytes =
      std::string("caf\xe9\r\n\r\n") + std::string(1'000'000, 'x');
  repo.git({"config", "i18n.commitEncoding", "ISO-8859-1"});
  repo.commit({{"a", "1"}}, bytes);
  repo.commit({{"a", "2"}}, "");
  const Repository repository = Repository::open(repo.path());
  CHECK(repository.commit(repository.head()).message.empty());
  const Commit commit = repository.commit(*repository.resolve("HEAD~1"));
  CHECK(commit.message.size() == bytes.size());
  CHECK((commit.message == bytes));
}

TEST_CASE("repository: damage is told from absence") {
  const auto object_path = [](const TempRepo& repo, const std::string& id) {
    return repo.path() / ".git/objects" / id.substr(0, 2) / id.substr(2);
  };
  const auto overwrite = [](const fs::path& path, const std::string& text) {
    fs::remove(path);  // git makes it read-only
    write(path, text);
  };
  const Origin origin;
  const fs::path merge = object_path(origin.repo, origin.merge);
  const fs::path side = object_path(origin.repo, origin.side);

  const auto contents = [](const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  const std::string sound = contents(merge);
  overwrite(merge, contents(side));
  CHECK_THROWS_WITH_AS(
      Repository::open(origin.repo.path()).commit(oid(origin.merge)),
      Contains("its hash is another; git fsck --full tells more"), Error);
  overwrite(merge, "nonsense");
  CHECK_THROWS_WITH_AS(
      Repository::open(origin.repo.path()).commit(oid(origin.merge)),
      Contains("it cannot be inflated"), Error);
  fs::remove(merge);
  CHECK_THROWS_AS(
      Repository::open(origin.repo.path()).commit(oid(origin.merge)),
      MissingObject);
  overwrite(merge, sound);

  // Every byte of a pack spoilt in turn: an error or the right answer.
  const TempRepo clone(origin.repo, {"--branch=side"});
  clone.git({"repack", "-adfq", "--depth=5"});
  fs::path pack;
  for (const auto& entry :
       fs::directory_iterator(clone.path() / ".git/objects/pack")) {
    if (entry.path().extension() == ".pack") pack = entry.path();
  }
  const std::string good = contents(pack);
  const std::string message =
      Repository::open(clone.path()).commit(oid(origin.side)).message;
  for (std::size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x41);
    overwrite(pack, bad);
    try {
      const Repository repository = Repository::open(clone.path());
      // Walks read a commit's front alone.
      const bool leads =
          repository.is_ancestor(oid(origin.first), oid(origin.side));
      CHECK(leads);
      const auto read = repository.commit(oid(origin.side)).message;
      const auto text = repository.read_file(oid(origin.side), "web/b.c");
      CHECK(read == message);
      CHECK(text == "two");
    } catch (const Error&) {
    }
  }
  overwrite(pack, good.substr(0, good.size() / 2));
  CHECK_THROWS_AS(Repository::open(clone.path()).commit(oid(origin.side)),
                  Error);
}

}  // namespace ecr_version::git
