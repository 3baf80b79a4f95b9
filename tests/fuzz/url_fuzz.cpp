// URLs: what is taken reads back as itself, its host is a host, and user
// information is in nothing that is printed or sent.
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"
#include "net/url.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version;
  const std::string_view text = text_of(data, size);
  const std::string encoded = net::percent_encode(text);
  promise(encoded.find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
              "-_.~%") == std::string::npos);
  try {
    const net::Url url = net::parse_url(text, "it");
    promise(url.text().find_first_of(" \r\n#") == std::string::npos);
    promise(url.authority().find('@') == std::string::npos);
    const net::Url again = net::parse_url(url.text(), "it");
    promise(again.text() == url.text() && again.host == url.host &&
            again.port == url.port && again.user_info.empty());
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
