#include "aws/ecr.hpp"

#include "aws/ecr_wire.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace ecr_version::aws {
namespace {

constexpr int most_per_page = 1000;
constexpr std::size_t most_names_at_once = 100;

}  // namespace

// The listing of one repository while it is under way.
struct Ecr::Listing {
  RepositoryListing result;
  OnImage on_image;
  std::string next_token;
  std::set<std::string> seen_tokens;
  bool asks_for_archived = true;
};

Ecr::Ecr(Session& session) : session_(session) {}

bool Ecr::is_public() const {
  return session_.registry().kind == RegistryKind::public_ecr;
}

Operation Ecr::operation(const std::string& name,
                         const std::string& repository) const {
  const std::string& region = session_.region();
  std::string account = session_.registry().account;
  if (account.empty()) account = registry_id_;
  Operation operation{.service = is_public() ? "ecr-public" : "ecr",
                      .name = name,
                      .account = account,
                      .region = region};
  if (repository.empty()) {
    operation.resource = "*";
    return operation;
  }
  operation.object = "repository " + repository;
  operation.resource =
      fmt::format("arn:{}:{}:{}:{}:repository/{}", partition_of(region).id,
                  operation.service, is_public() ? "" : region,
                  account.empty() ? "<account>" : account, repository);
  return operation;
}

ApiCall Ecr::api_call(const std::string& name, const std::string& repository,
                      std::string body) const {
  const Service service = is_public() ? Service::ecr_public : Service::ecr;
  const char* const prefix = is_public()
                                 ? "SpencerFrontendService."
                                 : "AmazonEC2ContainerRegistry_V20150921.";
  return {.url = session_.endpoint(service) + "/",
          .scope = {.region = session_.region(),
                    .service = std::string(signing_name(service))},
          .headers = {{"Content-Type", "application/x-amz-json-1.1"},
                      {"X-Amz-Target", prefix + name}},
          .body = std::move(body),
          .operation = operation(name, repository)};
}

// {"registryId":..., "repositoryName":..., and what `rest` adds}.
std::string Ecr::body_for(
    const std::string& repository,
    const std::function<void(json::Writer&)>& rest) const {
  json::Writer writer;
  writer.begin_object();
  const std::string& account = session_.registry().account;
  if (!account.empty()) writer.member("registryId", account);
  if (!repository.empty()) writer.member("repositoryName", repository);
  rest(writer);
  writer.end_object();
  return writer.text();
}

json::Value Ecr::call(const std::string& name, const std::string& repository,
                      std::string body) {
  const net::Response response =
      session_.client().call(api_call(name, repository, std::move(body)));
  if (trim(response.body).empty()) return json::Value(json::Object{});
  return json::parse(response.body, "the answer of ECR " + name);
}

std::vector<RepositoryListing> Ecr::describe_images(
    const std::vector<std::string>& repositories, const OnListed& on_image) {
  std::vector<std::shared_ptr<Listing>> listings;
  for (const std::string& repository : repositories) {
    const auto listing = std::make_shared<Listing>();
    listing->result.repository = repository;
    listing->on_image = [&on_image, at = listings.size()](ImageDetail& image) {
      on_image(at, image);
    };
    listing->asks_for_archived = asks_for_archived_ && !is_public();
    listings.push_back(listing);
    next_page(listing);
  }
  session_.client().run();

  std::vector<RepositoryListing> results;
  results.reserve(listings.size());
  for (const auto& listing : listings)
    results.push_back(std::move(listing->result));
  return results;
}

