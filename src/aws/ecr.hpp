// The registry: ECR, or ECR Public, by their own APIs.
//
// Listing wants every page and every image: `filter.imageStatus` is ANY because
// ECR hides archived images by default, and their versions must not be given
// out again. Repositories are asked all at once, pages of one in order.
// "Missing" is an answer of its own; a refusal never means missing.
#pragma once

#include "aws/api_error.hpp"
#include "aws/image_page.hpp"
#include "aws/session.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecr_version::aws {

// What asking for one repository came to.
struct RepositoryListing {
  enum class Status { listed, missing, failed };
  std::string repository;
  Status status = Status::listed;
  std::optional<ApiError> failure;  // when failed, and when missing
};

enum class Mutability {
  mutable_tags,
  immutable_tags,
  immutable_with_exclusion,  // tags that match a filter may still move
  mutable_with_exclusion,    // tags that match a filter are frozen
};

struct RepositoryDetail {
  std::string name;
  std::string arn;
  std::string registry_id;
  std::string uri;  // "123456789012.dkr.ecr.eu-west-1.amazonaws.com/name"
  Mutability mutability = Mutability::mutable_tags;
  std::vector<std::string> exclusion_filters;  // globs with '*' only
};

struct RepositoryAnswer {
  enum class Status { found, missing, failed };
  std::string repository;
  Status status = Status::found;
  RepositoryDetail detail;          // when found
  std::optional<ApiError> failure;  // when failed
};

// A manifest byte for byte: one changed byte is another digest.
struct Manifest {
  std::string digest;
  std::string media_type;
  std::string bytes;
};

struct PutResult {
  enum class Status {
    written,
    already_there,  // the tag names this digest already
    taken,          // an immutable tag that names another digest: a lost race
  };
  Status status = Status::written;
  std::string holder;  // when taken: the digest it names; "" if not readable
};

struct NewRepository {
  std::string name;
  Mutability mutability = Mutability::immutable_with_exclusion;
  std::vector<std::string> exclusion_filters;
};

struct LoginToken {
  std::string username;  // "AWS"
  Secret password;
  std::string host;  // registry to log in to
  std::optional<Time> expires;
};

class Ecr {
 public:
  explicit Ecr(Session& session);

  // Hands on every image, page by page, with the index of its repository; of
  // one that fails later, some. Never throws for what one repository answers;
  // throws what concerns all (no credentials, no region).
  using OnListed = std::function<void(std::size_t, ImageDetail&)>;
  std::vector<RepositoryListing> describe_images(
      const std::vector<std::string>& repositories, const OnListed& on_image);

  // The image of that tag or digest; nullopt when there is none.
  std::optional<ImageDetail> describe_image(const std::string& repository,
                                            const std::string& reference);

  // In the order of the names. Whoever was found is not asked for again: what
  // is asked for, nobody changes while a run lasts.
  std::vector<RepositoryAnswer> describe_repositories(
      const std::vector<std::string>& repositories);

  // By digest ("sha256:...") or tag; nullopt when there is no such image. By
  // digest whenever it is known: asked by tag, ECR may translate the manifest.
  // Throws when the bytes do not have their digest.
  std::optional<Manifest> get_manifest(const std::string& repository,
                                       const std::string& reference);

  PutResult put_image(const std::string& repository, const Manifest& manifest,
                      const std::string& tag);

  // nullopt: it exists already, and what it holds has to be read.
  std::optional<RepositoryDetail> create_repository(
      const NewRepository& repository);

  // Takes the tag off its image; the image goes with its last tag. No such tag
  // is no error.
  void untag(const std::string& repository, const std::string& tag);

  // For docker login. Token, password and their joined form are announced.
  LoginToken login_token();

  // The registry's account: from the input or from answers seen, those that
  // refuse included; else STS is asked.
  const std::string& account();

  // "123456789012.dkr.ecr.eu-west-1.amazonaws.com" or "public.ecr.aws/alias",
  // without a repository: from the input, from answers seen, or asked for.
  std::string host();

 private:
  struct Listing;

  bool is_public() const;
  bool names_its_own_host() const;
  Operation operation(const std::string& name,
                      const std::string& repository) const;
  ApiCall api_call(const std::string& name, const std::string& repository,
                   std::string body) const;
  std::string body_for(const std::string& repository,
                       const std::function<void(json::Writer&)>& rest) const;
  std::string host_by_repositories();
  json::Value authorization();
  Secret public_token();
  json::Value call(const std::string& name, const std::string& repository,
                   std::string body);
  void next_page(const std::shared_ptr<Listing>& listing);
  std::vector<RepositoryAnswer> describe_unknown(
      const std::vector<std::string>& repositories);
  std::vector<RepositoryAnswer> describe_batches(
      const std::vector<std::vector<std::string>>& batches);
  std::optional<Manifest> get_private_manifest(const std::string& repository,
                                               const std::string& reference);
  std::optional<Manifest> get_public_manifest(const std::string& repository,
                                              const std::string& reference);

  Session& session_;
  std::string registry_id_;  // from ECR's own answers; "" before the first
  std::string host_;
  std::map<std::string, RepositoryDetail> described_;
  // An older endpoint may not know the filter for archived images.
  bool asks_for_archived_ = true;
};

}  // namespace ecr_version::aws
