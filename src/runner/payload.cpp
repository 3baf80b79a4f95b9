// The payload as a stream: a path of keys is kept, and the few paths that
// matter are picked. Elements of arrays get a path that matches nothing, so a
// push of thousands of commits costs no memory.
#include "base/json.hpp"
#include "base/text.hpp"
#include "runner/event.hpp"

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::runner {
namespace {

struct TextField {
  std::string_view path;
  std::string& (*of)(Event&);
};

// The pull request's have their paths only once its object has begun.
constexpr std::array text_fields = {
    TextField{"before", [](Event& e) -> std::string& { return e.before; }},
    TextField{"after", [](Event& e) -> std::string& { return e.after; }},
    TextField{"merge_group.base_sha",
              [](Event& e) -> std::string& { return e.merge_group_base_sha; }},
    TextField{"merge_group.head_sha",
              [](Event& e) -> std::string& { return e.merge_group_head_sha; }},
    TextField{"pull_request.head.sha",
              [](Event& e) -> std::string& {
                return e.pull_request.value().head_sha;
              }},
    TextField{"pull_request.head.ref",
              [](Event& e) -> std::string& {
                return e.pull_request.value().head_ref;
              }},
    TextField{"pull_request.head.repo.full_name",
              [](Event& e) -> std::string& {
                return e.pull_request.value().head_repository;
              }},
    TextField{"pull_request.base.sha",
              [](Event& e) -> std::string& {
                return e.pull_request.value().base_sha;
              }},
    TextField{"pull_request.base.ref",
              [](Event& e) -> std::string& {
                return e.pull_request.value().base_ref;
              }},
    TextField{"pull_request.merge_commit_sha",
              [](Event& e) -> std::string& {
                return e.pull_request.value().merge_commit_sha;
              }},
    TextField{
        "repository.full_name",
        [](Event& e) -> std::string& { return e.repository_facts.full_name; }},
    TextField{"repository.name",
              [](Event& e) -> std::string& { return e.repository_facts.name; }},
    TextField{"repository.description",
              [](Event& e) -> std::string& {
                return e.repository_facts.description;
              }},
    TextField{
        "repository.html_url",
        [](Event& e) -> std::string& { return e.repository_facts.html_url; }},
    TextField{"repository.default_branch",
              [](Event& e) -> std::string& {
                return e.repository_facts.default_branch;
              }},
    TextField{
        "repository.license.spdx_id",
        [](Event& e) -> std::string& { return e.repository_facts.license; }},
};

class PayloadReader : public json::Events {
 public:
  explicit PayloadReader(Event& event) : event_(event) {}

  void on_key(std::string_view name) override {
    path_.resize(base_);
    if (base_ != 0) path_ += '.';
    // A key with a dot, or an empty one, must not pass for another path.
    const bool is_plain =
        !name.empty() && name.find('.') == std::string_view::npos;
    path_ += is_plain ? name : "?";
  }
  void on_start_object() override {
    if (path_ == "pull_request" && !event_.pull_request)
      event_.pull_request.emplace();
    open();
  }
  void on_end_object() override { close(); }
  void on_start_array() override {
    const std::size_t parent = path_.size();
    path_ += "[]";
    open();
    bases_.back().path = parent;
  }
  void on_end_array() override { close(); }

  void on_string(std::string_view text) override {
    if (in_array()) return;
    for (const TextField& field : text_fields)
      if (field.path == path_) field.of(event_) = text;
  }
  void on_bool(bool flag) override {
    if (path_ == "created") event_.created = flag;
    if (path_ == "forced") event_.forced = flag;
    if (path_ == "deleted") event_.deleted = flag;
    if (path_ == "pull_request.merged")
      event_.pull_request.value().merged = flag;
  }
  void on_number(double number) override {
    if (path_ == "pull_request.number" && number > 0 && number < 1e15)
      event_.pull_request.value().number = static_cast<std::int64_t>(number);
  }
  void on_null() override {
    if (path_ == "pull_request.head.repo")
      event_.pull_request.value().from_fork = true;  // a fork that was deleted
  }

 private:
  // What to go back to when the container ends.
  struct Base {
    std::size_t base;
    std::size_t path;
  };

  void open() {
    bases_.push_back({base_, path_.size()});
    base_ = path_.size();
  }
  void close() {
    base_ = bases_.back().base;
    path_.resize(bases_.back().path);
    bases_.pop_back();
  }
  bool in_array() const { return path_.ends_with("[]"); }

  Event& event_;
  std::string path_;
  std::size_t base_ = 0;  // length of the path of the container we are in
  std::vector<Base> bases_;
};

// Empties what is no full hash; git writes "none" as zeros.
void keep_only_commits(std::initializer_list<std::string*> hashes) {
  for (std::string* sha : hashes) {
    const bool is_commit = (sha->size() == 40 || sha->size() == 64) &&
                           is_lower_hex(*sha) &&
                           sha->find_first_not_of('0') != std::string::npos;
    if (!is_commit) sha->clear();
  }
}

}  // namespace

void read_payload(std::string_view payload, Event& event) {
  PayloadReader reader(event);
  json::read(payload, "the event's payload", reader);
  event.has_payload = true;

  keep_only_commits({&event.before, &event.after, &event.merge_group_base_sha,
                     &event.merge_group_head_sha});
  if (event.repository_facts.license == "NOASSERTION")
    event.repository_facts.license.clear();
  if (event.pull_request) {
    PullRequest& request = *event.pull_request;
    keep_only_commits(
        {&request.head_sha, &request.base_sha, &request.merge_commit_sha});
    const std::string& own = event.repository_facts.full_name.empty()
                                 ? event.repository
                                 : event.repository_facts.full_name;
    if (!request.head_repository.empty() && !own.empty() &&
        !equals_ignoring_case(request.head_repository, own))
      request.from_fork = true;
  }
}

}  // namespace ecr_version::runner
