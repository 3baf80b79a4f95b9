// A certificate authority of a test's own, and TLS for the scripted server
// with a certificate that it signed.
#pragma once

#include "support/scripted_server.hpp"

#include <memory>
#include <string>

namespace ecr_version::tests {

class PrivateCa {
 public:
  // The server's certificate is for this name.
  explicit PrivateCa(const std::string& host);
  ~PrivateCa();
  PrivateCa(const PrivateCa&) = delete;
  PrivateCa& operator=(const PrivateCa&) = delete;

  std::string pem() const;  // the authority's certificate
  ScriptedServer::Wrap wrap() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ecr_version::tests
