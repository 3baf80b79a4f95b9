// OpenSSL's hashes themselves, not by way of a provider: looking for one, at
// the first hash of a run, costs as much as all that a small push needs of git.
// They are marked deprecated for the sake of other providers, which are no use
// here.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/crypto.hpp"

#include "base/error.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <unistd.h>

#include <algorithm>
#include <vector>

namespace ecr_version {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

class Sha256Hash {
 public:
  Sha256Hash() { SHA256_Init(&state_); }
  ~Sha256Hash() { OPENSSL_cleanse(&state_, sizeof state_); }
  Sha256Hash(const Sha256Hash&) = delete;
  Sha256Hash& operator=(const Sha256Hash&) = delete;

  Sha256Hash& add(const void* bytes, std::size_t size) {
    SHA256_Update(&state_, bytes, size);
    return *this;
  }
  Sha256 end() {
    Sha256 result{};
    SHA256_Final(result.data(), &state_);
    return result;
  }

 private:
  SHA256_CTX state_{};
};

}  // namespace

Sha256 sha256(std::string_view bytes) {
  return Sha256Hash().add(bytes.data(), bytes.size()).end();
}

// RFC 2104: hash(key ^ outer, hash(key ^ inner, bytes)).
Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, SHA256_CBLOCK> block{};
  if (key.size() > block.size()) {
    const Sha256 short_key = sha256(key);
    std::copy(short_key.begin(), short_key.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  constexpr unsigned char inner = 0x36;
  constexpr unsigned char outer = 0x5c;
  for (unsigned char& byte : block) byte ^= inner;
  const Sha256 inside = Sha256Hash()
                            .add(block.data(), block.size())
                            .add(bytes.data(), bytes.size())
                            .end();
  for (unsigned char& byte : block) byte ^= inner ^ outer;
  const Sha256 result = Sha256Hash()
                            .add(block.data(), block.size())
                            .add(inside.data(), inside.size())
                            .end();
  OPENSSL_cleanse(block.data(), block.size());
  return result;
}

std::string sha256_hex(std::string_view bytes) {
  const Sha256 result = sha256(bytes);
  return to_hex(result.data(), result.size());
}

std::string sha1_hex(std::string_view bytes) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> result{};
  SHA1(bytes_of(bytes), bytes.size(), result.data());
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
