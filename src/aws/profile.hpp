// ~/.aws/config and ~/.aws/credentials: what they hold, and nothing of what it
// means.
//
// The two files disagree on headings: `[profile x]` in the first, `[x]` in the
// second, `[default]` in both; the wrong form is ignored, as everywhere in AWS.
// Where both set a property, the credentials file wins. Source: the SDKs and
// Tools Reference Guide, "Shared config and credentials files".
#pragma once

#include "base/env.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ecr_version::aws {

// Keys in lower case. Continuation lines are joined by '\n'; a section of
// sub-properties is "\nname = value\nname = value".
using Properties = std::map<std::string, std::string>;

struct ProfileFiles {
  std::map<std::string, Properties> profiles;
  std::map<std::string, Properties> sso_sessions;
  std::map<std::string, Properties> services;

  const Properties* profile(const std::string& name) const;  // or nullptr
};

// Throws Error with file name and line for what is no such file.
ProfileFiles parse_profiles(std::string_view config,
                            std::string_view config_name,
                            std::string_view credentials,
                            std::string_view credentials_name);

// Reads both files where the environment says they are. A file that does not
// exist is empty; one that cannot be read throws.
ProfileFiles load_profiles(const Environment& env);

// AWS_PROFILE, else AWS_DEFAULT_PROFILE, else nullopt ("default" is then used
// where it exists, and its absence is no error).
std::optional<std::string> selected_profile(const Environment& env);

// The property, or nullopt when absent or empty.
std::optional<std::string> property(const Properties& properties,
                                    const std::string& name);

// One of the sub-properties in a value as described above.
std::optional<std::string> sub_property(const std::string& value,
                                        std::string_view name);

// What a file holds; nullopt for what is none, and for one that this user may
// not read. A pipe is not opened, which could wait for ever.
std::optional<std::string> content_of_file(const std::string& path);

// A setting that is a number ("3600"); nullopt for anything else.
std::optional<int> number_of(std::string_view setting);

}  // namespace ecr_version::aws
