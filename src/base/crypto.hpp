// Digests, encodings and randomness; the only file that includes OpenSSL is
// crypto.cpp.
//
// SHA-1 stands here for file names and git's ids, never for trust. What holds
// a secret is a Secret (base/secret.hpp), which calls `wipe` by itself.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace ecr_version {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);
std::string sha256_hex(std::string_view bytes);  // lower-case
std::string sha1_hex(std::string_view bytes);    // lower-case
std::string to_hex(const unsigned char* bytes, std::size_t size);

std::string base64_encode(std::string_view bytes);  // with padding
// Throws Error when `text` is not base64 with padding; the message does not
// hold the text, which may be a secret.
std::string base64_decode(std::string_view text);

// `bytes` random bytes from the operating system, as lower-case hex.
std::string random_hex(std::size_t bytes);

// Overwrites the text's memory, in a way the compiler keeps, and empties it.
void wipe(std::string& secret) noexcept;

}  // namespace ecr_version
