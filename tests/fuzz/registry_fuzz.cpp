// The registry input: what is taken has a host that is one, whose account and
// region stand in it.
#include "aws/registry.hpp"
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version;
  const std::string_view text = text_of(data, size);
  for (const bool overridden : {false, true}) {
    try {
      const aws::Registry registry = aws::parse_registry(text, overridden);
      promise(registry.host.find_first_of(" \t\r\n@?#%\\") ==
              std::string::npos);
      promise(registry.account.empty() || registry.account.size() == 12);
      if (registry.kind != aws::RegistryKind::private_ecr) continue;
      promise(registry.host.empty() ||
              registry.host.starts_with(registry.account + ".dkr"));
      promise(registry.host.find(registry.region) != std::string::npos);
    } catch (const UsageError&) {
      continue;
    }
  }
  return 0;
}
