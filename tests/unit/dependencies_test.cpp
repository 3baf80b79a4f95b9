#include "app/dependencies.hpp"

#include <doctest/doctest.h>

namespace ecr_version::app {

TEST_CASE("dependencies: an image of another app's repository is followed") {
  const std::string host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/";
  for (const std::string& image :
       {host + "my/base", host + "my/base:latest", host + "my/base:1",
        host + "my/base:1.2", host + "my/base:stable", host + "my/base:*",
        std::string("*/my/base:1"), std::string("*my/base"),
        std::string("localhost/my/base"), std::string("localhost:5000/my/base"),
        std::string("public.ecr.aws/alias/my/base")}) {
    CAPTURE(image);
    CHECK(follows_repository(image, "my/base", ""));
  }
}

TEST_CASE("dependencies: a pin, or another image, implies nothing") {
  const std::string host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/";
  for (const std::string& image :
       {host + "my/base:1.2.3", host + "my/base:1.2.3-a1b2c3d",
        host + "my/base:1.2.3-beta.1", host + "my/base@sha256:0123",
        host + "my/base:1@sha256:0123", host + "my/base2", host + "my/bas",
        host + "other/my/base", std::string("my/base"),
        std::string("my/base:1"), std::string("docker/my/base"),
        std::string("*"), std::string("*:1"), std::string("scratch")}) {
    CAPTURE(image);
    CHECK_FALSE(follows_repository(image, "my/base", ""));
  }
}

TEST_CASE("dependencies: a full version carries the app's tag prefix") {
  CHECK_FALSE(follows_repository("r.example/base:v1.2.3", "base", "v"));
  CHECK(follows_repository("r.example/base:1.2.3", "base", "v"));
}

}  // namespace ecr_version::app
