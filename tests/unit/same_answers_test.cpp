// Against git's own server: whatever clone it is, the answers are those of the
// full clone.
#include "app/server_deepener.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "git/changes.hpp"
#include "git/repository.hpp"
#include "net/curl_transport.hpp"
#include "support/drawn_repository.hpp"
#include "support/folders.hpp"
#include "support/git_server.hpp"
#include "support/temp_dir.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

using namespace ecr_version;
using namespace ecr_version::app;
using tests::Folders;
using tests::TempDir;
namespace fs = std::filesystem;

namespace {

// What a plan takes from history for one question, as text to compare.
std::string answer(const git::Repository& repository, const git::Oid& head,
                   const HistoryQuestion& question) {
  std::vector<git::Oid> ends;
  std::string base = "none";
  bool superseded = false;
  for (const Sought& sought : question.commits) {
    for (const git::Oid& id : repository.commits_with_prefix(sought.hex)) {
      if (ends.empty()) base = git::to_hex(id);
      ends.push_back(id);
      superseded = superseded || repository.is_ancestor(head, id);
    }
  }
  std::string text = "base " + base + (superseded ? " superseded" : "");
  if (ends.empty() && !question.whole) return text;
  Folders folders;
  if (!ends.empty()) {
    text += repository.is_ancestor(ends.front(), head) ? " below" : " beside";
    for (const git::SetChange& change :
         git::net_changes(repository, ends.front(), head, folders, 3)) {
      text += fmt::format(" [{}", change.count);
      for (const std::string& path : change.first) text += " " + path;
      text += "]";
    }
  }
  std::vector<std::string> lines;
  const git::History history = git::history(
      repository, head, folders, {{.excluded = ends, .sets = {0, 1, 2}}});
  for (const git::HistoryCommit& commit : history.commits) {
    std::string line = "\n" + git::to_hex(commit.id);
    for (const std::uint32_t set : commit.sets) line += fmt::format(" {}", set);
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) text += line;
  return text;
}

// A server's repository, and clones of it.
struct World {
  const tests::GitServer& server;
  TempDir directory;
  tests::Dice draw;
  tests::DrawnRepository history;
  net::CurlTransport transport{{}};
  std::string log;

  World(const tests::GitServer& at, std::uint32_t seed, int size)
      : server(at),
        draw(seed),
        history(tests::draw_repository(path("o/r"), draw, size)) {}

  std::string path(const std::string& name) const {
    fs::create_directories((directory.path() / name).parent_path());
    return (directory.path() / name).string();
  }
  // The server's root is the directory that all temporary ones lie in.
  std::string url() const {
    return server.url() + options + "/" + directory.path().filename().string() +
           "/o/r";
  }
  std::string options;  // "/!no-filter"
  const std::string& commit(int number) const {
    return history.commits.at(static_cast<std::size_t>(number));
  }
  std::int64_t date(int number) const {
    return history.dates.at(static_cast<std::size_t>(number));
  }