void Ecr::next_page(const std::shared_ptr<Listing>& listing) {
  const std::string& repository = listing->result.repository;
  ApiCall call = api_call("DescribeImages", repository,
                          body_for(repository, [&](json::Writer& writer) {
                            writer.member("maxResults", most_per_page);
                            if (listing->asks_for_archived)
                              writer.key("filter")
                                  .begin_object()
                                  .member("imageStatus", "ANY")
                                  .end_object();
                            if (!listing->next_token.empty())
                              writer.member("nextToken", listing->next_token);
                          }));
  const auto fail = [this, listing](const ApiError& error) {
    using Status = RepositoryListing::Status;
    // Between two pages no repository goes: such an answer is a fault, and what
    // was read is not to pass for "no release yet".
    const bool missing =
        error.is("RepositoryNotFoundException") && listing->seen_tokens.empty();
    listing->result.status = missing ? Status::missing : Status::failed;
    listing->result.failure = error;
    if (missing && registry_id_.empty())
      registry_id_ = registry_in_words(error.failure.message);
  };
  const Operation described = call.operation;
  const auto broken = [this, described, fail](const std::string& why) {
    fail({described,
          {.message = why, .status = 200},
          session_.credentials_source()});
  };
  call.done = [this, listing, broken](net::Response response, int) {
    ImagePage page;
    try {
      page = read_image_page(response.body, listing->on_image);
    } catch (const Error& error) {
      return broken(describe(error));
    }
    if (!page.registry_id.empty()) registry_id_ = page.registry_id;
    if (page.next_token.empty()) return;
    if (!listing->seen_tokens.insert(page.next_token).second)
      return broken(
          "the service repeats a page (the same nextToken again): the list of "
          "images would never end");
    listing->next_token = page.next_token;
    next_page(listing);
  };
  call.failed = [this, listing, fail](const ApiError& error) {
    const bool filter_refused = error.is("InvalidParameterException") &&
                                listing->asks_for_archived &&
                                listing->next_token.empty();
    if (!filter_refused) return fail(error);
    // An older endpoint; of any other fault the next answer tells.
    listing->asks_for_archived = false;
    asks_for_archived_ = false;
    next_page(listing);
  };
  session_.client().start(std::move(call));
}

std::optional<ImageDetail> Ecr::describe_image(const std::string& repository,
                                               const std::string& reference) {
  const std::string body = body_for(repository, [&](json::Writer& writer) {
    write_image_id(writer, reference);
  });
  ApiCall request = api_call("DescribeImages", repository, body);
  request.operation.object =
      fmt::format("image {} of repository {}", reference, repository);
  try {
    net::Response response = session_.client().call(std::move(request));
    std::optional<ImageDetail> found;
    read_image_page(response.body,
                    [&](ImageDetail& image) { found = std::move(image); });
    return found;
  } catch (const ApiError& error) {
    if (error.is("ImageNotFoundException")) return std::nullopt;
    throw;
  }
}

std::vector<RepositoryAnswer> Ecr::describe_repositories(
    const std::vector<std::string>& repositories) {
  std::vector<std::string> unknown;
  for (const std::string& name : repositories)
    if (!described_.contains(name)) unknown.push_back(name);
  std::vector<RepositoryAnswer> asked = describe_unknown(unknown);

  std::vector<RepositoryAnswer> answers;
  answers.reserve(repositories.size());
  auto next = asked.begin();
  for (const std::string& name : repositories)
    if (next != asked.end() && next->repository == name)
      answers.push_back(std::move(*next++));
    else
      answers.push_back({.repository = name, .detail = described_.at(name)});
  return answers;
}

std::vector<RepositoryAnswer> Ecr::describe_unknown(
    const std::vector<std::string>& repositories) {
  std::vector<std::vector<std::string>> batches;
  for (std::size_t at = 0; at < repositories.size(); at += most_names_at_once)
    batches.emplace_back(
        repositories.begin() + static_cast<std::ptrdiff_t>(at),
        repositories.begin() +
            static_cast<std::ptrdiff_t>(
                std::min(at + most_names_at_once, repositories.size())));
  std::vector<RepositoryAnswer> answers = describe_batches(batches);

  // One unknown name fails its whole batch, so those are asked one by one.
  std::vector<std::vector<std::string>> alone;
  for (const RepositoryAnswer& answer : answers)
    if (answer.status == RepositoryAnswer::Status::missing)
      alone.push_back({answer.repository});
  if (alone.empty() || batches.size() == repositories.size()) return answers;
  std::vector<RepositoryAnswer> again = describe_batches(alone);
  auto next = again.begin();
  for (RepositoryAnswer& answer : answers)
    if (answer.status == RepositoryAnswer::Status::missing)
      answer = std::move(*next++);
  return answers;
}

