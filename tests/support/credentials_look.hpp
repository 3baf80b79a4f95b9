// One look for AWS credentials in a world of a test's own, and what STS answers
// in it.
#pragma once

#include "aws/session.hpp"
#include "base/crypto.hpp"
#include "base/error.hpp"
#include "support/fake_world.hpp"
#include "support/temp_dir.hpp"

#include <fmt/core.h>

#include <map>
#include <string>

namespace ecr_version::tests {

using Variables = std::map<std::string, std::string>;

// One look for credentials in a world of the test's own.
struct Look {
  FakeTransport transport;
  FakePorts fake;
  TempDir home;
  Variables env{{"AWS_REGION", "eu-west-1"},
                {"AWS_EC2_METADATA_DISABLED", "true"}};
  std::string role;
  bool in_container = false;

  aws::Credentials credentials() {
    env["HOME"] = home.path();
    aws::Ports ports = fake.ports(transport, env);
    ports.in_container = in_container;
    aws::Session session({.role_to_assume = role}, ports);
    return session.credentials();
  }
  std::string failure() {
    try {
      credentials();
    } catch (const Error& error) {
      return describe(error);
    }
    return "";
  }
};

inline std::string sts_answer(const std::string& key) {
  return fmt::format(
      "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{}"
      "</AccessKeyId><SecretAccessKey>sts-secret</SecretAccessKey>"
      "<SessionToken>sts-token</SessionToken><Expiration>2026-11-25T13:00:00Z"
      "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
      key);
}

inline std::string sts_error(const std::string& code,
                             const std::string& message) {
  return fmt::format(
      "<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>{}"
      "</Message></Error><RequestId>r-2</RequestId></ErrorResponse>",
      code, message);
}

inline constexpr const char* role_arn = "arn:aws:iam::123456789012:role/ci";

// {"alg":"none"}.{"iss","sub","aud"}.signature, in base64url without padding.
inline std::string jwt() {
  std::string claims =
      base64_encode(R"({"iss":"https://token.actions.githubusercontent.com",)"
                    R"("sub":"repo:acme/shop:ref:refs/heads/main",)"
                    R"("aud":"sts.amazonaws.com"})");
  while (claims.ends_with('=')) claims.pop_back();
  return "eyJhbGciOiJub25lIn0." + claims + ".c2ln";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace ecr_version::tests
