#include "net/url.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <charconv>

namespace ecr_version::net {
namespace {

int default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

// Everything a URL is made of, less the delimiters that are treated before.
bool is_plain(std::string_view text) {
  for (const char c : text)
    if (c <= ' ' || c == 0x7f || c == '#' || c == '\\' || c == '"')
      return false;
  return true;
}

// RFC 3986's reg-name and IPv6 literal, less what no resolver takes.
bool is_host(std::string_view host) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyz0123456789-._:";
  return !host.empty() &&
         host.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

bool Url::has_default_port() const { return port == default_port(scheme); }

std::string Url::authority() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  std::string text = ipv6 ? "[" + host + "]" : host;
  if (!has_default_port()) text += fmt::format(":{}", port);
  return text;
}

std::string Url::text() const {
  std::string url = scheme + "://" + authority() + path;
  if (!query.empty()) url += "?" + query;
  return url;
}

Url parse_url(std::string_view text, std::string_view what) {
  // Not the text itself: it may hold a password.
  const auto refuse = [&](std::string_view why) {
    throw Error(fmt::format("{} is not a usable URL: {}", what, why));
  };
  if (!is_plain(text))
    refuse("it has white space, a control character, a fragment or a quote");
  Url url;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos)
    refuse("it must start with https:// (or http://)");
  url.scheme = to_lower(text.substr(0, colon));
  if (url.scheme != "https" && url.scheme != "http")
    refuse("only https:// and http:// are understood");

  std::string_view rest = text.substr(colon + 3);
  const auto end = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, end);
  rest = end == std::string_view::npos ? "" : rest.substr(end);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }

  // In "[::1]:80" the colon that counts is the one after the bracket.
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) refuse("its '[' is not closed");
    url.host = to_lower(authority.substr(1, close - 1));
    port = authority.substr(close + 1);
    if (!port.empty() && port.front() != ':') refuse("text follows its ']'");
    has_port = !port.empty();
    if (has_port) port.remove_prefix(1);
  } else {
    const auto at = authority.find(':');
    url.host = to_lower(authority.substr(0, at));
    has_port = at != std::string_view::npos;
    if (has_port) port = authority.substr(at + 1);
    if (url.host.find(':') != std::string::npos) refuse("its host is no host");
  }
  if (!is_host(url.host)) refuse("its host is empty or no host");

  url.port = default_port(url.scheme);
  if (has_port && !port.empty()) {
    const auto [rest_of, failure] =
        std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (failure != std::errc{} || rest_of != port.data() + port.size() ||
        url.port < 1 || url.port > 65535)
      refuse("its port is not a number from 1 to 65535");
  }

  const auto question = rest.find('?');
  url.path = rest.substr(0, question);
  if (url.path.empty()) url.path = "/";
  if (question != std::string_view::npos) url.query = rest.substr(question + 1);
  return url;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos ||
        keep.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += digits[byte >> 4U];
    encoded += digits[byte & 15U];
  }
  return encoded;
}

Form& Form::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += '&';
  text_ += percent_encode(name) + '=' + percent_encode(value);
  return *this;
}

bool is_loopback_host(std::string_view host) {
  const bool ipv4 =
      host.find_first_not_of("0123456789.") == std::string_view::npos;
  if (ipv4) return host.starts_with("127.");
  return host == "::1" || host == "localhost";
}

}  // namespace ecr_version::net