  // As actions/checkout does it with fetch-depth: 0.
  std::string full_clone(int head) {
    const std::string at = path("full");
    tests::shell(
        fmt::format("git clone -q --no-checkout 'file://{}' '{}' && git -C "
                    "'{}' checkout -q "
                    "--detach {}",
                    path("o/r"), at, at, commit(head)));
    return at;
  }
  // And with less: `options` of git fetch.
  std::string clone(int head, const std::string& how) {
    const std::string at = path("clone");
    tests::shell(fmt::format(
        "rm -rf '{0}' && git init -q '{0}' && cd '{0}' && git remote add "
        "origin '{1}' && git fetch -q --no-tags {2} origin {3} && git checkout "
        "-q --detach {3}",
        at, path("o/r"), how, commit(head)));
    return at;
  }
  // A second root, as a step that fetches another branch leaves it.
  void fetch_too(int other, const std::string& how) {
    tests::shell(fmt::format("git -C '{}' fetch -q --no-tags {} origin {}",
                             path("clone"), how, commit(other)));
  }
  DeepenSettings settings(const std::string& own_ref = "refs/heads/main") {
    DeepenSettings settings;
    settings.url = url();
    settings.own_ref = own_ref;
    settings.temporary = directory.path();
    settings.in_workflow = true;
    settings.log = [this](const std::string& line) { log = line; };
    return settings;
  }
};

Sought sought(World& world, int number) {
  Sought one{.hex = world.commit(number).substr(0, 7),
             .what = fmt::format("api's release at c{}", number)};
  if (world.draw.one_in(2)) {
    one.pushed_at =
        static_cast<double>(world.date(number) + world.draw.below(3 * 86400));
  }
  return one;
}

HistoryQuestion draw_question(World& world, int head, int name) {
  HistoryQuestion question{.what = fmt::format("app{}", name)};
  if (world.draw.one_in(12)) {
    question.whole = true;
    return question;
  }
  for (int i = world.draw.below(4); i >= 0; --i) {
    const int size = static_cast<int>(world.history.commits.size());
    // Mostly near HEAD; some anywhere, forced away ones too; some nowhere.
    const int kind = world.draw.below(10);
    if (kind == 0) {
      question.commits.push_back({.hex = "0123456", .what = "a lost release"});
    } else if (kind < 4) {
      question.commits.push_back(sought(world, world.draw.below(size)));
    } else {
      question.commits.push_back(
          sought(world, std::max(0, head - world.draw.below(12))));
    }
    if (kind == 5) question.commits.back().hex = world.commit(head);
  }
  return question;
}

int rounds() {
  const char* wished = std::getenv("ECR_VERSION_ROUNDS");
  return wished == nullptr ? 24 : std::atoi(wished);
}

}  // namespace

TEST_CASE("deepen: every clone answers as the full clone does") {
  const std::vector<std::string> depths = {"--depth=1",
                                           "--depth=2",
                                           "--depth=5",
                                           "--depth=1 --filter=blob:none",
                                           "--depth=1 --filter=tree:0",
                                           "--depth=3 --filter=tree:0"};
  const std::vector<std::string> servers = {"", "", "/!no-any-sha",
                                            "/!no-filter"};
  const tests::GitServer server(fs::temp_directory_path());
  const char* first = std::getenv("ECR_VERSION_FIRST_ROUND");
  for (int round = first ? std::atoi(first) : 0, end = round + rounds();
       round < end; ++round) {
    CAPTURE(round);
    tests::Dice choice(static_cast<std::uint32_t>(round));
    const std::size_t kind = static_cast<std::size_t>(
        choice.below(static_cast<int>(servers.size())));
    World world(server, static_cast<std::uint32_t>(round),
                3 + choice.below(60));
    world.options = servers[kind];
    // HEAD is main's tip, or any commit that a branch holds: an old run.
    const auto& reachable = world.history.reachable;
    const int head = world.draw.one_in(3)
                         ? reachable[static_cast<std::size_t>(world.draw.below(
                               static_cast<int>(reachable.size())))]
                         : world.history.branches.front();
    const git::Repository full = git::Repository::open(world.full_clone(head));
    Need need{.head = full.head()};
    for (int app = world.draw.below(4); app >= 0; --app) {
      need.questions.push_back(draw_question(world, head, app));
    }
    const std::string options = depths[static_cast<std::size_t>(
        world.draw.below(static_cast<int>(depths.size())))];
    CAPTURE(options);
    const std::string at = world.clone(head, options);
    if (choice.one_in(3)) {
      const int other = reachable[static_cast<std::size_t>(
          choice.below(static_cast<int>(reachable.size())))];
      world.fetch_too(other, depths[static_cast<std::size_t>(choice.below(3))]);
      if (choice.one_in(2)) {
        need.questions.push_back(
            {.what = "beside",
             .commits = {sought(world, other),
                         sought(world, std::max(0, other - 3))}});
      }
    }
    git::Repository clone = git::Repository::open(at);
    ServerDeepener deepener(world.transport, system_clock(), world.settings());
    deepener.bring_history(clone, need);
    CAPTURE(world.log);
    for (const HistoryQuestion& question : need.questions) {
      std::string asked = question.whole ? "whole" : "";
      for (const Sought& one : question.commits) asked += one.what + "; ";
      CAPTURE(asked);
      CHECK(answer(clone, need.head, question) ==
            answer(full, need.head, question));
    }
  }
}
