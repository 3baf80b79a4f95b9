// STS: who am I, and becoming a role. Answers are XML.
//
// AssumeRoleWithWebIdentity is sent unsigned: the token is the proof, and a
// signature by stale keys would be refused. It is retried on
// InvalidIdentityToken and IDPCommunicationError, which pass (AWS fetches the
// issuer's keys).
#pragma once

#include "aws/api_error.hpp"
#include "aws/client.hpp"
#include "aws/credentials.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::aws {

// Where STS is called, and how its calls are named in messages.
struct StsAddress {
  std::string url;
  std::string region;
};

struct CallerIdentity {
  std::string account;
  std::string arn;
};

CallerIdentity get_caller_identity(Client& client, const StsAddress& address);

struct RoleRequest {
  std::string role_arn;
  std::string session_name;
  std::string external_id;                       // "" for none
  std::optional<std::chrono::seconds> duration;  // 900 s to 12 h
};

Credentials assume_role(const Ports& ports, const StsAddress& address,
                        const Credentials& by, const RoleRequest& request);

Credentials assume_role_with_web_identity(const Ports& ports,
                                          const StsAddress& address,
                                          const std::string& token,
                                          const RoleRequest& request);

// Throws Error for what is no such answer. `what` names it.
Credentials parse_credentials_answer(std::string_view xml,
                                     std::string_view what);
CallerIdentity parse_identity_answer(std::string_view xml);
bool looks_like_xml(const net::Response& response);
Failure read_xml_failure(const net::Response& response);

}  // namespace ecr_version::aws
