// Ownership of C handles, and nothing else: the C calls stay visible.
//
//   using Walk = Handle<git_revwalk, git_revwalk_free>;
//   Walk walk;
//   check(git_revwalk_new(Out(walk), repo), "starting a walk");
#pragma once

#include <memory>

namespace ecr_version {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

template <typename T, auto Free>
using Handle = std::unique_ptr<T, Freer<Free>>;

// Fills a Handle through the C out-parameter it converts to, at the end of the
// full expression.
template <typename H>
class Out {
 public:
  explicit Out(H& handle) : handle_(handle) {}
  ~Out() { handle_.reset(raw_); }
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;
  // NOLINTNEXTLINE(google-explicit-constructor): the point of the class.
  operator typename H::pointer *() { return &raw_; }

 private:
  H& handle_;
  typename H::pointer raw_ = nullptr;
};

}  // namespace ecr_version
