#include "git/pack.hpp"

#include "support/origin_repo.hpp"
#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ecr_version::git {
namespace {

namespace fs = std::filesystem;
using doctest::Contains;
using tests::oid;
using tests::Origin;
using tests::TempRepo;

// The pack of some revisions, as a server would send it.
std::string packed(const TempRepo& repo, const std::string& revisions) {
  const std::string name =
      repo.git({"pack-objects", "--revs", "-q", "out"}, revisions);
  std::ifstream file(repo.path() / ("out-" + name + ".pack"), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("pack: what arrives in pieces is found by a shallow repository") {
  const Origin origin;
  const std::string pack = packed(origin.repo, origin.merge + "\n");
  const TempRepo clone(origin.repo, {"--depth=1"});
  const tests::TempDir store;
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{7}, pack.size()}) {
    CAPTURE(piece);
    Repository repository = Repository::open(clone.path());
    PackIndexer indexer(store.path() / std::to_string(piece), &repository);
    for (std::size_t at = 0; at < pack.size(); at += piece) {
      indexer.add(std::string_view(pack).substr(at, piece));
    }
    indexer.finish();
    CHECK(indexer.bytes() == pack.size());
    CHECK(indexer.objects() > 8);
    CHECK_FALSE(repository.has(oid(origin.first)));
    repository.add_objects(store.path() / std::to_string(piece));
    CHECK(repository.has(oid(origin.first)));
    repository.set_shallow({});
    CHECK(repository.is_ancestor(oid(origin.first), repository.head()));
  }
}

TEST_CASE("pack: what is no sound pack is refused") {
  const Origin origin;
  const std::string pack = packed(origin.repo, origin.merge + "\n");
  const tests::TempDir store;
  const auto index = [&](const std::string& bytes, PackLimits limits = {}) {
    PackIndexer indexer(store.path(), nullptr, limits);
    indexer.add(bytes);
    indexer.finish();
  };
  CHECK_THROWS_WITH_AS(index("<html>not found</html>"),
                       "receiving a pack of git objects: it does not begin as "
                       "a pack does",
                       Error);
  CHECK_THROWS_WITH_AS(index("PACK"),
                       "receiving a pack of git objects: it was cut short "
                       "after 4 bytes",
                       Error);
  CHECK_THROWS_AS(index(pack.substr(0, pack.size() / 2)), Error);
  std::string spoilt = pack;
  spoilt.back() = static_cast<char>(spoilt.back() ^ 1);
  CHECK_THROWS_AS(index(spoilt), Error);
  CHECK_THROWS_WITH_AS(index(pack, {.bytes = 20}),
                       Contains("it is larger than the 0 MiB that are taken"),
                       Error);
  CHECK_THROWS_WITH_AS(index(pack, {.objects = 2}),
                       Contains("and at most 2 are taken"), Error);
  // Nothing of it can be found.
  for (const auto& entry : fs::directory_iterator(store.path() / "pack")) {
    CHECK(entry.path().extension() != ".idx");
  }
}

TEST_CASE("pack: a base that only the repository has is taken from there") {
  TempRepo repo;
  std::string text;
  for (int i = 0; i < 400; ++i) text += "line " + std::to_string(i) + "\n";
  const std::string first = repo.commit({{"a", text}}, "one");
  const TempRepo clone(repo, {});
  const std::string second = repo.commit({{"a", text + "more\n"}}, "two");
  // A bundle holds a thin pack.
  repo.git({"bundle", "create", "-q", "../thin", first + "..main"});
  std::ifstream file(repo.path().parent_path() / "thin", std::ios::binary);
  const std::string bundle{std::istreambuf_iterator<char>(file), {}};
  const std::string pack = bundle.substr(bundle.find("\n\nPACK") + 2);

  Repository repository = Repository::open(clone.path());
  const tests::TempDir store;
  PackIndexer indexer(store.path(), &repository);
  indexer.add(pack);
  indexer.finish();
  repository.add_objects(store.path());
  CHECK(repository.read_file(oid(second), "a") == text + "more\n");
}

}  // namespace ecr_version::git
