#include "wire/client.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "net/url.hpp"
#include "wire/fetch_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

namespace ecr_version::wire {
namespace {

constexpr std::size_t most_refs = 200'000;
constexpr std::size_t most_capability_bytes = std::size_t{1} << 20;
constexpr std::chrono::minutes longest_attempt{3};
constexpr std::string_view service = "git-upload-pack";

net::RetryPolicy retry_policy() {
  net::RetryPolicy policy;
  policy.most_attempts = 4;
  policy.transient_base = std::chrono::milliseconds(200);
  policy.budget = longest_attempt;
  return policy;
}

net::Verdict verdict_of(int status) {
  if (status == 429) return net::Verdict::throttled;
  const bool passing =
      status == 500 || status == 502 || status == 503 || status == 504;
  return passing ? net::Verdict::transient : net::Verdict::final;
}

std::string refused(int status, bool with_token) {
  if (with_token) {
    return fmt::format(
        "the server answered {}: the token given cannot read this repository; "
        "give the job `permissions: contents: read`",
        status);
  }
  return fmt::format(
      "the server answered {} and no token was given: a repository that is not "
      "public needs the input `github-token`, with `permissions: contents: "
      "read` for the job",
      status);
}

std::string explain_status(const net::Response& response, bool with_token) {
  const int status = response.status;
  if (status == 401 || status == 403 || status == 404) {
    return refused(status, with_token);
  }
  if (status >= 300 && status < 400) {
    return fmt::format(
        "the server answered {} and points elsewhere, where the token must not "
        "follow; GITHUB_SERVER_URL and GITHUB_REPOSITORY must name the "
        "repository itself",
        status);
  }
  const std::string text = one_line(trim(response.body), 120);
  return fmt::format("the server answered {}{}", status,
                     text.empty() ? "" : ": '" + text + "'");
}

}  // namespace

// One question: how to ask it, who reads the answer, and what went wrong while
// reading. The reader stands anew for each attempt.
struct Client::Attempt {
  std::string method = "POST";
  std::string path;
  std::string body;
  std::string content_type;  // the answer's, without parameters
  std::function<void()> begin;
  std::function<void(std::string_view)> feed;
  std::function<bool()> complete;
  std::exception_ptr failure{};
};

Client::Client(net::Transport& transport, Clock clock, Remote remote)
    : transport_(transport),
      clock_(std::move(clock)),
      remote_(std::move(remote)) {
  while (remote_.url.ends_with('/')) remote_.url.pop_back();
}

std::string Client::printable_url() const {
  return net::parse_url(remote_.url, "the repository's URL").text();
}

net::Request Client::prepare(const std::string& method,
                             const std::string& path) {
  const net::Url url = net::parse_url(remote_.url, "the repository's URL");
  net::Request request;
  request.method = method;
  request.url = url.text() + path;
  // GitHub and its kin tell git's clients from browsers by this prefix.
  request.headers = {{"User-Agent", "git/2.0 (ecr-version)"},
                     {"Git-Protocol", "version=2"}};
  if (!remote_.token.empty()) {
    request.headers.emplace_back(
        "Authorization",
        "basic " + base64_encode("x-access-token:" + remote_.token.reveal()));
  }
  request.timeout = longest_attempt;
  request.most_bytes = remote_.most_bytes * 2;  // count() has the say
  // A GitHub Enterprise Server without TLS is its owner's decision.
  request.allow_http = url.scheme == "http";
  return request;
}

void Client::count(std::size_t bytes) {
  usage_.bytes += bytes;
  const bool filters = !capabilities_ || capabilities_->filter;
  const std::uint64_t most =
      filters ? remote_.most_bytes
              : std::min(remote_.most_bytes, remote_.most_bytes_unfiltered);
  if (usage_.bytes <= most) return;
  throw Error(fmt::format(
      "the history needed is more than {} MB{}", most >> 20,
      filters ? ""
              : ", because the server cannot leave file contents out (it does "
                "not offer `filter`)"));
}

void Client::exchange(const std::string& purpose, Attempt& attempt) {
  const auto take = [this, &attempt](std::string_view piece) noexcept {
    try {
      count(piece.size());
      attempt.feed(piece);
      return true;
    } catch (...) {
      attempt.failure = std::current_exception();
      return false;
    }
  };
  net::Call call;
  call.prepare = [&](int number) {
    ++usage_.requests;
    attempt.failure = nullptr;
    attempt.begin();
    net::Request request = prepare(attempt.method, attempt.path);
    if (attempt.method == "POST") {
      request.headers.emplace_back(
          "Content-Type", fmt::format("application/x-{}-request", service));
    }
    request.headers.emplace_back("Accept", attempt.content_type);
    request.body = attempt.body;
    request.sink = take;
    request.label = purpose;
    request.attempt = number;
    return request;
  };
  const auto judge = [&attempt](const net::Outcome& outcome) {
    if (attempt.failure) return net::Verdict::final;
    if (const auto* none = std::get_if<net::NoAnswer>(&outcome)) {
      return none->transient ? net::Verdict::transient : net::Verdict::final;
    }
    const auto& response = std::get<net::Response>(outcome);
    if (response.status != 200) return verdict_of(response.status);
    // A connection that ends without a word is no error to HTTP/1.0.
    return attempt.complete() ? net::Verdict::success : net::Verdict::transient;
  };
  call.judge = [&judge](const net::Outcome& outcome, int) {
    return net::Judgement{judge(outcome), std::nullopt};
  };
  net::Retrier retrier(transport_, clock_, retry_policy());
  retrier.interrupted = interrupted;
  int attempts = 0;
  std::optional<net::Outcome> last;
  call.done = [&](const net::Outcome& outcome, int number) {
    last = outcome;
    attempts = number;
  };
  retrier.start(std::move(call));
  retrier.run();

  const std::string doing =
      fmt::format("{} from {}", purpose, printable_url()) +
      (attempts > 1 ? fmt::format(" ({} attempts)", attempts) : "");
  const auto* response = std::get_if<net::Response>(&*last);
  const std::string_view type =
      response ? response->header("Content-Type") : std::string_view();
  const std::string media = to_lower(trim(type.substr(0, type.find(';'))));
  // Said of the answer as a whole, and before what its bytes look like.
  if (response && response->status == 200 && media != attempt.content_type) {
    throw Error(fmt::format(
        "{}: the answer is '{}' and not git's protocol: something between here "
        "and the server answers in its place",
        doing, one_line(media, 60)));
  }
  if (attempt.failure) {
    // The type is kept: a caller may have use for UnknownObject.
    try {
      std::rethrow_exception(attempt.failure);
    } catch (const UnknownObject& error) {
      throw UnknownObject(doing + ": " + error.what());
    } catch (const Error& error) {
      throw Error(doing + ": " + describe(error));
    }
  }
  if (!response) {
    throw Error(doing + ": " + std::get<net::NoAnswer>(*last).what());
  }
  if (response->status != 200) {
    throw Error(doing + ": " +
                explain_status(*response, !remote_.token.empty()));
  }
  if (!attempt.complete()) throw Error(doing + ": the answer is cut short");
}

const Capabilities& Client::capabilities() {
  if (capabilities_) return *capabilities_;
  std::string body;
  Attempt attempt;
  attempt.method = "GET";
  attempt.path = fmt::format("/info/refs?service={}", service);
  attempt.content_type = fmt::format("application/x-{}-advertisement", service);
  attempt.begin = [&] { body.clear(); };
  attempt.feed = [&](std::string_view piece) {
    // Version 0 lists every reference here: its first line tells.
    if (body.size() < most_capability_bytes) body += piece;
  };
  // An ERR line may be the last word, without a flush.
  attempt.complete = [&] {
    return body.ends_with("0000") || body.find("ERR ") == 4;
  };
  const std::string purpose = "asking for the abilities of the git server";
  exchange(purpose, attempt);
  Capabilities found =
      while_doing(fmt::format("{} at {}", purpose, printable_url()),
                  [&] { return read_capabilities(body); });
  if (!found.fetch || !found.ls_refs) {
    throw Error(fmt::format("{} at {}: it offers no `fetch` or no `ls-refs`",
                            purpose, printable_url()));
  }
  capabilities_ = std::move(found);
  return *capabilities_;
}

std::vector<Ref> Client::refs(const std::vector<std::string>& prefixes) {
  const Capabilities& server = capabilities();
  std::optional<RefsAnswer> answer;
  Attempt attempt;
  attempt.path = fmt::format("/{}", service);
  attempt.content_type = fmt::format("application/x-{}-result", service);
  attempt.body = ls_refs_body(prefixes, server);
  attempt.begin = [&] { answer.emplace(most_refs); };
  attempt.feed = [&](std::string_view piece) { answer->feed(piece); };
  attempt.complete = [&] { return answer->complete(); };
  exchange("listing the branches", attempt);
  return answer->take();
}

FetchResult Client::fetch(const FetchRequest& request, PackTaker& taker) {
  const Capabilities& server = capabilities();
  if ((request.deepen > 0 || request.deepen_since > 0) && !server.shallow) {
    throw Error(fmt::format(
        "{} from {}: the server cannot deepen a shallow clone (it does not "
        "offer `fetch=shallow`)",
        request.purpose, printable_url()));
  }
  std::optional<FetchAnswer> answer;
  Attempt attempt;
  attempt.path = fmt::format("/{}", service);
  attempt.content_type = fmt::format("application/x-{}-result", service);
  attempt.body = fetch_body(request, server);
  attempt.begin = [&] {
    answer.emplace([&taker](std::string_view bytes) { taker.add(bytes); });
    taker.begin();
  };
  attempt.feed = [&](std::string_view piece) {
    try {
      answer->feed(piece);
    } catch (const Error& error) {
      // "ERR upload-pack: not our ref <id>"
      const std::string_view text = error.what();
      if (text.find("not our ref") == std::string_view::npos) throw;
      throw UnknownObject(std::string(text));
    }
  };
  attempt.complete = [&] { return answer->complete(); };
  exchange(request.purpose, attempt);
  return {.shallow = answer->shallow(),
          .unshallow = answer->unshallow(),
          .pack_bytes = answer->pack_bytes()};
}

}  // namespace ecr_version::wire
