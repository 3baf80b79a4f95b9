// Commit messages: lines stay where they were, nothing is made up, and what is
// quoted twice over is not said.
#include "core/message.hpp"
#include "core/visible_text.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>
#include <string>

using namespace ecr_version;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::string visible = core::visible_text(text);
  promise(visible.size() <= text.size() &&
          std::count(visible.begin(), visible.end(), '\n') ==
              std::count(text.begin(), text.end(), '\n'));
  const auto facts = core::read_message(text, core::BumpRules::both);
  for (const std::string& hash : facts.reverts)
    promise(hash.size() >= 7 && hash.size() <= 40);
  promise(core::subject_of(text).size() <= 123);

  // The whole as a quotation says nothing.
  std::string quoted = "> ";
  for (const char c : text) quoted += c == '\n' ? "\n> " : std::string(1, c);
  const auto nothing = core::read_message(quoted, core::BumpRules::both);
  promise(!nothing.bump && !nothing.skip_release && nothing.reverts.empty());
  return 0;
}
