#include "aws/sigv4.hpp"

#include "aws/timestamp.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

namespace ecr_version::aws {
namespace {

// Proxies and clients add or change these on the way.
bool is_unsigned(std::string_view lower_name) {
  constexpr std::array<std::string_view, 10> names{"authorization",
                                                   "connection",
                                                   "expect",
                                                   "keep-alive",
                                                   "te",
                                                   "trailer",
                                                   "upgrade",
                                                   "transfer-encoding",
                                                   "user-agent",
                                                   "x-amzn-trace-id"};
  return std::find(names.begin(), names.end(), lower_name) != names.end() ||
         lower_name.starts_with("proxy-") ||
         lower_name.starts_with("sec-websocket-");
}

// Trimmed, and inner runs of spaces as one.
std::string squeeze(std::string_view value) {
  std::string text;
  for (const char c : trim(value)) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space)
      text += c;
    else if (!text.ends_with(' '))
      text += ' ';
  }
  return text;
}

// Names in lower case and in order; values of one name joined as they came.
std::map<std::string, std::string> canonical_headers(
    const net::Headers& headers) {
  std::map<std::string, std::string> canonical;
  for (const auto& [name, value] : headers) {
    const std::string key = to_lower(name);
    if (is_unsigned(key)) continue;
    const auto [place, is_new] = canonical.try_emplace(key, squeeze(value));
    if (!is_new) place->second += "," + squeeze(value);
  }
  return canonical;
}

// RFC 3986 5.2.4, and "//" as "/".
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_open = false;  // with a slash
  for (const std::string_view part : split(path.substr(1), '/')) {
    ends_open = part.empty() || part == "." || part == "..";
    if (part == ".." && !kept.empty()) kept.pop_back();
    if (!ends_open) kept.push_back(part);
  }
  std::string text;
  for (const std::string_view part : kept) text += '/' + std::string(part);
  if (ends_open) text += '/';
  return text;
}

std::string canonical_path(const Signable& request) {
  const std::string path = request.path.empty() ? "/" : request.path;
  // Encoded a second time: AWS wants that of every service but S3.
  return net::percent_encode(request.normalize == NormalizePath::yes
                                 ? without_dot_segments(path)
                                 : path,
                             "/");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() &&
                        hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      decoded += text[i];
      continue;
    }
    decoded +=
        static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return decoded;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view part : split(query, '&')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? "" : part.substr(equals + 1);
    pairs.emplace_back(
        net::percent_encode(percent_decode(part.substr(0, equals))),
        net::percent_encode(percent_decode(value)));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string text;
  for (const auto& [name, value] : pairs) {
    if (!text.empty()) text += '&';
    text += name + '=' + value;
  }
  return text;
}

std::string scope_text(const Scope& scope, Time when) {
  return fmt::format("{}/{}/{}/aws4_request", amz_date(when).substr(0, 8),
                     scope.region, scope.service);
}

std::string_view bytes(const Sha256& digest) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string signed_headers(const net::Headers& headers) {
  std::string names;
  for (const auto& [name, value] : canonical_headers(headers)) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

std::string canonical_request(const Signable& request) {
  std::string text = request.method + '\n' + canonical_path(request) + '\n' +
                     canonical_query(request.query) + '\n';
  for (const auto& [name, value] : canonical_headers(request.headers))
    text += name + ':' + value + '\n';
  return text + '\n' + signed_headers(request.headers) + '\n' +
         sha256_hex(request.body);
}

std::string string_to_sign(std::string_view canonical_request,
                           const Scope& scope, Time when) {
  return "AWS4-HMAC-SHA256\n" + amz_date(when) + '\n' +
         scope_text(scope, when) + '\n' + sha256_hex(canonical_request);
}

std::string signature(std::string_view string_to_sign,
                      std::string_view secret_key, const Scope& scope,
                      Time when) {
  Sha256 key = hmac_sha256("AWS4" + std::string(secret_key),
                           amz_date(when).substr(0, 8));
  for (const std::string_view step :
       {std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")})
    key = hmac_sha256(bytes(key), step);
  const Sha256 result = hmac_sha256(bytes(key), string_to_sign);
  return to_hex(result.data(), result.size());
}

void sign(net::Request& request, const Credentials& credentials,
          const Scope& scope, Time when) {
  const net::Url url = net::parse_url(request.url, "the address of a request");
  request.headers.emplace_back("X-Amz-Date", amz_date(when));
  if (!credentials.session_token.empty())
    request.headers.emplace_back("X-Amz-Security-Token",
                                 credentials.session_token.reveal());

  Signable signable{.method = request.method,
                    .path = url.path,
                    .query = url.query,
                    .headers = request.headers,
                    .body = request.body};
  signable.headers.emplace_back("Host", url.authority());
  const std::string text =
      string_to_sign(canonical_request(signable), scope, when);
  request.headers.emplace_back(
      "Authorization",
      fmt::format(
          "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, "
          "Signature={}",
          credentials.access_key, scope_text(scope, when),
          signed_headers(signable.headers),
          signature(text, credentials.secret_key.reveal(), scope, when)));
}

}  // namespace ecr_version::aws
