#include "aws/image_page.hpp"

#include "aws/timestamp.hpp"
#include "base/json.hpp"

namespace ecr_version::aws {
namespace {

class PageReader : public json::Events {
 public:
  explicit PageReader(const OnImage& on_image) : on_image_(on_image) {}

  ImagePage page;

  void on_start_object() override {
    if (++depth_ != image_depth || !in_details_) return;
    in_image_ = true;
    key_ = Key::other;
    clear(image_);
  }
  void on_end_object() override {
    if (depth_-- != image_depth || !in_image_) return;
    in_image_ = false;
    on_image_(image_);
  }
  void on_start_array() override {
    ++depth_;
    if (depth_ == list_depth) in_details_ = top_key_ == "imageDetails";
    if (depth_ == tags_depth) in_tags_ = in_image_ && key_ == Key::tags;
  }
  void on_end_array() override {
    if (depth_ == list_depth) in_details_ = false;
    if (depth_ == tags_depth) in_tags_ = false;
    --depth_;
  }

  void on_key(std::string_view name) override {
    if (depth_ == 1) top_key_ = name;
    if (depth_ == image_depth) key_ = key_of(name);
  }

  void on_string(std::string_view text) override {
    if (depth_ == 1 && top_key_ == "nextToken") page.next_token = text;
    if (in_tags_ && depth_ == tags_depth) image_.tags.emplace_back(text);
    if (depth_ != image_depth || !in_image_) return;
    switch (key_) {
      case Key::digest:
        image_.digest = text;
        break;
      case Key::registry:
        page.registry_id = text;
        break;
      case Key::media_type:
        image_.media_type = text;
        break;
      case Key::artifact:
        image_.artifact_media_type = text;
        break;
      case Key::subject:
        image_.subject_digest = text;
        break;
      case Key::status:
        image_.archived = text == "ARCHIVED";
        break;
      default:  // of no interest, or no text
        break;
    }
  }

  // Seconds since 1970, with a fraction, at times in exponent form.
  void on_number(double value) override {
    if (depth_ == image_depth && in_image_ && key_ == Key::pushed_at)
      image_.pushed_at = unix_time(value);
  }

 private:
  // {"imageDetails": [ {"imageTags": [ ...
  static constexpr int list_depth = 2;
  static constexpr int image_depth = 3;
  static constexpr int tags_depth = 4;

  enum class Key {
    other,
    digest,
    tags,
    pushed_at,
    registry,
    media_type,
    artifact,
    subject,
    status
  };

  static Key key_of(std::string_view name) {
    if (name == "imageDigest") return Key::digest;
    if (name == "imageTags") return Key::tags;
    if (name == "imagePushedAt") return Key::pushed_at;
    if (name == "registryId") return Key::registry;
    if (name == "imageManifestMediaType") return Key::media_type;
    if (name == "artifactMediaType") return Key::artifact;
    if (name == "subjectManifestDigest") return Key::subject;
    if (name == "imageStatus") return Key::status;
    return Key::other;
  }

  // Strings keep their memory from image to image.
  static void clear(ImageDetail& image) {
    for (std::string* const text :
         {&image.digest, &image.media_type, &image.artifact_media_type,
          &image.subject_digest})
      text->clear();
    image.tags.clear();
    image.pushed_at.reset();
    image.archived = false;
  }

  const OnImage& on_image_;
  ImageDetail image_;
  int depth_ = 0;
  bool in_details_ = false;
  bool in_image_ = false;
  bool in_tags_ = false;
  std::string top_key_;
  Key key_ = Key::other;
};

}  // namespace

ImagePage read_image_page(std::string_view json, const OnImage& on_image) {
  PageReader reader(on_image);
  if (!json.empty()) json::read(json, "the list of images", reader);
  return reader.page;
}

}  // namespace ecr_version::aws
