#include "support/private_ca.hpp"

#include "base/handle.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace ecr_version::tests {
namespace {

using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Handle<X509, X509_free>;
using Context = Handle<SSL_CTX, SSL_CTX_free>;

void add_extension(X509* certificate, X509* issuer, int kind,
                   const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) throw std::runtime_error("no extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate make(const std::string& name, EVP_PKEY* key, X509* issuer,
                 EVP_PKEY* issuer_key, bool is_ca) {
  constexpr long day = 24L * 60 * 60;
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), is_ca ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), day);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  const std::string common = is_ca ? "Test CA" : name;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const auto* bytes = reinterpret_cast<const unsigned char*>(common.c_str());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, bytes, -1, -1, 0);
  X509* const by = issuer == nullptr ? certificate.get() : issuer;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(by));
  add_extension(certificate.get(), by, NID_basic_constraints,
                is_ca ? "critical,CA:TRUE" : "CA:FALSE");
  if (!is_ca)
    add_extension(certificate.get(), by, NID_subject_alt_name, "DNS:" + name);
  X509_sign(certificate.get(), issuer_key, EVP_sha256());
  return certificate;
}

}  // namespace

struct PrivateCa::Implementation {
  Key ca_key{EVP_EC_gen("P-256")};
  Key key{EVP_EC_gen("P-256")};
  Certificate ca;
  Certificate leaf;
  Context context{SSL_CTX_new(TLS_server_method())};
};

PrivateCa::PrivateCa(const std::string& host)
    : implementation_(std::make_unique<Implementation>()) {
  Implementation& self = *implementation_;
  self.ca = make(host, self.ca_key.get(), nullptr, self.ca_key.get(), true);
  self.leaf =
      make(host, self.key.get(), self.ca.get(), self.ca_key.get(), false);
  if (SSL_CTX_use_certificate(self.context.get(), self.leaf.get()) != 1 ||
      SSL_CTX_use_PrivateKey(self.context.get(), self.key.get()) != 1)
    throw std::runtime_error("the test CA does not work");
}

PrivateCa::~PrivateCa() = default;

std::string PrivateCa::pem() const {
  const Handle<BIO, BIO_free_all> memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), implementation_->ca.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

ScriptedServer::Wrap PrivateCa::wrap() const {
  return [context = implementation_->context.get()](
             int socket) -> std::shared_ptr<Wire> {
    const std::shared_ptr<SSL> ssl(SSL_new(context), SSL_free);
    SSL_set_fd(ssl.get(), socket);
    if (SSL_accept(ssl.get()) != 1) return nullptr;
    return std::make_shared<Wire>(Wire{
        .read =
            [ssl](char* data, std::size_t size) {
              return long{SSL_read(ssl.get(), data, static_cast<int>(size))};
            },
        .write =
            [ssl](const std::string& text) {
              SSL_write(ssl.get(), text.data(), static_cast<int>(text.size()));
            }});
  };
}

}  // namespace ecr_version::tests
