// A git server's answers, to a fetch, about its references and about what it
// can: any bytes are an answer or an Error, and how the network cuts them into
// pieces changes neither.
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"
#include "wire/capabilities.hpp"
#include "wire/fetch_answer.hpp"

#include <string>

namespace {

using namespace ecr_version;

template <typename Answer>
void feed(Answer& answer, std::string_view bytes, std::size_t piece) {
  while (!bytes.empty()) {
    const std::size_t length = std::min(piece, bytes.size());
    answer.feed(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
}

std::string fetched(std::string_view bytes, std::size_t piece) {
  std::string pack;
  wire::FetchAnswer answer([&pack](std::string_view part) { pack += part; });
  try {
    feed(answer, bytes, piece);
  } catch (const Error&) {
    return "error";
  }
  return (answer.complete() ? "whole " : "part ") + pack;
}

std::string listed(std::string_view bytes, std::size_t piece) {
  constexpr std::size_t most = 4;
  wire::RefsAnswer answer(most);
  try {
    feed(answer, bytes, piece);
  } catch (const Error&) {
    return "error";
  }
  std::string text = answer.complete() ? "whole" : "part";
  const std::vector<wire::Ref> refs = answer.take();
  promise(refs.size() <= most);
  for (const wire::Ref& ref : refs) {
    promise(wire::is_object_id(ref.id));
    promise(ref.peeled.empty() || wire::is_object_id(ref.peeled));
    text += " " + ref.name + ref.id + ref.peeled;
  }
  return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = text_of(data, size);
  promise(fetched(bytes, size + 1) == fetched(bytes, 3));
  promise(listed(bytes, size + 1) == listed(bytes, 3));
  try {
    static_cast<void>(wire::read_capabilities(bytes));
  } catch (const Error&) {
  }
  return 0;
}
