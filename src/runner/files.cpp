#include "runner/files.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ecr_version::runner {
namespace {

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags, mode_t mode = 0)
      // O_NONBLOCK: a pipe in a file's place must not hold us up.
      : path_(path),
        fd_(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, mode)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }

  // Throws what errno says, unless `status` is a success.
  void check(ssize_t status, const char* doing) const {
    if (status >= 0) return;
    throw Error(fmt::format("{} {}: {}", doing, path_, std::strerror(errno)));
  }

 private:
  const std::string& path_;
  int fd_;
};

}  // namespace

std::optional<std::string> named_file(const Environment& environment,
                                      const std::string& variable,
                                      const std::filesystem::path& mount) {
  const std::optional<std::string> named = environment.get(variable);
  if (!named || environment.get("ACT") != "true") return named;

  std::error_code ignored;
  if (std::filesystem::exists(*named, ignored)) return named;
  const std::filesystem::path mounted =
      mount / std::filesystem::path(*named).filename();
  return std::filesystem::exists(mounted, ignored) ? mounted.string() : named;
}

std::string read_file(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  file.check(file.get(), "opening");
  struct stat facts {};
  file.check(::fstat(file.get(), &facts), "looking at");
  if (!S_ISREG(facts.st_mode)) throw Error("opening " + path + ": not a file");
  std::string content;
  content.reserve(static_cast<std::size_t>(facts.st_size));
  std::string buffer(64 * 1024, '\0');
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    file.check(count, "reading");
    if (count == 0) return content;
    content.append(buffer, 0, static_cast<std::size_t>(count));
  }
}

void append_to_file(const std::string& path, std::string_view text) {
  const Descriptor file(path, O_WRONLY | O_APPEND | O_CREAT, 0644);
  file.check(file.get(), "opening");
  file.check(::fcntl(file.get(), F_SETFL, O_APPEND), "opening");
  const off_t before = ::lseek(file.get(), 0, SEEK_END);
  for (bool is_begun = false; !text.empty(); is_begun = true) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0) {
      const int reason = errno;
      if (is_begun && ::ftruncate(file.get(), before) != 0)
        throw Error(fmt::format("writing {}: {}, and part of it stayed there",
                                path, std::strerror(reason)));
      errno = reason;
      file.check(-1, "writing");
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace ecr_version::runner