// One call a batch, all at once; answers in the order of the names.
std::vector<RepositoryAnswer> Ecr::describe_batches(
    const std::vector<std::vector<std::string>>& batches) {
  std::vector<std::vector<RepositoryAnswer>> answers(batches.size());
  for (std::size_t at = 0; at < batches.size(); ++at) {
    const std::vector<std::string>& names = batches[at];
    for (const std::string& name : names)
      answers[at].push_back(
          {.repository = name, .status = RepositoryAnswer::Status::missing});
    ApiCall call =
        api_call("DescribeRepositories", names.size() == 1 ? names.front() : "",
                 body_for("", [&](json::Writer& writer) {
                   writer.member("repositoryNames", names);
                 }));
    call.done = [this, &answers, at](const net::Response& response, int) {
      const json::Value body =
          json::parse(response.body, "the answer of ECR DescribeRepositories");
      for (const auto& value : body["repositories"].as_array("repositories")) {
        RepositoryDetail detail = read_repository(value);
        if (host_.empty() && names_its_own_host()) host_ = host_in_uri(detail);
        described_[detail.name] = detail;
        for (RepositoryAnswer& answer : answers[at])
          if (answer.repository == detail.name) {
            answer.status = RepositoryAnswer::Status::found;
            answer.detail = detail;
          }
      }
    };
    call.failed = [&answers, at](const ApiError& error) {
      for (RepositoryAnswer& answer : answers[at]) {
        if (!error.is("RepositoryNotFoundException"))
          answer.status = RepositoryAnswer::Status::failed;
        answer.failure = error;
      }
    };
    session_.client().start(std::move(call));
  }
  session_.client().run();

  std::vector<RepositoryAnswer> all;
  for (auto& batch : answers)
    all.insert(all.end(), std::make_move_iterator(batch.begin()),
               std::make_move_iterator(batch.end()));
  return all;
}

// A stand-in's host is in its answers, and nobody else knows it.
bool Ecr::names_its_own_host() const {
  const Service service = is_public() ? Service::ecr_public : Service::ecr;
  return session_.overridden(service) &&
         session_.registry().kind != RegistryKind::literal_host;
}

std::string Ecr::host() {
  if (!host_.empty()) return host_;
  const Registry& registry = session_.registry();
  if (names_its_own_host()) {
    host_ = host_by_repositories();
    if (host_.empty() && !is_public()) host_ = login_token().host;
    if (!host_.empty()) return host_;
  }
  if (!registry.host.empty()) return host_ = registry.host;
  return host_ = registry_host(account(), session_.region());
}

const std::string& Ecr::account() {
  if (const auto& given = session_.registry().account; !given.empty())
    return given;
  if (registry_id_.empty()) registry_id_ = session_.caller_account();
  return registry_id_;
}

// As ECR names the first repository; "" when there is none or it may not be
// asked.
std::string Ecr::host_by_repositories() {
  try {
    const json::Value answer =
        call("DescribeRepositories", "", body_for("", [](json::Writer& writer) {
               writer.member("maxResults", 1);
             }));
    const json::Value& list = answer["repositories"];
    if (!list.is_array() || list.as_array("repositories").empty()) return "";
    return host_in_uri(read_repository(list.as_array("repositories").front()));
  } catch (const ApiError& error) {
    if (!error.is("AccessDeniedException")) throw;
    return "";  // `plan` needs DescribeImages alone
  }
}

}  // namespace ecr_version::aws
