#include "git/libgit2.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace ecr_version::git {

void start_libgit2() {
  static const bool started = [] {
    check(git_libgit2_init(), "starting libgit2");
    for (const int level :
         {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
          GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_PROGRAMDATA}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
    return true;
  }();
  static_cast<void>(started);
}

void check(int status, const std::string& doing) {
  if (status >= 0) return;
  const git_error* last = git_error_last();  // null in old libgit2
  throw Error(doing + ": " +
              (last != nullptr && last->message != nullptr
                   ? one_line(last->message)
                   : "no reason given"));
}

}  // namespace ecr_version::git
