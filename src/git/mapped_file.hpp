// A file's bytes, mapped read-only: what is not looked at is not read, and what
// was looked at counts as the system's cache, not as our memory.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace ecr_version::git {

class MappedFile {
 public:
  // nullopt when there is no such file. Throws Error when it cannot be read.
  static std::optional<MappedFile> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::string_view bytes() const { return {data_, size_}; }

 private:
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ecr_version::git
