// ~/.aws/config and credentials: any bytes are two files or an Error, and what
// is read has names that may be names.
#include "aws/profile.hpp"
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version;
  const std::string_view text = text_of(data, size);
  const auto middle = text.find('\0');
  const std::string_view rest =
      middle == std::string_view::npos ? "" : text.substr(middle + 1);
  try {
    const aws::ProfileFiles files = aws::parse_profiles(
        text.substr(0, middle), "config", rest, "credentials");
    for (const auto& [name, properties] : files.profiles) {
      promise(!name.empty() &&
              name.find_first_of(" \t\n[]") == std::string::npos);
      for (const auto& [key, value] : properties) {
        promise(!key.empty() && key.find('=') == std::string::npos);
        aws::sub_property(value, "endpoint_url");
      }
    }
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
