// A registry that answers from a queue, and what it may answer.
#pragma once

#include "aws/ecr.hpp"
#include "base/crypto.hpp"
#include "base/json.hpp"
#include "support/fake_world.hpp"

#include <fmt/core.h>

#include <deque>
#include <map>
#include <memory>
#include <string>

namespace ecr_version::tests {

inline constexpr const char* manifest_text = "{\n \"schemaVersion\": 2\n}\n";

inline net::Response error(const std::string& code,
                           const std::string& message = "m") {
  return response(
      400, fmt::format(R"({{"__type":"{}","message":"{}"}})", code, message));
}

struct Desk {
  FakeTransport transport;
  FakePorts fake;
  std::unique_ptr<aws::Session> session;
  std::unique_ptr<aws::Ecr> ecr;

  explicit Desk(std::deque<net::Outcome> answers,
                const std::string& registry = "",
                const std::map<std::string, std::string>& more = {},
                const std::string& role = "") {
    transport.answers = std::move(answers);
    std::map<std::string, std::string> env{{"AWS_REGION", "eu-west-1"},
                                           {"AWS_ACCESS_KEY_ID", "AK"},
                                           {"AWS_SECRET_ACCESS_KEY", "s"}};
    env.insert(more.begin(), more.end());
    session = std::make_unique<aws::Session>(
        aws::Settings{.registry = registry, .role_to_assume = role},
        fake.ports(transport, env));
    ecr = std::make_unique<aws::Ecr>(*session);
  }
  json::Value body(std::size_t at) const {
    return json::parse(transport.requests.at(at).body, "the request");
  }
  std::string target(std::size_t at) const {
    for (const auto& [name, value] : transport.requests.at(at).headers)
      if (name == "X-Amz-Target") return value;
    return "";
  }
};

inline aws::Manifest manifest() {
  return {.digest = "sha256:" + sha256_hex(manifest_text),
          .media_type = "application/vnd.oci.image.manifest.v1+json",
          .bytes = manifest_text};
}

}  // namespace ecr_version::tests
