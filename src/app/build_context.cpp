#include "app/build_context.hpp"

#include "base/text.hpp"
#include "core/glob.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

namespace ecr_version::app {
namespace {

constexpr int max_links = 40;  // Linux gives up there, and Docker before

bool has_wildcard(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\')
      ++i;
    else if (std::string_view("*?[{").find(pattern[i]) !=
             std::string_view::npos) {
      return true;
    }
  }
  return false;
}

struct Followed {
  bool exists = false;
  std::string end;                 // from the repository's root
  std::vector<std::string> links;  // and submodules, passed on the way
};

// Follows a path of the context, whose links cannot lead out of it: an absolute
// target begins at the context's root, and `..` stops there.
Followed follow(Tree& tree, const std::string& context, std::string_view path) {
  Followed result;
  std::deque<std::string> rest;
  for (const std::string_view part : split(path, '/')) rest.emplace_back(part);
  std::string at;
  while (!rest.empty()) {
    const std::string part = rest.front();
    rest.pop_front();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      at = parent_of(at);
      continue;
    }
    const std::string next = join_path(at, part);
    const std::string full = join_path(context, next);
    const auto entry = tree.find(full);
    if (!entry) return result;
    if (entry->kind == Tree::Kind::symlink) {
      result.links.push_back(full);
      const std::string target = tree.read(full).value_or("");
      if (result.links.size() > max_links) return result;
      if (target.starts_with('/')) at.clear();
      std::deque<std::string> parts;
      for (const std::string_view one : split(target, '/')) {
        parts.emplace_back(one);
      }
      rest.insert(rest.begin(), parts.begin(), parts.end());
      continue;
    }
    at = next;
    if (entry->kind == Tree::Kind::submodule) {
      result.links.push_back(full);
      break;  // what it holds is not in this repository's tree
    }
  }
  result.exists = true;
  result.end = join_path(context, at);
  return result;
}

class SourceFinder {
 public:
  SourceFinder(Tree& tree, const std::string& context,
               const std::vector<core::DockerSource>& sources)
      : tree_(tree),
        context_(context),
        sources_(sources),
        docker_(sources, {}) {}

  // Whether it is there. Notes what it follows.
  bool find(std::size_t number, std::vector<std::string>& followed) {
    const core::DockerSource& source = sources_[number];
    if (source.is_unresolved) return true;
    if (source.parents.empty() && source.pattern.empty()) return true;
    if (!has_wildcard(source.pattern) && source.parents.empty()) {
      const core::Glob literal(source.pattern);
      return note(follow(tree_, context_, literal.literal_prefix()), followed);
    }
    return find_by_walk(number, followed);
  }

 private:
  static bool note(Followed&& way, std::vector<std::string>& followed) {
    if (way.exists && !way.links.empty()) followed.push_back(way.end);
    followed.insert(followed.end(), way.links.begin(), way.links.end());
    return way.exists;
  }

  bool find_by_walk(std::size_t number, std::vector<std::string>& followed) {
    std::vector<core::Glob> globs;
    for (const std::string& glob : sources_[number].globs()) {
      globs.emplace_back(glob);
    }
    const auto may_be_below = [&](std::string_view directory) {
      return std::any_of(globs.begin(), globs.end(), [&](const auto& glob) {
        return glob.may_match_below(directory);
      });
    };
    // A link is followed where the source names it, not inside of what it
    // names.
    const bool by_parents = !sources_[number].parents.empty();
    const core::Glob named(by_parents ? "**" : sources_[number].pattern);
    const auto is_named = [&](std::string_view path) {
      return by_parents || named.matches(path) || named.may_match_below(path);
    };
    bool exists = false;
    std::vector<std::string> links;
    tree_.walk(
        [&](std::string_view directory) {
          if (is_within(context_, directory)) return true;  // on the way to it
          if (!is_within(directory, context_)) return false;
          return may_be_below(in_context(directory));
        },
        [&](std::string_view path, Tree::Kind kind) {
          if (!is_within(path, context_)) return;
          const std::string_view inside = in_context(path);
          const bool read = docker_.source_reads(number, inside);
          exists = exists || read;
          // What a submodule holds, or a link leads to, may match below it.
          if (kind == Tree::Kind::file || !is_named(inside)) return;
          if (!read && !may_be_below(inside)) return;
          exists = true;
          links.emplace_back(inside);
        });
    for (const std::string& link : links) {
      note(follow(tree_, context_, link), followed);
    }
    return exists;
  }

  std::string_view in_context(std::string_view path) const {
    if (context_.empty()) return path;
    return path.size() == context_.size() ? std::string_view()
                                          : path.substr(context_.size() + 1);
  }

  Tree& tree_;
  const std::string& context_;
  const std::vector<core::DockerSource>& sources_;
  core::DockerContext docker_;
};

}  // namespace

FoundSources find_sources(Tree& tree, const std::string& context,
                          const std::vector<core::DockerSource>& sources) {
  SourceFinder finder(tree, context, sources);
  FoundSources found;
  // Docker wants every source without a wildcard, and of each instruction at
  // least one: `COPY package.json yarn.lock* ./` is how to say "if there".
  struct Instruction {
    bool any = false;
    std::string first_missing;
    std::string literal_missing;
  };
  std::map<int, Instruction> instructions;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    Instruction& instruction = instructions[sources[i].line];
    if (finder.find(i, found.followed)) {
      instruction.any = true;
      continue;
    }
    const bool wild =
        has_wildcard(sources[i].pattern) || !sources[i].parents.empty();
    std::string& missing =
        wild ? instruction.first_missing : instruction.literal_missing;
    if (missing.empty()) missing = sources[i].written;
  }
  for (const auto& [line, instruction] : instructions) {
    if (!instruction.literal_missing.empty()) {
      found.missing.push_back({line, instruction.literal_missing});
    } else if (!instruction.any) {
      found.missing.push_back({line, instruction.first_missing});
    }
  }
  return found;
}

std::string follow_file(Tree& tree, std::string_view path) {
  const Followed way = follow(tree, "", path);
  return way.exists && tree.is_file(way.end) ? way.end : "";
}

}  // namespace ecr_version::app
