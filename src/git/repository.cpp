#include "git/repository.hpp"

#include "base/text.hpp"
#include "git/implementation.hpp"

#include <charconv>
#include <utility>

namespace ecr_version::git {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t id_digits = 40;

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") ==
                              std::string_view::npos;
}

// The commit that a tag, or a tag of a tag, stands for.
std::optional<Oid> peeled(Repository::Implementation& repository, Oid id) {
  for (int depth = 0; depth < 10; ++depth) {
    const auto type = repository.objects.type(id);
    if (type == ObjectType::commit) return id;
    if (type != ObjectType::tag) return std::nullopt;
    id = parse_tag(repository.object(id, ObjectType::tag).bytes()).target;
  }
  return std::nullopt;
}

// "~3" or "^2" at the end: what stands before it, and the step.
struct Step {
  std::string_view before;
  char kind;
  std::size_t number;
};

std::optional<Step> last_step(std::string_view name) {
  const std::size_t at = name.find_last_of("~^");
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const std::string_view digits = name.substr(at + 1);
  Step step{name.substr(0, at), name[at], 1};
  if (digits.empty()) return step;
  const auto [end, error] = std::from_chars(
      digits.data(), digits.data() + digits.size(), step.number);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return step;
}

std::optional<Oid> parent_of(Repository::Implementation& repository,
                             const Oid& id, std::size_t number) {
  const auto index = repository.commits.at(id);
  const Commits::Node& node = repository.commits.load(index);
  const auto parents = repository.commits.parents(index);
  if (number == 0 || number > parents.size()) return std::nullopt;
  const Oid parent = repository.commits.node(parents[number - 1]).id;
  if (node.boundary) fail_at_boundary(id, parent);
  return parent;
}

}  // namespace

Repository::Repository(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Repository::~Repository() = default;
Repository::Repository(Repository&&) noexcept = default;
Repository& Repository::operator=(Repository&&) noexcept = default;

Repository Repository::open(const fs::path& directory,
                            ReplaceRefs replace_refs) {
  auto opened = std::make_unique<Implementation>(discover(directory));
  opened->read_overrides(replace_refs);
  opened->open_graph();
  return Repository(std::move(opened));
}

fs::path Repository::git_directory() const {
  return implementation_->layout.git_directory;
}

fs::path Repository::work_directory() const {
  return implementation_->layout.work_directory;
}

bool Repository::is_shallow() const {
  return !implementation_->overrides.shallow.empty();
}

bool Repository::is_partial() const { return implementation_->layout.partial; }

Oid Repository::head() const {
  const Refs& refs = implementation_->refs;
  if (const auto id = refs.find("HEAD")) {
    if (const auto commit = peeled(*implementation_, *id)) return *commit;
    if (has(*id)) throw Error("HEAD names " + to_hex(*id) + ", no commit");
    throw MissingObject("HEAD names the commit " + to_hex(*id) +
                            ", which is missing: the repository is damaged; "
                            "check it out anew",
                        *id);
  }
  const std::string branch = refs.head_branch();
  throw Error("HEAD is on " + one_line(branch.empty() ? "no branch" : branch) +
              ", which has no commit yet: commit something first, or check out "
              "a branch that has commits");
}

std::optional<Oid> Repository::resolve(std::string_view name) const {
  if (const auto step = last_step(name)) {
    auto id = resolve(step->before);
    if (!id) return std::nullopt;
    if (step->kind == '^') {
      return step->number == 0 ? id
                               : parent_of(*implementation_, *id, step->number);
    }
    for (std::size_t i = 0; id && i < step->number; ++i) {
      id = parent_of(*implementation_, *id, 1);
    }
    return id;
  }
  if (const auto id = parse_oid(name)) return peeled(*implementation_, *id);
  const std::string text(name);
  for (const char* prefix : {"", "refs/", "refs/tags/", "refs/heads/",
                             "refs/remotes/", "refs/remotes/origin/"}) {
    const std::string full = prefix + text;
    // Other files of the git directory are no references ("config").
    if (!full.starts_with("refs/") &&
        full.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") !=
            std::string::npos) {
      continue;
    }
    if (const auto id = implementation_->refs.find(full)) {
      if (auto commit = peeled(*implementation_, *id)) return commit;
    }
  }
  if (name.size() < 4 || !is_hex(name)) return std::nullopt;
  const std::vector<Oid> commits = commits_with_prefix(name);
  if (commits.empty()) return std::nullopt;
  if (commits.size() > 1) {
    throw Error("the short hash " + text + " fits " +
                std::to_string(commits.size()) + " commits, among them " +
                to_hex(commits[0]) + " and " + to_hex(commits[1]) +
                ": give more of its digits");
  }
  return commits.front();
}

std::vector<Oid> Repository::commits_with_prefix(std::string_view hex) const {
  std::vector<Oid> commits;
  if (hex.size() < 4 || hex.size() > id_digits || !is_hex(hex)) return commits;
  for (const Oid& id : implementation_->objects.with_prefix(to_lower(hex))) {
    if (implementation_->objects.type(id) == ObjectType::commit) {
      commits.push_back(id);
    }
  }
  return commits;
}

bool Repository::has(const Oid& id) const {
  return implementation_->objects.has(id);
}

Commit Repository::commit(const Oid& id) const {
  const Object object = implementation_->object(id, ObjectType::commit);
  Commit commit;
  commit.id = id;
  const CommitText text = parse_named_commit(object, id, commit.parents);
  const Overrides& overrides = implementation_->overrides;
  const auto graft = overrides.grafts.find(id);
  if (graft != overrides.grafts.end()) commit.parents = graft->second;
  commit.tree = text.tree;
  commit.committed_at = text.committed_at;
  commit.message = text.message;
  commit.boundary = overrides.shallow.contains(id);
  return commit;
}

bool Repository::is_ancestor(const Oid& ancestor, const Oid& descendant) const {
  return is_ancestor_of_each(ancestor, {descendant}).front();
}

void Repository::add_objects(const fs::path& objects_directory) {
  implementation_->objects.add(objects_directory);
  implementation_->commits.reset();
}

std::vector<Oid> Repository::shallow() const {
  const auto& boundaries = implementation_->overrides.shallow;
  return {boundaries.begin(), boundaries.end()};
}

void Repository::set_shallow(std::vector<Oid> boundaries) {
  implementation_->overrides.shallow = {boundaries.begin(), boundaries.end()};
  implementation_->commits.reset();
  implementation_->open_graph();
}

void Repository::set_cuts(const Cuts& cuts) {
  Implementation& inside = *implementation_;
  for (const Oid& id : inside.cuts) inside.overrides.grafts.erase(id);
  inside.cuts.clear();
  for (const auto& [id, parents] : cuts) {
    // A graft of the repository's own stays what it is.
    if (inside.overrides.grafts.emplace(id, parents).second) {
      inside.cuts.push_back(id);
    }
  }
  inside.commits.reset();
  inside.open_graph();
}

}  // namespace ecr_version::git
