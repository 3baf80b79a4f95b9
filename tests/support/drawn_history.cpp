#include "support/drawn_history.hpp"

#include <algorithm>
#include <map>
#include <sstream>

namespace ecr_version::tests {
namespace {

using Files = std::map<std::string, std::string>;

const std::vector<std::string>& paths() {
  static const std::vector<std::string> all = {
      "README.md",       "apps/api/a.c",    "apps/api/b.md", "apps/api/x",
      "apps/api/x/deep", "apps/web/a.c",    "apps/web/i.js", "libs/core/a.c",
      "libs/core/b.c",   "libs/core",       "libs/c.h",      "docs/a/b/c/d.md",
      "apps/webx/a.c",   "apps/api.d/conf", ".github/ci.yml"};
  return all;
}

// The file, and what stands in its way: it, as a directory, or a file above it.
void put(Files& files, const std::string& path, const std::string& content) {
  std::erase_if(files, [&](const auto& file) {
    return file.first.starts_with(path + "/") ||
           path.starts_with(file.first + "/");
  });
  files[path] = content;
}

Files changed(Files files, std::mt19937& random) {
  for (auto count = random() % 4; count > 0; --count) {
    const std::string& path = paths()[random() % paths().size()];
    switch (random() % 5) {
      case 0:
        files.erase(path);
        break;
      case 1:  // a rename, or a mode change
        if (files.contains(path)) {
          const std::string content = files[path];
          files.erase(path);
          put(files, paths()[random() % paths().size()], content);
        }
        break;
      case 2:
        put(files, path, "755 same");
        break;
      default:  // few contents, so that changes are often taken back
        put(files, path, "644 " + std::to_string(random() % 3));
        break;
    }
  }
  return files;
}

}  // namespace

DrawnHistory::DrawnHistory(std::mt19937& random, std::size_t commits,
                           Clocks clocks) {
  std::ostringstream stream;
  std::vector<Files> trees;
  for (std::size_t i = 0; i < commits; ++i) {
    std::vector<std::size_t> from;
    if (i > 0 && random() % 25 != 0) {
      const auto kind = random() % 10;
      const std::size_t count = kind < 6 ? 1 : kind < 9 ? 2 : 2 + random() % 3;
      for (std::size_t n = 0; n < count; ++n) {
        // Mostly recent ones, so that branches are short and cross.
        const std::size_t back =
            1 + (random() % 4 == 0 ? random() % i
                                   : random() % std::min<std::size_t>(i, 5));
        const std::size_t parent = i - back;
        if (std::find(from.begin(), from.end(), parent) == from.end()) {
          from.push_back(parent);
        }
      }
    }
    const Files before = from.empty() ? Files{} : trees[from[0]];
    // Now and then the files of an earlier commit: a revert.
    Files files = i > 3 && random() % 8 == 0 ? trees[random() % i]
                                             : changed(before, random);
    std::int64_t date = 1'700'000'000 + static_cast<std::int64_t>(i) * 60;
    if (clocks == Clocks::wrong && random() % 3 == 0) {
      date = 1'000'000'000 + static_cast<std::int64_t>(random() % 900'000'000);
    }
    const std::string message = "commit " + std::to_string(i) + "\n";
    stream << "reset refs/heads/b" << i << "\n"
           << "commit refs/heads/b" << i << "\nmark :" << i + 1
           << "\ncommitter C <c@example.com> " << date << " +0000\ndata "
           << message.size() << "\n"
           << message;
    for (std::size_t n = 0; n < from.size(); ++n) {
      stream << (n == 0 ? "from :" : "merge :") << from[n] + 1 << "\n";
    }
    stream << "deleteall\n";
    for (const auto& [path, content] : files) {
      stream << "M 100" << content.substr(0, 3) << " inline " << path
             << "\ndata " << content.size() << "\n"
             << content << "\n";
    }
    stream << "\n";
    parents.push_back(std::move(from));
    trees.push_back(std::move(files));
  }
  stream << "done\n";
  repo.git({"fast-import", "--quiet", "--done", "--export-marks=.git/marks"},
           stream.str());
  std::istringstream marks(run_program({"cat", ".git/marks"}, repo.path(), {}));
  ids.resize(commits);
  for (std::string mark, hex; marks >> mark >> hex;) {
    ids[std::stoul(mark.substr(1)) - 1] = git::parse_oid(hex).value();
  }
}

std::vector<std::set<std::size_t>> DrawnHistory::ancestors() const {
  std::vector<std::set<std::size_t>> all(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    all[i].insert(i);
    for (const std::size_t parent : parents[i]) {
      all[i].insert(all[parent].begin(), all[parent].end());
    }
  }
  return all;
}

}  // namespace ecr_version::tests
