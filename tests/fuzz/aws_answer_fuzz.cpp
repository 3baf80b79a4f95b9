// Answers of ECR and STS and of what gives credentials, or of whoever stands in
// their place: any bytes are an answer or an Error, and a failure's text stays
// on one line of its message.
#include "aws/api_error.hpp"
#include "aws/image_page.hpp"
#include "aws/metadata.hpp"
#include "aws/skew.hpp"
#include "aws/sts.hpp"
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"

#include <string>
#include <string_view>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ecr_version;
  const std::string text(text_of(data, size));
  std::size_t tags = 0;
  try {
    aws::read_image_page(
        text, [&](aws::ImageDetail& image) { tags += image.tags.size(); });
    promise(tags <= text.size());
  } catch (const Error&) {
    tags = 0;
  }
  try {
    const aws::Credentials found = aws::parse_credentials_answer(text, "x");
    promise(!found.access_key.empty() && !found.secret_key.empty());
  } catch (const Error&) {
    tags = 0;
  }
  try {
    bool is_masked = false;
    aws::Ports ports;
    ports.on_secret = [&](std::string_view) { is_masked = true; };
    const aws::Credentials found = aws::read_credentials(
        ports, json::parse(text, "the answer"), "Token", "it");
    promise(!found.access_key.empty() && !found.secret_key.empty());
    promise(is_masked);
  } catch (const Error&) {
    tags = 0;
  }
  const net::Response response{
      .status = 400,
      .headers = {{"Date", text.substr(0, 40)}, {"x-amzn-requestid", text}},
      .body = text};
  aws::measured_skew(response, Time{});
  for (const aws::Failure& failure :
       {aws::read_json_failure(response), aws::read_xml_failure(response)}) {
    const aws::ApiError error({.service = "ecr", .name = "X"}, failure, "");
    promise(std::string_view(error.what()).find_first_of("\r\n") ==
            std::string_view::npos);
  }
  return 0;
}
