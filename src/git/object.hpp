// The bytes of one object, shared by whoever reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace ecr_version::git {

enum class ObjectType : std::uint8_t { commit = 1, tree, blob, tag };

std::string_view to_string(ObjectType type);
std::optional<ObjectType> parse_object_type(std::string_view word);

struct Object {
  ObjectType type = ObjectType::blob;
  std::shared_ptr<const char[]> data;
  std::size_t size = 0;

  std::string_view bytes() const { return {data.get(), size}; }
};

}  // namespace ecr_version::git
