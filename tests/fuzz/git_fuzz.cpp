// Commits, trees, tags, deltas and configuration as whoever made the repository
// wrote them: an error or an answer, and nothing read out of bounds.
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"
#include "git/config.hpp"
#include "git/delta.hpp"
#include "git/parse.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

namespace git = ecr_version::git;

template <typename Work>
void tolerate(Work work) {
  try {
    work();
  } catch (const ecr_version::Error&) {
  }
}

git::Object object_of(std::string_view bytes) {
  std::shared_ptr<char[]> data(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), data.get());
  return {git::ObjectType::tree, std::move(data), bytes.size()};
}

// Entries that skip_equal leaves behind are the same ones on both sides.
void walk(std::string_view left, std::string_view right) {
  git::TreeCursor one(left);
  git::TreeCursor other(right);
  while (!one.at_end() && !other.at_end()) {
    if (one.skip_equal(other)) continue;
    const int order = git::compare_names(one.entry(), other.entry());
    promise((order < 0) ==
            (git::compare_names(other.entry(), one.entry()) > 0));
    if (order <= 0) one.next();
    if (order >= 0) other.next();
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::size_t half = size / 2;
  tolerate([&] {
    std::vector<git::Oid> parents;
    promise(git::parse_commit(text, parents).message.size() <= size);
  });
  tolerate([&] { git::parse_tag(text); });
  tolerate([&] { walk(text.substr(0, half), text.substr(half)); });
  tolerate([&] { walk(text, text); });
  tolerate([&] {
    if (size > 64) return;  // a delta of more makes objects of gigabytes
    git::apply_delta(object_of(text.substr(0, half)), text.substr(half));
  });
  tolerate([&] {
    git::read_config(text, [&](const std::string& name, const std::string&) {
      promise(name.find('.') != std::string::npos);
    });
  });
  return 0;
}
