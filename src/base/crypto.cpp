#include "base/crypto.hpp"

#include "base/error.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <unistd.h>

#include <algorithm>
#include <vector>

namespace ecr_version {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <std::size_t Size>
std::array<unsigned char, Size> digest(std::string_view bytes,
                                       const EVP_MD* algorithm) {
  std::array<unsigned char, Size> result{};
  const int status = EVP_Digest(bytes.data(), bytes.size(), result.data(),
                                nullptr, algorithm, nullptr);
  if (status != 1) throw Error("hashing: OpenSSL refused the algorithm");
  return result;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  return digest<32>(bytes, EVP_sha256());
}

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256 result{};
  const unsigned char* done = HMAC(
      EVP_sha256(), key.empty() ? "" : key.data(), static_cast<int>(key.size()),
      bytes_of(bytes), bytes.size(), result.data(), nullptr);
  if (done == nullptr) throw Error("signing: OpenSSL refused HMAC-SHA256");
  return result;
}

std::string sha256_hex(std::string_view bytes) {
  const Sha256 result = sha256(bytes);
  return to_hex(result.data(), result.size());
}

std::string sha1_hex(std::string_view bytes) {
  const auto result = digest<20>(bytes, EVP_sha1());
  return to_hex(result.data(), result.size());
}

std::string to_hex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4u];
    text += digits[bytes[i] & 0xFu];
  }
  return text;
}

std::string base64_encode(std::string_view bytes) {
  // EVP_EncodeBlock ends its output with a NUL, which std::string has room for.
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  bytes_of(bytes), static_cast<int>(bytes.size()));
  return text;
}

std::string base64_decode(std::string_view text) {
  // EVP_DecodeBlock forgives white space and padding anywhere: checked here.
  const std::size_t digits = text.find_last_not_of('=') + 1;
  const std::size_t padding = text.size() - digits;
  const bool is_base64 =
      text.size() % 4 == 0 && padding <= 2 &&
      text.substr(0, digits).find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
          "pqrstuvwxyz0123456789+/") == std::string_view::npos;
  if (!is_base64) throw Error("reading base64: this text is not base64");

  std::string bytes(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      bytes_of(text), static_cast<int>(text.size()));
  if (size < 0) throw Error("reading base64: this text is not base64");
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  // The kernel's own: seeding OpenSSL's generator takes as long as a walk over
  // a push. It gives at most 256 at once.
  for (std::size_t at = 0; at < bytes; at += 256) {
    const std::size_t some = std::min<std::size_t>(256, bytes - at);
    if (::getentropy(random.data() + at, some) != 0) {
      throw Error("asking for random bytes: the kernel gives none");
    }
  }
  return to_hex(random.data(), random.size());
}

void wipe(std::string& secret) noexcept {
  // Up to the capacity, where a longer text may have stood; no reallocation.
  secret.resize(secret.capacity());
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace ecr_version
