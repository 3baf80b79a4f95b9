#include "git/commits.hpp"

#include "git/implementation.hpp"
#include "git/parse.hpp"

namespace ecr_version::git {

void Commits::reset() {
  nodes_.clear();
  parents_.clear();
  table_.clear();
}

void Commits::grow() {
  table_.assign(table_.empty() ? 1024 : table_.size() * 2, 0);
  for (Index index = 0; index < nodes_.size(); ++index) {
    std::size_t place = OidHash()(nodes_[index].id) & (table_.size() - 1);
    while (table_[place] != 0) place = (place + 1) & (table_.size() - 1);
    table_[place] = index + 1;
  }
}

Commits::Index Commits::at(const Oid& id) {
  if (2 * (nodes_.size() + 1) > table_.size()) grow();
  std::size_t place = OidHash()(id) & (table_.size() - 1);
  while (table_[place] != 0) {
    if (nodes_[table_[place] - 1].id == id) return table_[place] - 1;
    place = (place + 1) & (table_.size() - 1);
  }
  nodes_.push_back({.id = id});
  table_[place] = static_cast<Index>(nodes_.size());
  return table_[place] - 1;
}

const Commits::Node& Commits::load(Index index) {
  if (nodes_[index].loaded) return nodes_[index];
  std::optional<std::uint32_t> position;
  if (graph_) {
    if (nodes_[index].graph_position != UINT32_MAX) {
      position = nodes_[index].graph_position;
    } else {
      position = graph_->find(nodes_[index].id);
    }
  }
  if (position) {
    load_from_graph(index, *position);
  } else {
    load_from_object(index);
  }
  nodes_[index].loaded = true;
  ++loaded_;
  return nodes_[index];
}

void Commits::load_from_graph(Index index, std::uint32_t position) {
  thread_local CommitGraph::Entry entry;
  graph_->read(position, entry);
  nodes_[index].tree = entry.tree;
  nodes_[index].committed_at = entry.committed_at;
  nodes_[index].generation = entry.generation;
  nodes_[index].graph_position = position;
  const auto first = static_cast<std::uint32_t>(parents_.size());
  for (const std::uint32_t parent : entry.parents) {
    const Index number = at(graph_->id_at(parent));
    nodes_[number].graph_position = parent;
    parents_.push_back(number);
  }
  nodes_[index].first_parent = first;
  nodes_[index].parent_count = static_cast<std::uint32_t>(entry.parents.size());
}

void Commits::load_from_object(Index index) {
  thread_local std::vector<Oid> parents;
  parents.clear();
  const Oid id = nodes_[index].id;
  Object object;  // which the text may point into
  auto text = overrides_.replaced.empty()
                  ? parse_commit_front(objects_.commit_front(id), parents)
                  : std::nullopt;
  if (!text) {
    parents.clear();
    object = read_object(objects_, overrides_, id, ObjectType::commit);
    text = parse_named_commit(object, id, parents);
  }
  nodes_[index].tree = text->tree;
  nodes_[index].committed_at = text->committed_at;
  nodes_[index].boundary = overrides_.shallow.contains(id);
  const auto graft = overrides_.grafts.find(id);
  set_parents(index,
              graft == overrides_.grafts.end() ? parents : graft->second);
}

void Commits::set_parents(Index index, const std::vector<Oid>& parents) {
  const auto first = static_cast<std::uint32_t>(parents_.size());
  for (const Oid& parent : parents) {
    const Index number = at(parent);
    parents_.push_back(number);
  }
  nodes_[index].first_parent = first;
  nodes_[index].parent_count = static_cast<std::uint32_t>(parents.size());
}

}  // namespace ecr_version::git
