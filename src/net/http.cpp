#include "net/http.hpp"

#include "base/text.hpp"

#include <memory>
#include <optional>

namespace ecr_version::net {

std::string_view Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name)) return value;
  return "";
}

Response Transport::send(const Request& request) {
  // Shared, so that a late answer after an exception finds its place still.
  const auto outcome = std::make_shared<std::optional<Outcome>>();
  start(request, [outcome](Outcome answer) { *outcome = std::move(answer); });
  while (!outcome->has_value()) wait(std::chrono::seconds(1));
  if (const auto* failure = std::get_if<NoAnswer>(&**outcome)) throw *failure;
  return std::get<Response>(std::move(**outcome));
}

}  // namespace ecr_version::net
