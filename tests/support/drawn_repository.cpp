#include "support/drawn_repository.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <set>
#include <stdexcept>

namespace ecr_version::tests {
namespace fs = std::filesystem;
namespace {

// Days apart, hours apart, or a script's commits of one minute.
constexpr std::array<std::int64_t, 3> pauses = {86400, 3600, 1};

void draw_commit(DrawnRepository& history, Dice& draw, int number,
                 std::int64_t pause) {
  std::set<int> parents;
  // Now and then a second root, as a subtree merge brings it.
  if (number > 0 && !draw.one_in(40)) {
    parents.insert(number - 1 - draw.below(std::min(number, 4)));
  }
  std::vector<int> ordered(parents.begin(), parents.end());
  if (number > 1 && draw.one_in(3)) {
    const int other = draw.below(number);
    if (!parents.contains(other)) ordered.push_back(other);
  }
  history.parents.push_back(ordered);
  std::int64_t date = 1'700'000'000 + number * pause + draw.below(600);
  if (draw.one_in(25)) date -= draw.below(30'000);  // a clock that is slow
  history.dates.push_back(date);
}

std::string import_stream(const DrawnRepository& history, Dice& draw) {
  static const std::array<const char*, 3> folders = {"a", "b", "shared"};
  std::string stream;
  for (std::size_t n = 0; n < history.parents.size(); ++n) {
    stream += fmt::format(
        "commit refs/temporary/{0}\nmark :{1}\n"
        "committer T <t@example.com> {2} +0000\ndata <<END\nc{0}\nEND\n",
        n, n + 1, history.dates[n]);
    bool first = true;
    for (const int parent : history.parents[n]) {
      stream += fmt::format("{} :{}\n", first ? "from" : "merge", parent + 1);
      first = false;
    }
    for (int files = draw.below(3); files >= 0; --files) {
      stream += fmt::format("M 100644 inline {}/d{}/f{}\ndata <<END\n{}\nEND\n",
                            folders[static_cast<std::size_t>(draw.below(3))],
                            draw.below(2), draw.below(3), draw.below(4));
    }
    stream += '\n';
  }
  const auto point = [&](const std::string& name, int number) {
    stream += fmt::format("reset {}\nfrom :{}\n\n", name, number + 1);
  };
  int count = 0;
  for (const int tip : history.branches) {
    point(count == 0 ? "refs/heads/main" : fmt::format("refs/heads/b{}", count),
          tip);
    ++count;
  }
  for (const int tip : history.tags) {
    point(fmt::format("refs/tags/t{}", count++), tip);
  }
  return stream;
}

}  // namespace

void shell(const std::string& command) {
  std::FILE* pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no shell");
  std::string output;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) {
    output += buffer.data();
  }
  if (::pclose(pipe) != 0) throw std::runtime_error(command + ": " + output);
}

DrawnRepository draw_repository(const fs::path& directory, Dice& draw,
                                int size) {
  DrawnRepository history;
  const std::int64_t pause = pauses[static_cast<std::size_t>(
      draw.below(static_cast<int>(pauses.size())))];
  for (int n = 0; n < size; ++n) draw_commit(history, draw, n, pause);
  history.branches.push_back(size - 1 - draw.below(std::min(size, 3)));
  for (int i = draw.below(3); i > 0; --i) {
    history.branches.push_back(draw.below(size));
  }
  for (int i = draw.below(2); i > 0; --i) {
    history.tags.push_back(draw.below(size));
  }
  std::set<int> reachable(history.branches.begin(), history.branches.end());
  reachable.insert(history.tags.begin(), history.tags.end());
  for (int n = size - 1; n >= 0; --n) {
    if (!reachable.contains(n)) continue;
    const std::vector<int>& parents =
        history.parents[static_cast<std::size_t>(n)];
    reachable.insert(parents.begin(), parents.end());
  }
  history.reachable.assign(reachable.begin(), reachable.end());

  const std::string at = directory.string();
  const std::string marks = at + ".marks";
  {
    std::ofstream file(at + ".import", std::ios::binary);
    file << import_stream(history, draw);
  }
  shell(fmt::format(
      "git init -q --bare -b main '{0}' && "
      "git -C '{0}' config uploadpack.allowFilter true && "
      "git -C '{0}' config uploadpack.allowAnySHA1InWant true && git -C '{0}' "
      "fast-import --quiet "
      "--force --export-marks='{1}' < '{0}.import' && "
      "git -C '{0}' for-each-ref --format='delete %(refname)' refs/temporary "
      "| git -C '{0}' update-ref --stdin",
      at, marks));
  history.commits.resize(static_cast<std::size_t>(size));
  std::ifstream lines(marks);
  char colon = 0;
  std::size_t mark = 0;
  for (std::string id; lines >> colon >> mark >> id;) {
    history.commits.at(mark - 1) = id;
  }
  return history;
}

}  // namespace ecr_version::tests
