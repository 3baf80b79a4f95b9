// For a while not root, whom no file's permissions keep out.
#pragma once

#include <sys/stat.h>

#include <unistd.h>

#include <filesystem>

namespace ecr_version::tests {

class AsNobody {
 public:
  // The folder is one that nobody may look into.
  explicit AsNobody(const std::filesystem::path& folder) {
    ::chmod(folder.c_str(), 0755);
    if (was_root_) changed_ = ::seteuid(65534) == 0;
  }
  ~AsNobody() {
    if (changed_) (void)!::seteuid(0);
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  bool was_root_ = ::geteuid() == 0;
  bool changed_ = false;
};

}  // namespace ecr_version::tests
