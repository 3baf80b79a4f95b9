#include "app/yaml.hpp"

#include "app/yaml_source.hpp"
#include "base/text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace ecr_version::app::yaml {
namespace {

constexpr std::size_t max_nodes = 100'000;  // aliases expanded
constexpr std::size_t max_depth = 32;
constexpr std::string_view core_tags = "tag:yaml.org,2002:";

// What an anchor names, and what it adds where an alias repeats it.
struct Finished {
  NodePtr node;
  std::size_t nodes = 1;
  std::size_t depth = 1;
};

struct Open {  // a list or map whose end has not come yet
  std::shared_ptr<Node> node;
  YAML::anchor_t anchor = 0;
  std::size_t nodes = 1;
  std::size_t depth = 1;
  std::optional<Entry> key;          // of a map: read, its value is next
  std::vector<Entry> merges;         // values of `<<`, in order
  std::map<std::string, Mark> seen;  // keys, to tell duplicates
};

class Builder : public YAML::EventHandler {
 public:
  explicit Builder(const Source& source) : source_(source) {}

  NodePtr root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      source_.fail(source_.place(mark.line, mark.column),
                   "a second YAML document; the configuration is one");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add_scalar(Node::Kind::null, "", place(mark), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      source_.fail(place(mark), "an alias inside the very value it names");
    }
    add(found->second, place(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    const bool plain = tag == "?";
    check_tag(tag, {"str", "int", "float", "bool", "null"}, mark);
    if (!plain) source_.check_quotes_close(mark.line, mark.column);
    const bool is_text = tag == "!" || tag.ends_with(":str");
    add_scalar(is_text ? Node::Kind::text : kind_of_plain(value), value,
               place(mark), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(tag, {"seq"}, mark);
    open(Node::Kind::list, place(mark), anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    check_tag(tag, {"map"}, mark);
    open(Node::Kind::map, place(mark), anchor);
  }
  void OnMapEnd() override {
    merge();
    close();
  }

 private:
  Mark place(const YAML::Mark& mark) const {
    return source_.place(mark.line, mark.column);
  }

  void check_tag(const std::string& tag,
                 std::initializer_list<std::string_view> known,
                 const YAML::Mark& mark) const {
    if (tag == "?" || tag == "!" || tag.empty()) return;
    if (tag.starts_with(core_tags) &&
        std::count(known.begin(), known.end(),
                   std::string_view(tag).substr(core_tags.size())) > 0) {
      return;
    }
    source_.fail(place(mark), "unknown YAML tag \"" + one_line(tag) +
                                  "\"; quote a value that begins with \"!\"");
  }

  void open(Node::Kind kind, const Mark& mark, YAML::anchor_t anchor) {
    check_bounds(1, 1, mark);
    Open fresh;
    fresh.node = std::make_shared<Node>();
    fresh.node->kind = kind;
    fresh.node->mark = mark;
    fresh.anchor = anchor;
    open_.push_back(std::move(fresh));
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    const Finished finished{done.node, done.nodes, done.depth};
    if (done.anchor != 0) anchors_[done.anchor] = finished;
    nodes_ -= done.nodes - 1;  // what it holds was counted as it came
    add(finished, done.node->mark);
  }

  void add_scalar(Node::Kind kind, std::string text, const Mark& mark,
                  YAML::anchor_t anchor) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->text = std::move(text);
    node->mark = mark;
    const Finished finished{node, 1, 1};
    if (anchor != 0) anchors_[anchor] = finished;
    add(finished, mark);
  }

  void check_bounds(std::size_t nodes, std::size_t depth, const Mark& mark) {
    if (open_.size() + depth > max_depth) {
      source_.fail(mark, "nested more than 32 levels deep");
    }
    if (nodes_ + nodes > max_nodes) {
      source_.fail(mark, "more than 100000 values, aliases expanded");
    }
  }

  // Puts a finished value where the innermost open list or map wants it.
  void add(const Finished& finished, const Mark& mark) {
    check_bounds(finished.nodes, finished.depth, mark);
    nodes_ += finished.nodes;
    if (open_.empty()) {
      root_ = finished.node;
      return;
    }
    Open& parent = open_.back();
    parent.nodes += finished.nodes;
    parent.depth = std::max(parent.depth, finished.depth + 1);
    if (parent.node->kind == Node::Kind::list) {
      parent.node->items.push_back(finished.node);
    } else if (!parent.key) {
      begin_entry(parent, *finished.node, mark);
    } else {
      end_entry(parent, finished.node);
    }
  }

  void begin_entry(Open& map, const Node& key, const Mark& mark) {
    if (key.kind == Node::Kind::list || key.kind == Node::Kind::map) {
      source_.fail(mark, "a key must be text");
    }
    if (key.text.empty()) source_.fail(mark, "a key is empty");
    const auto [first, fresh] = map.seen.emplace(key.text, mark);
    if (!fresh) {
      source_.fail(mark, "the key \"" + one_line(key.text) +
                             "\" stands twice, first in line " +
                             std::to_string(first->second.line));
    }
    map.key = Entry{key.text, mark, nullptr};
  }

  void end_entry(Open& map, const NodePtr& value) {
    Entry entry = std::move(*map.key);
    map.key.reset();
    entry.value = value;
    if (value->kind == Node::Kind::null) {
      // yaml-cpp gives the place of what follows the empty value.
      auto here = std::make_shared<Node>(*value);
      here->mark = entry.mark;
      entry.value = here;
    }
    (entry.key == "<<" ? map.merges : map.node->entries)
        .push_back(std::move(entry));
  }

  // yaml.org/type/merge.html: what the map says itself wins, then the earlier
  // of the maps that it names.
  void merge() {
    Open& map = open_.back();
    for (const Entry& merged : map.merges) {
      const Node& value = *merged.value;
      if (value.kind == Node::Kind::map) {
        merge_from(map, value);
        continue;
      }
      for (const NodePtr& item : value.items) {
        if (item->kind != Node::Kind::map) fail_merge(merged.mark);
        merge_from(map, *item);
      }
      if (value.kind != Node::Kind::list) fail_merge(merged.mark);
    }
  }

  void merge_from(Open& map, const Node& other) {
    for (const Entry& entry : other.entries) {
      if (map.seen.emplace(entry.key, entry.mark).second) {
        map.node->entries.push_back(entry);
      }
    }
  }

  [[noreturn]] void fail_merge(const Mark& mark) const {
    source_.fail(mark, "\"<<\" takes a map or a list of maps");
  }

  const Source& source_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Finished> anchors_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
  NodePtr root_ = std::make_shared<Node>();
};

}  // namespace

NodePtr parse(std::string_view text, const std::string& file) {
  const Source source(text, file);
  Builder builder(source);
  try {
    std::istringstream stream{std::string(source.text())};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    source.fail_syntax(error.mark.line, error.mark.column, error.msg);
  }
  return builder.root();
}

}  // namespace ecr_version::app::yaml
