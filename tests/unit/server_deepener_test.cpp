// What is asked of git's own server, and what comes of its faults.
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
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

using namespace ecr_version;
using namespace ecr_version::app;
using tests::Folders;
using tests::TempDir;
namespace fs = std::filesystem;

namespace {

// main has 30 commits; api was released at the 5th, HEAD is the tip.
struct Straight {
  TempDir directory;
  std::string bare = (directory.path() / "server/o/r").string();
  std::string at = (directory.path() / "clone").string();
  std::string log;
  std::string base;

  explicit Straight(int commits = 30, int released = 5) {
    std::string stream;
    for (int n = 1; n <= commits; ++n) {
      stream += fmt::format(
          "commit refs/heads/main\nmark :{0}\ncommitter T <t@example.com> {1} "
          "+0000\ndata <<END\nc{0}\nEND\nM 100644 inline a/f{2}\ndata "
          "<<END\n{0}\nEND\n\n",
          n, 1'700'000'000 + n * 3600, n % 7);
    }
    fs::create_directories(directory.path() / "server/o");
    std::ofstream(bare + ".import") << stream;
    tests::shell(fmt::format(
        "git init -q --bare -b main '{0}' && git -C '{0}' fast-import --quiet "
        "< '{0}.import' && git clone -q --depth=1 'file://{0}' '{1}' && git "
        "-C '{0}' rev-parse main~{2} > '{0}.base'",
        bare, at, commits - released));
    std::ifstream(bare + ".base") >> base;
  }

  DeepenSettings settings(const std::string& server) {
    DeepenSettings settings;
    if (!server.empty()) settings.url = server + "/o/r";
    settings.refusal = "`deepen: never` is set";
    settings.own_ref = "refs/heads/main";
    settings.temporary = directory.path();
    settings.in_workflow = true;
    settings.log = [this](const std::string& line) { log = line; };
    return settings;
  }
  Need need(const git::Repository& clone) const {
    return {.head = clone.head(),
            .questions = {{.what = "api",
                           .commits = {{.hex = base.substr(0, 7),
                                        .what = "api's release 1.4.2",
                                        .pushed_at = 1.0}}}}};
  }
};

// Waits without waiting: retries come at once.
Clock hasty_clock() {
  auto skipped = std::make_shared<std::chrono::milliseconds>(0);
  Clock clock = system_clock();
  clock.now = [skipped, now = clock.now] { return now() + *skipped; };
  clock.sleep = [skipped](std::chrono::milliseconds wait) { *skipped += wait; };
  return clock;
}

// The number of commits between the release and HEAD, or the failure.
std::string outcome(Straight& world, const DeepenSettings& settings) {
  git::Repository clone = git::Repository::open(world.at);
  net::CurlTransport transport{{}};
  ServerDeepener deepener(transport, hasty_clock(), settings);
  const Need need = world.need(clone);
  try {
    deepener.bring_history(clone, need);
  } catch (const Error& error) {
    return describe(error);
  }
  Folders folders;
  const git::History history = git::history(
      clone, need.head, folders,
      {{.excluded = clone.commits_with_prefix(world.base.substr(0, 7)),
        .sets = {0}}});
  return fmt::format("{} commits", history.commits.size());
}

const std::string yaml_remedy =
    "; let the checkout bring the history: under `uses: actions/checkout` add "
    "`with: { fetch-depth: 0, filter: blob:none }`";
const std::string lacks =
    "this clone lacks history that the answer needs, and it could not be "
    "fetched: ";

}  // namespace

TEST_CASE(
    "server_deepener: a push of a few commits costs three requests, and "
    "the log says what was fetched and why") {
  Straight world(30, 20);
  tests::GitServer server(world.directory.path() / "server");
  CHECK(outcome(world, world.settings(server.url())) == "10 commits");
  CHECK(server.requests().size() <= 3);
  CHECK(world.log.starts_with("fetched 16 commits, "));
  CHECK(world.log.ends_with(" kB, to reach api's release 1.4.2"));
}

TEST_CASE(
    "server_deepener: nothing is asked of the server when the clone is "
    "complete or deep enough") {
  for (const char* depth : {"--unshallow", "--depth=28"}) {
    CAPTURE(depth);
    Straight world;
    tests::shell(
        fmt::format("git -C '{}' fetch -q {} origin main", world.at, depth));
    CHECK(outcome(world, world.settings("")) == "25 commits");
  }
}

TEST_CASE(
    "server_deepener: the store is gone at the end, and the workspace is "
    "as it was") {
  Straight world;
  tests::GitServer server(world.directory.path() / "server");
  const auto listing = [&] {
    std::vector<std::string> files;
    for (const auto& entry :
         fs::recursive_directory_iterator(world.directory.path())) {
      const std::string path = entry.path().string();
      if (path.find("requests.log") == std::string::npos) files.push_back(path);
    }
    std::sort(files.begin(), files.end());
    return files;
  };
  const std::vector<std::string> before = listing();
  CHECK(outcome(world, world.settings(server.url())) == "25 commits");
  CHECK(listing() == before);
}

TEST_CASE(
    "server_deepener: what may not be fetched is refused with the lines "
    "that help") {
  Straight world;
  DeepenSettings settings = world.settings("");
  CHECK(outcome(world, settings) ==
        lacks + "`deepen: never` is set" + yaml_remedy);
  settings.in_workflow = false;
  settings.refusal = "outside of GitHub Actions nothing is fetched";
  CHECK(outcome(world, settings) ==
        lacks +
            "outside of GitHub Actions nothing is fetched; fetch it with "
            "`git fetch --unshallow --filter=blob:none`");
}

TEST_CASE(
    "server_deepener: the token opens the server, and without it the "
    "message names the permission") {
  Straight world;
  tests::GitServer server(world.directory.path() / "server",
                          {"--token", "hush"});
  DeepenSettings settings = world.settings(server.url());
  settings.token = Secret("hush");
  CHECK(outcome(world, settings) == "25 commits");
  settings.token = Secret("wrong");
  CHECK(outcome(world, settings) ==
        lacks + "asking for the abilities of the git server from " +
            settings.url +
            ": the server answered 401: the token given cannot read this "
            "repository; give the job `permissions: contents: read`" +
            yaml_remedy);
}

TEST_CASE(
    "server_deepener: no request goes where a redirect or the clone's "
    "configuration points") {
  Straight world;
  tests::GitServer other(world.directory.path() / "server");
  fs::create_directories(world.directory.path() / "front");
  tests::GitServer front(world.directory.path() / "front",
                         {"--fault", "*:redirect:" + other.url()});
  tests::shell(fmt::format(
      "git -C '{0}' config remote.origin.url '{1}/o/r' && git -C '{0}' config "
      "url.{1}/.insteadOf '{2}/' && git -C '{0}' config http.proxy '{1}'",
      world.at, other.url(), front.url()));
  DeepenSettings settings = world.settings(front.url());
  settings.token = Secret("hush");
  CHECK(outcome(world, settings)
            .starts_with(lacks +
                         "asking for the abilities of the git server from " +
                         settings.url + ": the server answered 302"));
  CHECK(front.requests().size() == 1);
  CHECK(other.requests().empty());
}

TEST_CASE(
    "server_deepener: a fault is survived or told, and never changes the "
    "answer") {
  Straight world;
  const std::vector<std::string> kinds = {
      "status:500", "status:503", "status:403", "html",     "reset",
      "err:busy",   "fatal:boom", "malformed",  "progress", "cut:0",
      "cut:3",      "cut:10",     "cut:60",     "cut:200",  "cut:500",
      "cut:1500",   "flip:0",     "flip:5",     "flip:30",  "flip:90",
      "flip:150",   "flip:400",   "flip:1000",  "flip:-1",  "flip:-10",
      "flip:-30"};
  tests::GitServer server(world.directory.path() / "server");
  int survived = 0;
  int told = 0;
  for (int number = 1; number <= 4; ++number) {
    for (const std::string& kind : kinds) {
      CAPTURE(number);
      CAPTURE(kind);
      const std::string result = outcome(
          world,
          world.settings(fmt::format("{}/!{}:{}", server.url(), number, kind)));
      CAPTURE(result);
      if (result == "25 commits") {
        ++survived;
      } else {
        CHECK(result.starts_with(lacks));
        CHECK(result.ends_with(yaml_remedy));
        ++told;
      }
    }
  }
  CHECK(survived > 20);
  CHECK(told > 20);
}
