// A git server's answer: any bytes are an answer or an Error, and how the
// network cuts them into pieces changes neither.
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"
#include "wire/fetch_answer.hpp"

#include <string>

namespace {

std::string outcome(std::string_view bytes, std::size_t piece) {
  std::string pack;
  ecr_version::wire::FetchAnswer answer(
      [&pack](std::string_view part) { pack += part; });
  try {
    while (!bytes.empty()) {
      const std::size_t length = std::min(piece, bytes.size());
      answer.feed(bytes.substr(0, length));
      bytes.remove_prefix(length);
    }
  } catch (const ecr_version::Error&) {
    return "error";
  }
  return (answer.complete() ? "whole " : "part ") + pack;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = text_of(data, size);
  promise(outcome(bytes, size + 1) == outcome(bytes, 3));
  return 0;
}
