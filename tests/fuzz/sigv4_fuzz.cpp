// SigV4's canonical form: whatever the path, the query and the headers hold,
// the parts stand where AWS will look for them.
#include "aws/sigv4.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>
#include <string>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version;
  const auto parts = split(text_of(data, size), '\0');
  const auto part = [&](std::size_t at) {
    return at < parts.size() ? std::string(parts[at]) : std::string();
  };
  aws::Signable request{.method = "POST",
                        .path = "/" + part(0),
                        .query = part(1),
                        .headers = {{"Host", "h"}, {"X-A", part(2)}},
                        .body = part(3)};
  const std::string canonical = aws::canonical_request(request);
  // Method, path, query, two headers, an empty line, their names, the hash.
  promise(std::count(canonical.begin(), canonical.end(), '\n') == 7);
  promise(canonical.starts_with("POST\n/"));
  promise(canonical.find("\n\nhost;x-a\n") != std::string::npos);
  return 0;
}
