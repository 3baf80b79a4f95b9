#include "aws/profile.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "support/as_nobody.hpp"
#include "support/temp_dir.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace ecr_version::aws {
namespace {

std::map<std::string, Properties> expected(const json::Value& sections) {
  std::map<std::string, Properties> result;
  if (sections.is_null()) return result;
  for (const auto& [name, properties] : sections.as_object("profiles")) {
    Properties& into = result[name];
    for (const auto& [key, value] : properties.as_object("a profile"))
      into[key] = value.as_string("a property");
  }
  return result;
}

TEST_CASE("profile: every published case of the two files holds") {
  const auto file = tests::vectors("profiles/profile-parser-tests.json");
  if (!file) return;
  const json::Value document = json::parse(tests::read_file(*file), "vectors");
  int cases = 0;
  for (const json::Value& test : document["tests"].as_array("tests")) {
    CAPTURE(test.text("name").value());
    const auto parse = [&] {
      return parse_profiles(
          test["input"].text("configFile").value_or(""), "config",
          test["input"].text("credentialsFile").value_or(""), "credentials");
    };
    ++cases;
    if (const auto reason = test["output"].text("errorContaining")) {
      std::string message;
      try {
        parse();
      } catch (const Error& error) {
        message = error.what();
      }
      CHECK_MESSAGE(message.find(*reason) != std::string::npos, message);
      continue;
    }
    const ProfileFiles files = parse();
    CHECK(files.profiles == expected(test["output"]["config"]["profiles"]));
    CHECK(files.sso_sessions ==
          expected(test["output"]["config"]["sso_sessions"]));
  }
  CHECK(cases == 65);
}

// Rows of our own, so that the rules are proven without the vectors; after
// the SDKs and Tools Reference Guide.
TEST_CASE("profile: the two files disagree on headings") {
  const ProfileFiles files = parse_profiles(
      "[default]\nregion = eu-west-1\n[profile ci]\nregion=us-east-1 # here\n"
      "[ci2]\nregion = x\n[services local]\necr =\n  endpoint_url = http://e\n"
      "[sso-session corp]\nsso_region = eu-west-1\n",
      "config",
      "[ci]\r\naws_access_key_id = AK#1\r\nregion = eu-north-1\r\n"
      "[profile no]\r\na = b\r\n",
      "credentials");
  CHECK(files.profiles ==
        std::map<std::string, Properties>{
            {"default", {{"region", "eu-west-1"}}},
            {"ci", {{"aws_access_key_id", "AK#1"}, {"region", "eu-north-1"}}}});
  CHECK(files.sso_sessions == std::map<std::string, Properties>{
                                  {"corp", {{"sso_region", "eu-west-1"}}}});
  CHECK(sub_property(files.services.at("local").at("ecr"), "endpoint_url") ==
        "http://e");
}

TEST_CASE("profile: an error names the file and the line") {
  const struct {
    const char* config;
    const char* message;
  } rows[] = {
      {"[profile a", "config:1: Profile definition must end with ']'"},
      {"\nkey = x", "config:2: Expected a profile definition"},
      {"[default]\nkey", "config:2: Expected an '=' sign defining a property"},
      {"[default]\n= x", "config:2: Property did not have a name"},
      {"[default]\n  x",
       "config:2: Expected a property definition, found continuation"},
      {"[default]\ns3 =\n  x",
       "config:3: Expected an '=' sign defining a sub-property"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.config));
    CHECK_THROWS_WITH_AS(parse_profiles(row.config, "config", "", "c"),
                         row.message, Error);
  }
}

TEST_CASE("profile: headings and values that are passed over") {
  const ProfileFiles files = parse_profiles(
      "[default]\na = 1\n[default]\nb = 2\n[profile]\nc = 3\n"
      "[sso-session a b]\nd = 4\n[services a b]\ne = 5\n"
      "[profile p]\nf =\n  x = 6\n  y =\n [g] = 8\nh i = 9\n  j\n",
      "config", "[]\nk = 10\n[a b]\nl = 11\n", "credentials");
  CHECK(files.profiles == std::map<std::string, Properties>{
                              {"default", {{"a", "1"}, {"b", "2"}}},
                              {"p", {{"f", "\nx = 6\ny =\n[g] = 8"}}}});
  CHECK(files.sso_sessions.empty());
  CHECK(files.services.empty());
  const std::string& value = files.profiles.at("p").at("f");
  CHECK(sub_property(value, "X") == "6");
  CHECK_FALSE(sub_property(value, "y"));
  CHECK_FALSE(sub_property("z", "z"));
  CHECK_FALSE(property({{"region", ""}}, "region"));
}

TEST_CASE("profile: where the files lie, and what is no file") {
  const tests::TempDir home;
  const std::string folder = home.path();
  home.write("mine", "[default]\na = 1\n");
  home.write(".aws/credentials", "[default]\nb = 2\n");
  const auto load = [&](const std::string& config) {
    return load_profiles(
        Environment({{"HOME", folder}, {"AWS_CONFIG_FILE", config}}));
  };
  CHECK(load("~/mine").profiles.at("default") ==
        Properties{{"a", "1"}, {"b", "2"}});
  CHECK(load("/no/file").profiles.at("default") == Properties{{"b", "2"}});
  CHECK(load_profiles(Environment()).profiles.empty());
  home.write(".aws/config", "[default]\na = 3\n");
  CHECK(
      load_profiles(Environment({{"HOME", folder},
                                 {"AWS_SHARED_CREDENTIALS_FILE", "/no/file"}}))
          .profiles.at("default") == Properties{{"a", "3"}});

  home.write("closed", "[default]\n");
  std::filesystem::permissions(home.path() / "closed",
                               std::filesystem::perms::none);
  REQUIRE(::mkfifo((folder + "/pipe").c_str(), 0644) == 0);
  const tests::AsNobody nobody(home.path());
  for (const std::string& path : {folder, folder + "/closed", folder + "/pipe"})
    CHECK_THROWS_WITH_AS(
        load(path),
        (path + " cannot be read: it is no file, or not readable by this user")
            .c_str(),
        Error);
}

TEST_CASE("profile: which one is selected, by either variable") {
  const auto selected = [](const char* first, const char* second) {
    return selected_profile(Environment({{"AWS_PROFILE", first},
                                         {"AWS_DEFAULT_PROFILE", second}}))
        .value_or("none");
  };
  CHECK(selected("a", "b") == "a");
  CHECK(selected("", "b") == "b");
  CHECK(selected("", "") == "none");
}

TEST_CASE("profile: a setting that is a number") {
  CHECK(number_of("3600") == 3600);
  CHECK(number_of("-1") == -1);
  for (const char* const none : {"", "x", "1x", " 1", "99999999999"})
    CHECK_FALSE(number_of(none));
}

}  // namespace
}  // namespace ecr_version::aws
