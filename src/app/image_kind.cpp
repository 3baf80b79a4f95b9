#include "app/image_kind.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace ecr_version::app {
namespace {

struct Kind {
  std::string_view part;  // of a layer's media type
  std::string_view noun;
};
constexpr std::array<Kind, 5> kinds{{{"in-toto", "an attestation"},
                                     {"dsse.envelope", "an attestation"},
                                     {"cosign.simplesigning", "a signature"},
                                     {"sigstore.bundle", "a signature"},
                                     {"helm.chart", "a Helm chart"}}};

bool is_image_layer(std::string_view type) {
  return type.starts_with("application/vnd.docker.image.rootfs.") ||
         type.starts_with("application/vnd.oci.image.layer.");
}

bool is_attestation(const json::Value& descriptor) {
  return descriptor["annotations"].text("vnd.docker.reference.type") ==
         "attestation-manifest";
}

std::string noun_of(std::string_view type) {
  for (const Kind& kind : kinds) {
    if (type.find(kind.part) != std::string_view::npos) {
      return std::string(kind.noun);
    }
  }
  return "an artifact (" + one_line(type) + ")";
}

}  // namespace

std::string not_an_image(std::string_view manifest) {
  const json::Value document = json::parse(manifest, "the image's manifest");
  if (document["subject"].is_object()) {
    const auto type = document.text("artifactType");
    return type ? noun_of(*type) : "a statement about another image";
  }
  if (const json::Value& parts = document["manifests"]; parts.is_array()) {
    const json::Array& list = parts.as_array("manifests");
    const bool only_statements =
        !list.empty() && std::all_of(list.begin(), list.end(), is_attestation);
    return only_statements ? "an index of attestations" : "";
  }
  const json::Value& layers = document["layers"];
  if (!layers.is_array()) return "";
  std::string other;
  for (const json::Value& layer : layers.as_array("layers")) {
    const std::string type = layer.text("mediaType").value_or("");
    if (is_image_layer(type)) return "";
    if (other.empty()) other = noun_of(type);
  }
  return other;  // "" for an image without layers, of labels alone
}

}  // namespace ecr_version::app
