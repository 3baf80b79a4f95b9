#include "git/mapped_file.hpp"

#include "base/error.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace ecr_version::git {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int code) {
  throw Error("reading " + path.string() + ": " +
              std::generic_category().message(code));
}

}  // namespace

std::optional<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: a pipe put in a file's place must not hold us up.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail(path, errno);
  }
  struct stat about {};
  int problem = ::fstat(file, &about) != 0 ? errno : 0;
  if (problem == 0 && !S_ISREG(about.st_mode)) problem = EINVAL;
  const auto size = static_cast<std::size_t>(about.st_size);
  void* data = nullptr;
  if (problem == 0 && size > 0) {
    data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) problem = errno;
  }
  ::close(file);
  if (problem != 0) fail(path, problem);
  return MappedFile(static_cast<const char*>(data), size);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace ecr_version::git
