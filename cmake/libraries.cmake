# The libraries we are given, from the system's packages.
find_package(PkgConfig REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LIBGIT2 REQUIRED IMPORTED_TARGET libgit2)
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h REQUIRED)
find_package(pugixml REQUIRED)

add_library(ecr_version_libraries INTERFACE)
target_include_directories(ecr_version_libraries SYSTEM
                           INTERFACE ${RAPIDJSON_INCLUDE_DIR})
target_link_libraries(
  ecr_version_libraries
  INTERFACE CURL::libcurl OpenSSL::Crypto PkgConfig::LIBGIT2 yaml-cpp
            pugixml::pugixml CLI11::CLI11 fmt::fmt Threads::Threads)
