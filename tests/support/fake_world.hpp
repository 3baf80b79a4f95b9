// A clock that does not wait, and transports that stand before the real one.
#pragma once

#include "aws/credentials.hpp"
#include "aws/image_page.hpp"
#include "aws/timestamp.hpp"
#include "net/http.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace ecr_version::tests {

// For a listing whose images do not matter.
inline const auto unheard = [](std::size_t, const aws::ImageDetail&) {};

// 2026-11-25T12:00:00Z, until someone sleeps.
struct FakeTime {
  Time now = aws::parse_iso_time("2026-11-25T12:00:00Z").value();
  std::chrono::milliseconds slept{0};
  double jitter = 1.0;

  Clock clock() {
    return {.now = [this] { return now; },
            .sleep =
                [this](std::chrono::milliseconds duration) {
                  now += duration;
                  slept += duration;
                },
            .random = [this] { return jitter; }};
  }
};

// Answers from a queue, in order, and keeps the requests; one beyond the
// queue fails the test.
class FakeTransport : public net::Transport {
 public:
  std::deque<net::Outcome> answers;
  std::vector<net::Request> requests;

  void start(net::Request request, Done done) override {
    requests.push_back(std::move(request));
    under_way_.push_back(std::move(done));
  }
  void wait(std::chrono::milliseconds) override {
    if (under_way_.empty()) return;
    const Done done = std::move(under_way_.front());
    under_way_.pop_front();
    REQUIRE_MESSAGE(!answers.empty(), requests.back().method, " ",
                    requests.back().url, " is not in the script");
    const net::Outcome answer = std::move(answers.front());
    answers.pop_front();
    done(answer);
  }
  bool busy() const override { return !under_way_.empty(); }
  void abandon() override { under_way_.clear(); }

 private:
  std::deque<Done> under_way_;
};

// Cuts every request's patience, so that a held answer ends soon.
class Hurried : public net::Transport {
 public:
  Hurried(net::Transport& behind, std::chrono::milliseconds timeout)
      : behind_(behind), timeout_(timeout) {}
  void start(net::Request request, Done done) override {
    request.timeout = timeout_;
    behind_.start(std::move(request), std::move(done));
  }
  void wait(std::chrono::milliseconds most) override { behind_.wait(most); }
  bool busy() const override { return behind_.busy(); }
  void abandon() override { behind_.abandon(); }

 private:
  net::Transport& behind_;
  std::chrono::milliseconds timeout_;
};

// Ports over a transport, with keys in the environment, that record what is
// announced.
struct FakePorts {
  FakeTime time;
  std::vector<std::string> secrets;
  std::vector<std::string> notices;

  aws::Ports ports(net::Transport& transport,
                   std::map<std::string, std::string> env) {
    return {.env = Environment(std::move(env)),
            .clock = time.clock(),
            .transport = &transport,
            .on_secret =
                [this](std::string_view text) { secrets.emplace_back(text); },
            .on_notice =
                [this](const std::string& text) { notices.push_back(text); }};
  }
};

inline net::Response response(int status, std::string body,
                              net::Headers headers = {}) {
  return {
      .status = status, .headers = std::move(headers), .body = std::move(body)};
}

}  // namespace ecr_version::tests
