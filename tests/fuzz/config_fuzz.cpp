// The configuration comes from whoever can push a branch: any bytes are a
// configuration, or an error that names the file.
#include "app/config.hpp"
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"

#include <string>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    ecr_version::app::read_config(text_of(data, size), "ecr-version.yml");
  } catch (const ecr_version::ConfigError& error) {
    promise(error.what()[0] != '\0');
  }
  return 0;
}
