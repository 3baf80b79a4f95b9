// What the fuzz targets share: text from bytes, and a promise that must hold.
//
// A target may throw what its function documents and nothing else; whatever
// ends the process is a finding. promise() is not assert(), which a build type
// may leave out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void promise(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);
