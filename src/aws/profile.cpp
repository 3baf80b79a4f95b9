#include "aws/profile.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/core.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace ecr_version::aws {
namespace {

enum class FileKind { config, credentials };

bool is_space(char c) { return c == ' ' || c == '\t'; }

// [A-Za-z0-9_\-/.%@:+]+: what a profile or a property may be called.
bool is_identifier(std::string_view text) {
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
      "_-/.%@:+";
  return !text.empty() &&
         text.find_first_not_of(allowed) == std::string_view::npos;
}

// Up to a '#' or ';' with white space before it.
std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i)
    if ((text[i] == '#' || text[i] == ';') && is_space(text[i - 1]))
      return text.substr(0, i);
  return text;
}

// "profile" + white space + name.
std::optional<std::string_view> after_word(std::string_view heading,
                                           std::string_view word) {
  if (!heading.starts_with(word) || heading.size() == word.size() ||
      !is_space(heading[word.size()]))
    return std::nullopt;
  return trim(heading.substr(word.size()));
}

// Reads one file into `files`; what is already there gives way to it.
class Parser {
 public:
  Parser(ProfileFiles& files, FileKind kind, std::string_view name)
      : files_(files), kind_(kind), name_(name) {}

  void read(std::string_view text) {
    for (const std::string_view line : split(text, '\n')) {
      ++line_;
      read_line(line);
    }
    // `[profile default]` makes `[default]` of the same file void.
    if (prefixed_default_)
      merge(files_.profiles["default"], *prefixed_default_);
    else if (plain_default_)
      merge(files_.profiles["default"], *plain_default_);
  }

 private:
  [[noreturn]] void refuse(std::string_view why) const {
    throw Error(fmt::format("{}:{}: {}", name_, line_, why));
  }

  static void merge(Properties& into, const Properties& from) {
    for (const auto& [key, value] : from) into[key] = value;
  }

  void read_line(std::string_view line) {
    const std::string_view text = trim(line);
    if (text.empty() || line.front() == '#' || line.front() == ';') return;
    if (text.front() == '[' && !is_space(line.front()))
      read_heading(text);
    else if (is_space(line.front()))
      read_continuation(text);
    else
      read_property(text);
  }

  void read_heading(std::string_view text) {
    const auto close = text.find(']');
    if (close == std::string_view::npos)
      refuse("Profile definition must end with ']'");
    section_ = section(trim(text.substr(1, close - 1)));
    has_section_ = true;
    in_property_ = false;
  }

  // Where the properties below this heading go; nullptr: ignored.
  Properties* section(std::string_view heading) {
    if (kind_ == FileKind::credentials)
      return is_identifier(heading) ? &files_.profiles[std::string(heading)]
                                    : nullptr;
    if (heading == "default") {
      if (!plain_default_) plain_default_.emplace();
      return &*plain_default_;
    }
    if (const auto name = after_word(heading, "profile")) {
      if (!is_identifier(*name)) return nullptr;
      if (*name == "default") {
        if (!prefixed_default_) prefixed_default_.emplace();
        return &*prefixed_default_;
      }
      return &files_.profiles[std::string(*name)];
    }
    if (const auto name = after_word(heading, "sso-session"))
      return is_identifier(*name) ? &files_.sso_sessions[std::string(*name)]
                                  : nullptr;
    if (const auto name = after_word(heading, "services"))
      return is_identifier(*name) ? &files_.services[std::string(*name)]
                                  : nullptr;
    return nullptr;
  }

  void read_property(std::string_view text) {
    if (!has_section_) refuse("Expected a profile definition");
    text = trim(without_comment(text));
    const auto equals = text.find('=');
    if (equals == std::string_view::npos)
      refuse("Expected an '=' sign defining a property");
    const std::string key = to_lower(trim(text.substr(0, equals)));
    if (key.empty()) refuse("Property did not have a name");
    in_property_ = true;
    value_ = nullptr;
    // In an ignored section, or with a name that cannot be.
    if (section_ == nullptr || !is_identifier(key)) return;
    value_ = &(*section_)[key];
    *value_ = trim(text.substr(equals + 1));
    has_sub_properties_ = value_->empty();
  }

  void read_continuation(std::string_view text) {
    if (!has_section_) refuse("Expected a profile definition");
    if (!in_property_)
      refuse("Expected a property definition, found continuation");
    if (value_ == nullptr) return;
    if (has_sub_properties_) {
      const auto equals = text.find('=');
      if (equals == std::string_view::npos)
        refuse("Expected an '=' sign defining a sub-property");
      if (trim(text.substr(0, equals)).empty())
        refuse("Sub-property did not have a name");
    }
    *value_ += '\n';
    *value_ += text;
  }

  ProfileFiles& files_;
  FileKind kind_;
  std::string_view name_;
  int line_ = 0;
  bool has_section_ = false;
  bool in_property_ = false;
  bool has_sub_properties_ = false;
  Properties* section_ = nullptr;
  std::string* value_ = nullptr;
  std::optional<Properties> plain_default_;
  std::optional<Properties> prefixed_default_;
};

std::string read_if_there(const std::string& path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (status.type() == std::filesystem::file_type::not_found) return "";
  auto content = content_of_file(path);
  if (!content)
    throw Error(
        fmt::format("{} cannot be read: it is no file, or not readable "
                    "by this user",
                    one_line(path)));
  return *std::move(content);
}

}  // namespace

const Properties* ProfileFiles::profile(const std::string& name) const {
  const auto found = profiles.find(name);
  return found == profiles.end() ? nullptr : &found->second;
}

ProfileFiles parse_profiles(std::string_view config,
                            std::string_view config_name,
                            std::string_view credentials,
                            std::string_view credentials_name) {
  ProfileFiles files;
  Parser(files, FileKind::config, config_name).read(config);
  Parser(files, FileKind::credentials, credentials_name).read(credentials);
  return files;
}

ProfileFiles load_profiles(const Environment& env) {
  const std::string home = env.get("HOME").value_or("");
  const auto place = [&](const char* variable, const char* file) {
    std::string path =
        env.get(variable).value_or(home.empty() ? "" : home + "/.aws/" + file);
    if (path.starts_with("~/")) path = home + path.substr(1);
    return path;
  };
  const std::string config = place("AWS_CONFIG_FILE", "config");
  const std::string credentials =
      place("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  return parse_profiles(config.empty() ? "" : read_if_there(config), config,
                        credentials.empty() ? "" : read_if_there(credentials),
                        credentials);
}

std::optional<std::string> selected_profile(const Environment& env) {
  auto name = env.get("AWS_PROFILE");
  return name ? name : env.get("AWS_DEFAULT_PROFILE");
}

std::optional<std::string> property(const Properties& properties,
                                    const std::string& name) {
  const auto found = properties.find(name);
  if (found == properties.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::optional<std::string> sub_property(const std::string& value,
                                        std::string_view name) {
  for (const std::string_view line : split(value, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    if (!equals_ignoring_case(trim(line.substr(0, equals)), name)) continue;
    const std::string_view found = trim(line.substr(equals + 1));
    if (!found.empty()) return std::string(found);
  }
  return std::nullopt;
}

std::optional<std::string> content_of_file(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::optional<int> number_of(std::string_view setting) {
  int number = 0;
  const char* const end = setting.data() + setting.size();
  const auto [rest, failure] = std::from_chars(setting.data(), end, number);
  if (failure != std::errc{} || rest != end) return std::nullopt;
  return number;
}

}  // namespace ecr_version::aws
