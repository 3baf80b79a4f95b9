// Every state of a clone that must work, made by real git, and those that must
// fail with words that help.
#include "git/repository.hpp"
#include "support/origin_repo.hpp"
#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
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

TEST_CASE("clone: answers alike however a clone is stored") {
  const Origin origin;
  const struct {
    std::string name;
    std::vector<std::string> options;
    std::function<void(const TempRepo&)> prepare;
  } rows[] = {
      {"full", {}, [](const TempRepo&) {}},
      {"blobless", {"--filter=blob:none"}, [](const TempRepo&) {}},
      {"sparse cone",
       {"--filter=blob:none", "--sparse"},
       [](const TempRepo& repo) {
         repo.git({"sparse-checkout", "set", "--cone", "api"});
       }},
      {"sparse without cones",
       {"--filter=blob:none", "--no-checkout"},
       [](const TempRepo& repo) {
         repo.git({"sparse-checkout", "set", "--no-cone", "/api/*.c"});
         repo.git({"checkout", "-q", "main"});
       }},
      {"worktreeConfig, as actions/checkout leaves it",
       {},
       [](const TempRepo& repo) {
         repo.git({"config", "core.repositoryformatversion", "1"});
         repo.git({"config", "extensions.worktreeConfig", "true"});
       }},
      {"partialClone and preciousObjects",
       {},
       [](const TempRepo& repo) {
         repo.git({"config", "core.repositoryformatversion", "1"});
         repo.git({"config", "extensions.partialClone", "origin"});
         repo.git({"config", "extensions.preciousObjects", "true"});
       }},
      {"detached HEAD",
       {},
       [](const TempRepo& repo) {
         repo.git({"checkout", "-q", "--detach", "HEAD"});
       }},
      {"packed references only",
       {},
       [](const TempRepo& repo) {
         repo.git({"pack-refs", "--all"});
       }},
      {"alternates",
       {"--shared"},
       [](const TempRepo& repo) {
         CHECK(fs::exists(repo.path() / ".git/objects/info/alternates"));
       }},
      {"commit-graph with filters",
       {},
       [](const TempRepo& repo) {
         repo.git({"commit-graph", "write", "--reachable", "--changed-paths"});
       }},
      {"two packs and a multi-pack-index",
       {},
       [](const TempRepo& repo) {
         repo.git({"commit", "-q", "--allow-empty", "-m", "x"});
         repo.git({"repack", "-dq"});
         repo.git({"reset", "-q", "--hard", "HEAD~1"});
         repo.git({"multi-pack-index", "write"});
       }},
      {"loose objects only",
       {},
       [](const TempRepo& repo) {
         fs::path pack;
         for (const auto& entry :
              fs::directory_iterator(repo.path() / ".git/objects/pack")) {
           if (entry.path().extension() == ".pack") pack = entry.path();
         }
         fs::rename(pack, repo.path() / "away.pack");
         fs::remove_all(repo.path() / ".git/objects/pack");
         std::ifstream file(repo.path() / "away.pack", std::ios::binary);
         const std::string bytes{std::istreambuf_iterator<char>(file), {}};
         repo.git({"unpack-objects", "-q"}, bytes);
       }},
      {"an old index",
       {},
       [](const TempRepo& repo) {
         repo.git({"-c", "pack.indexVersion=1", "repack", "-adfq"});
       }},
      {"LFS, whose programs are not there",
       {},
       [](const TempRepo& repo) {
         write(repo.path() / ".git/info/attributes",
               "*.c filter=lfs diff=lfs merge=lfs -text\n");
         repo.git({"config", "filter.lfs.process", "/nowhere/git-lfs"});
         repo.git({"config", "filter.lfs.required", "true"});
       }},
      {"a submodule that was cloned too",
       {},
       [](const TempRepo& repo) {
         repo.git({"clone", "-q", "--bare", ".", ".git/modules/vendor"});
         repo.git({"config", "submodule.vendor.url", "../vendor"});
         repo.git({"config", "submodule.vendor.active", "true"});
       }},
      {"owned by another user",
       {},
       [](const TempRepo& repo) {
         if (::geteuid() != 0) return;
         for (const auto& entry :
              fs::recursive_directory_iterator(repo.path())) {
           CHECK(::lchown(entry.path().c_str(), 1001, 1001) == 0);
         }
         CHECK(::lchown(repo.path().c_str(), 1001, 1001) == 0);
       }},
      {"a configuration that includes and would execute",
       {},
       [](const TempRepo& repo) {
         std::ofstream(repo.path() / ".git/config", std::ios::app)
             << "[include]\n\tpath = /dev/zero\n[core]\n\tfsmonitor = false\n"
                "\tsshCommand = touch /tmp/never\n"
                "[includeIf \"gitdir:/x\"]\n\tpath = \"a \\\"b\\\"\"\n";
       }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const TempRepo clone(origin.repo, row.options);
    row.prepare(clone);
    const Repository repository = Repository::open(clone.path());
    check_complete(repository, origin);
    CHECK_FALSE(repository.is_shallow());
    CHECK(repository.is_partial() ==
          (row.name == "partialClone and preciousObjects" ||
           (!row.options.empty() && row.options[0] == "--filter=blob:none")));
    // From a folder inside of it
    CHECK(Repository::open(clone.path() / "api").head() == repository.head());
  }
}

TEST_CASE("clone: a bare one and a linked worktree are found") {
  const Origin origin;
  const TempRepo bare(origin.repo, {"--bare"});
  const Repository repository = Repository::open(bare.path());
  check_complete(repository, origin);
  CHECK(repository.work_directory().empty());

  origin.repo.git({"worktree", "add", "-q", "../linked", "side"});
  const fs::path linked = origin.repo.path().parent_path() / "linked";
  const Repository worktree = Repository::open(linked / "web");
  CHECK(to_hex(worktree.head()) == origin.side);
  CHECK(worktree.work_directory() == fs::canonical(linked));
  CHECK(worktree.resolve("main") == oid(origin.merge));

  // As in a container that has only the worktree.
  fs::rename(origin.repo.path(), origin.repo.path().parent_path() / "gone");
  CHECK_THROWS_WITH_AS(Repository::open(linked),
                       Contains("mount that directory at the same path"),
                       Error);
  fs::rename(origin.repo.path().parent_path() / "gone", origin.repo.path());
}

TEST_CASE("clone: refuses what it cannot read, with the remedy") {
  const struct {
    std::string name;
    std::function<void(const TempRepo&)> prepare;
    std::string message;
  } rows[] = {
      {"no repository",
       [](const TempRepo& repo) { fs::remove_all(repo.path() / ".git"); },
       "put a step with actions/checkout before this one"},
      {"sha256",
       [](const TempRepo& repo) {
         repo.git({"config", "core.repositoryformatversion", "1"});
         repo.git({"config", "extensions.objectFormat", "sha256"});
       },
       "extensions.objectformat = sha256 is not supported, only sha1 is: "
       "convert the repository, or use one with SHA-1 objects"},
      {"reftable",
       [](const TempRepo& repo) {
         write(repo.path() / ".git/config",
               "[core]\n\trepositoryformatversion = 1\n"
               "[extensions]\n\trefStorage = reftable\n");
       },
       "extensions.refstorage = reftable is not supported, only files is: run "
       "git refs migrate --ref-format=files"},
      {"an extension of the future",
       [](const TempRepo& repo) {
         write(repo.path() / ".git/config",
               "[core]\n\trepositoryformatversion = 1\n"
               "[extensions]\n\tteleport = true\n");
       },
       "extensions.teleport = true is not supported: clone the repository "
       "without that extension"},
      {"a format of the future",
       [](const TempRepo& repo) {
         write(repo.path() / ".git/config",
               "[core]\n\trepositoryformatversion = 2\n");
       },
       "its format is version 2, and only 0 and 1 are known"},
      {"a configuration that makes no sense",
       [](const TempRepo& repo) {
         write(repo.path() / ".git/config", "[core]\n\tbare = false\n=\n");
       },
       ".git/config"},
      {"without HEAD",
       [](const TempRepo& repo) { fs::remove(repo.path() / ".git/HEAD"); },
       "it has no HEAD, so it is incomplete; check it out anew"},
      {"bare and without HEAD",
       [](const TempRepo& repo) {
         for (const auto& entry : fs::directory_iterator(repo.path() / ".git"))
           if (entry.path().filename() != "HEAD")
             fs::rename(entry, repo.path() / entry.path().filename());
         fs::remove_all(repo.path() / ".git");
       },
       "it has no HEAD, so it is incomplete; check it out anew"},
      {"without objects",
       [](const TempRepo& repo) {
         fs::remove_all(repo.path() / ".git/objects");
       },
       "it has no objects, so it is incomplete; check it out anew"},
      {"a .git file that says nothing",
       [](const TempRepo& repo) {
         fs::remove_all(repo.path() / ".git");
         write(repo.path() / ".git", "hello");
       },
       "is a file, and does not say \"gitdir: ...\""},
      {"unborn HEAD", [](const TempRepo&) {},
       "HEAD is on refs/heads/main, which has no commit yet: commit something "
       "first, or check out a branch that has commits"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const TempRepo repo;
    row.prepare(repo);
    CHECK_THROWS_WITH_AS(Repository::open(repo.path()).head(),
                         Contains(row.message.c_str()), Error);
  }
}

}  // namespace ecr_version::git
