#include "net/curl_failure.hpp"

#include "base/text.hpp"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace ecr_version::net {
namespace {

struct Row {
  CURLcode code;
  bool transient;
  const char* why;
};

// Everything else is final: a request we built wrongly, or memory.
constexpr std::array rows{
    Row{CURLE_COULDNT_RESOLVE_PROXY, true, "the proxy's name is not known"},
    Row{CURLE_COULDNT_RESOLVE_HOST, true, "its name is not known"},
    Row{CURLE_COULDNT_CONNECT, true, "the connection was refused"},
    Row{CURLE_HTTP2, true, "HTTP/2 failed"},
    Row{CURLE_HTTP2_STREAM, true, "the HTTP/2 stream was reset"},
    Row{CURLE_PARTIAL_FILE, true, "the answer was cut short"},
    Row{CURLE_OPERATION_TIMEDOUT, true, "it took too long"},
    Row{CURLE_SSL_CONNECT_ERROR, true, "the TLS handshake failed"},
    Row{CURLE_GOT_NOTHING, true, "it closed the connection without a word"},
    Row{CURLE_SEND_ERROR, true, "sending failed"},
    Row{CURLE_RECV_ERROR, true, "the connection broke"},
    Row{CURLE_PROXY, true, "the proxy failed"},
    Row{CURLE_PEER_FAILED_VERIFICATION, false,
        "its certificate is not trusted"},
    Row{CURLE_SSL_CACERT_BADFILE, false, "the CA certificates cannot be read"},
    Row{CURLE_UNSUPPORTED_PROTOCOL, false, "it does not speak HTTP"},
    Row{CURLE_WEIRD_SERVER_REPLY, false, "it does not speak HTTP"},
};

std::string detail_of(const CurlFailure& failure) {
  const std::string text =
      one_line(failure.detail.empty()
                   ? curl_easy_strerror(static_cast<CURLcode>(failure.code))
                   : failure.detail);
  return std::string(trim(text));
}

NoAnswer refused_by_proxy(const CurlFailure& failure) {
  std::string message =
      fmt::format("no answer from {}: the proxy {} ({}) answered {} to CONNECT",
                  failure.host, failure.proxy.shown, failure.proxy.variable,
                  failure.proxy_status);
  if (failure.proxy_status == 407)
    message += fmt::format(
        "; it wants a user and a password: set {} to "
        "http://USER:PASSWORD@{}",
        failure.proxy.variable, failure.proxy.shown);
  else if (failure.proxy_status < 500)
    message += fmt::format("; let the proxy pass {}, or add it to NO_PROXY",
                           failure.host);
  return {message, failure.proxy_status >= 500};
}

}  // namespace

NoAnswer no_answer(const CurlFailure& failure) {
  if (failure.proxy_status >= 400) return refused_by_proxy(failure);

  const auto* const row =
      std::find_if(rows.begin(), rows.end(),
                   [&](const Row& each) { return each.code == failure.code; });
  const bool known = row != rows.end();
  std::string message = fmt::format("no answer from {}", failure.host);
  if (!failure.proxy.url.empty())
    message += fmt::format(" through the proxy {} ({})", failure.proxy.shown,
                           failure.proxy.variable);
  message += fmt::format(": {} ({})", known ? row->why : "the request failed",
                         detail_of(failure));
  if (failure.code == CURLE_PARTIAL_FILE)
    message += fmt::format(" after {} bytes", failure.received);
  if (failure.code == CURLE_PEER_FAILED_VERIFICATION)
    message += fmt::format(
        "; trusted are the CAs of {}: where a proxy or an endpoint has a CA of "
        "its own, set AWS_CA_BUNDLE to a PEM file that holds it",
        failure.ca_file.empty() ? "the system" : failure.ca_file);
  return {message, known && row->transient};
}

}  // namespace ecr_version::net
