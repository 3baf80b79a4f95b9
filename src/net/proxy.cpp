#include "net/proxy.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <filesystem>
#include <optional>

namespace ecr_version::net {
namespace {

// Lower case first, as curl and the SDKs do.
std::optional<std::pair<std::string, std::string>> either_case(
    const Environment& env, const std::string& lower,
    const std::string& upper) {
  if (const auto value = env.get(lower)) return std::pair{lower, *value};
  if (const auto value = env.get(upper)) return std::pair{upper, *value};
  return std::nullopt;
}

bool readable(const std::string& path) {
  return ::access(path.c_str(), R_OK) == 0;
}

bool is_directory(const std::string& path) {
  std::error_code ignored;  // what cannot be looked at is none
  return std::filesystem::is_directory(path, ignored);
}

}  // namespace

Proxy proxy_for(const Environment& env, std::string_view scheme) {
  auto found = scheme == "https"
                   ? either_case(env, "https_proxy", "HTTPS_PROXY")
                   : either_case(env, "http_proxy", "HTTP_PROXY");
  if (!found) found = either_case(env, "all_proxy", "ALL_PROXY");
  if (!found) return {};
  auto [variable, value] = *found;
  value = std::string(trim(value));
  // "proxy.corp:3128" is understood as http, as everywhere.
  const bool has_scheme = value.find("://") != std::string::npos;
  const std::string url = has_scheme ? value : "http://" + value;
  if (starts_with_ignoring_case(url, "socks")) {
    // Only shown: everything after the password's '@'.
    const std::string rest = url.substr(url.find("://") + 3);
    return {url, rest.substr(rest.rfind('@') + 1), variable};
  }
  const Url parts = parse_url(url, variable);
  return {url, fmt::format("{}:{}", parts.host, parts.port), variable};
}

std::string no_proxy(const Environment& env) {
  const auto found = either_case(env, "no_proxy", "NO_PROXY");
  return found ? found->second : "";
}

CaBundle find_ca_bundle(const Environment& env, const std::string& root) {
  if (const auto file = env.get("AWS_CA_BUNDLE")) {
    if (is_directory(*file)) return {"", *file};
    if (!readable(*file))
      throw Error(fmt::format(
          "AWS_CA_BUNDLE names {}, which cannot be read here{}",
          one_line(*file),
          env.get("HOME") == "/github/home"
              ? ": a container action sees of its host nothing but the "
                "workspace; put the bundle there and name it "
                "/github/workspace/..."
              : ""));
    return {*file, ""};
  }
  // A runner passes SSL_CERT_FILE on even where it names a path of the host.
  CaBundle bundle;
  if (const auto file = env.get("SSL_CERT_FILE"); file && readable(*file))
    bundle.file = *file;
  if (const auto path = env.get("SSL_CERT_DIR"); path && is_directory(*path))
    bundle.directory = *path;
  if (!bundle.file.empty() || !bundle.directory.empty()) return bundle;

  for (const char* const file : {
           "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch
           "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL
           "/etc/pki/tls/certs/ca-bundle.crt",        // RHEL 6, Amazon Linux
           "/etc/ssl/ca-bundle.pem",                  // SUSE
           "/etc/ssl/cert.pem",                       // Alpine
           "/var/lib/ca-certificates/ca-bundle.pem",  // SUSE
       })
    if (readable(root + file)) return {root + file, ""};
  const std::string hashed = root + "/etc/ssl/certs";
  if (is_directory(hashed)) return {"", hashed};
  return {};
}

}  // namespace ecr_version::net
