#include "git/refs.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "git/mapped_file.hpp"

#include <algorithm>

namespace ecr_version::git {
namespace fs = std::filesystem;
namespace {

constexpr int longest_chain = 5;  // of symbolic references, as git has it
constexpr std::size_t id_digits = 40;

// References that each linked worktree has for itself.
bool is_per_worktree(std::string_view name) {
  return !name.starts_with("refs/") || name.starts_with("refs/bisect/") ||
         name.starts_with("refs/worktree/") ||
         name.starts_with("refs/rewritten/");
}

// The file of packed references: lines of "<hash> <name>", sorted if its first
// line says so.
class PackedRefs {
 public:
  explicit PackedRefs(const fs::path& path) : file_(MappedFile::open(path)) {
    lines_ = file_ ? file_->bytes() : std::string_view();
    const std::string_view first = lines_.substr(0, lines_.find('\n'));
    sorted_ = first.starts_with("# pack-refs") &&
              first.find(" sorted") != std::string_view::npos;
  }

  // Visits references until `visit` returns false, from the first whose name is
  // not before `name`; when the file is not sorted, all of them.
  template <typename Visit>
  void each_from(std::string_view name, Visit visit) const {
    std::size_t at = sorted_ ? place_of(name) : 0;
    while (at < lines_.size()) {
      const std::size_t end = std::min(lines_.find('\n', at), lines_.size());
      const std::string_view line = lines_.substr(at, end - at);
      at = end + 1;
      const auto id = parse_oid(line.substr(0, id_digits));
      if (!id || line.size() < id_digits + 2) continue;  // "#" or "^"
      if (!visit(line.substr(id_digits + 1), *id) && sorted_) return;
    }
  }

 private:
  // Where the line of the first name that is not before `name` begins.
  std::size_t place_of(std::string_view name) const {
    std::size_t low = lines_.find('\n') + 1;
    std::size_t high = lines_.size();
    while (low < high) {
      std::size_t middle = line_begin(low + (high - low) / 2);
      // A tag's line is followed by "^" and what it stands for.
      while (middle > low && lines_[middle] == '^') {
        middle = line_begin(middle - 1);
      }
      const std::size_t end =
          std::min(lines_.find('\n', middle), lines_.size());
      const std::string_view line = lines_.substr(middle, end - middle);
      if (line.size() > id_digits && line.substr(id_digits + 1) < name) {
        low = end + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  std::size_t line_begin(std::size_t at) const {
    while (at > 0 && lines_[at - 1] != '\n') --at;
    return at;
  }

  std::optional<MappedFile> file_;
  std::string_view lines_;
  bool sorted_ = false;
};

}  // namespace

bool is_reference_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.back() == '/' ||
      name.back() == '.' || name == "@") {
    return false;
  }
  if (name.find("..") != std::string_view::npos ||
      name.find("//") != std::string_view::npos ||
      name.find("/.") != std::string_view::npos || name.front() == '.' ||
      name.find("@{") != std::string_view::npos) {
    return false;
  }
  return std::none_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7f ||
           std::string_view("~^:?*[\\").find(c) != std::string_view::npos;
  });
}

Refs::Refs(fs::path git_directory, fs::path common_directory)
    : git_directory_(std::move(git_directory)),
      common_directory_(std::move(common_directory)) {}

std::optional<std::string> Refs::read(const std::string& name) const {
  const fs::path& directory =
      is_per_worktree(name) ? git_directory_ : common_directory_;
  std::error_code ignored;
  if (!fs::is_regular_file(directory / name, ignored)) return std::nullopt;
  const auto file = MappedFile::open(directory / name);
  if (!file) return std::nullopt;
  return std::string(trim(file->bytes().substr(0, 4096)));
}

std::optional<Oid> Refs::find_packed(const std::string& name) const {
  const PackedRefs packed(common_directory_ / "packed-refs");
  std::optional<Oid> found;
  packed.each_from(name, [&](std::string_view other, const Oid& id) {
    if (other == name) found = id;
    return other < name;
  });
  return found;
}

std::optional<Oid> Refs::find(const std::string& name) const {
  std::string current = name;
  for (int i = 0; i < longest_chain; ++i) {
    if (!is_reference_name(current)) return std::nullopt;
    const auto text = read(current);
    if (!text) return find_packed(current);
    if (text->starts_with("ref:")) {
      current = trim(std::string_view(*text).substr(4));
      continue;
    }
    const auto id = parse_oid(std::string_view(*text).substr(0, id_digits));
    if (id) return id;
    throw Error("reading the git reference " + one_line(current) +
                ": its file holds no hash; it is damaged, and a fresh clone "
                "repairs it");
  }
  throw Error("reading the git reference " + one_line(name) +
              ": it leads from one symbolic reference to the next without end");
}

std::string Refs::head_branch() const {
  const auto text = read("HEAD");
  if (!text || !text->starts_with("ref:")) return "";
  return std::string(trim(std::string_view(*text).substr(4)));
}

std::vector<std::pair<std::string, Oid>> Refs::below(
    const std::string& prefix) const {
  std::vector<std::pair<std::string, Oid>> found;
  std::error_code problem;
  const fs::path directory = common_directory_ / prefix;
  for (fs::recursive_directory_iterator entry(directory, problem), end;
       !problem && entry != end; entry.increment(problem)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::string rest = entry->path().lexically_relative(directory);
    if (const auto id = find(prefix + rest)) found.emplace_back(rest, *id);
  }
  const std::size_t loose = found.size();
  const PackedRefs packed(common_directory_ / "packed-refs");
  packed.each_from(prefix, [&](std::string_view name, const Oid& id) {
    if (!name.starts_with(prefix)) return name < prefix;
    const std::string_view rest = name.substr(prefix.size());
    const bool is_loose = std::any_of(
        found.begin(), found.begin() + static_cast<std::ptrdiff_t>(loose),
        [&](const auto& one) { return one.first == rest; });
    if (!is_loose) found.emplace_back(rest, id);
    return true;
  });
  return found;
}

}  // namespace ecr_version::git
