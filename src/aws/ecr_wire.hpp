// ECR's data as its JSON has it: the small pieces that several calls share.
//
// A repository of an older endpoint, or of ECR Public, names no mutability: its
// tags move, which is what ECR's own default is.
#pragma once

#include "aws/ecr.hpp"
#include "base/json.hpp"

#include <string>
#include <string_view>

namespace ecr_version::aws {

RepositoryDetail read_repository(const json::Value& value);

// "IMMUTABLE_WITH_EXCLUSION"
const char* mutability_text(Mutability mutability);

// "123456789012.dkr.ecr.eu-west-1.amazonaws.com" of ".../team/app"; "" when
// the repository does not say.
std::string host_in_uri(const RepositoryDetail& detail);

// The account that a refusal names: "... does not exist in the registry with id
// '123456789012'"; "" when it names none.
std::string registry_in_words(std::string_view message);

// "imageIds" of one: a digest ("sha256:...") or a tag.
void write_image_id(json::Writer& writer, const std::string& reference);

}  // namespace ecr_version::aws
