#include "base/crypto.hpp"

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <type_traits>

namespace ecr_version {
namespace {

using namespace std::string_literals;

std::string hex(const Sha256& digest) {
  return to_hex(digest.data(), digest.size());
}

// FIPS 180-2, appendix B.
TEST_CASE("crypto: SHA-256 and SHA-1 give the standard's digests") {
  CHECK(sha256_hex("") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

// RFC 4231, test cases 1, 2 and 6; and empty key and data.
TEST_CASE("crypto: HMAC-SHA256 gives the RFC's codes") {
  CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(hmac_sha256(
            std::string(131, '\xaa'),
            "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hex(hmac_sha256({}, {})) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// RFC 4648, section 10.
TEST_CASE("crypto: base64 goes there and back") {
  const struct {
    std::string bytes;
    std::string text;
  } rows[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
              {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\0\xFF\xFE"s, "AP/+"}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(base64_encode(row.bytes) == row.text);
    CHECK(base64_decode(row.text) == row.bytes);
  }
}

TEST_CASE("crypto: what is not base64 is refused without being shown") {
  for (const std::string_view text :
       split("Zg|Zg=|Z===|====|Zm9v\n| Zg=|Z=g=|Zm-_|Zg==Zg==", '|')) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(base64_decode(text),
                         "reading base64: this text is not base64", Error);
  }
}

TEST_CASE("crypto: random hex has the asked size and does not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string text = random_hex(16);
    CHECK(text.size() == 32);
    CHECK(text.find_first_not_of("0123456789abcdef") == std::string::npos);
    seen.insert(text);
  }
  CHECK(seen.size() == 100);
  CHECK(random_hex(0).empty());
}

TEST_CASE("crypto: wipe leaves nothing of the text in its memory") {
  std::string secret(100, 's');
  const char* memory = secret.data();
  secret.resize(50);  // a longer text stood there
  wipe(secret);
  CHECK(secret.empty());
  CHECK(std::string(memory, secret.capacity()).find('s') == std::string::npos);
}

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST_CASE("secret: holds, copies, moves and compares its text") {
  Secret secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"s);
  const Secret copy = secret;
  CHECK(copy.reveal() == "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  const Secret moved = std::move(secret);
  CHECK(moved == copy);
  CHECK(secret.empty());  // NOLINT(bugprone-use-after-move): what is promised
  secret = copy;
  CHECK(secret == moved);
  secret = Secret();
  CHECK(secret.empty());
  Secret& alias = secret = Secret("short"s);
  secret = alias;
  CHECK(secret.reveal() == "short");
}

TEST_CASE("secret: cannot be printed, nor become text by itself") {
  CHECK_FALSE(Streamable<Secret>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string_view>);
}

}  // namespace
}  // namespace ecr_version
