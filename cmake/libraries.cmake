# The libraries we are given: the system's packages, or for the image their
# static archives (ECR_VERSION_STATIC; see Dockerfile). The switch changes how
# the program is linked, never what it can do.
option(ECR_VERSION_STATIC "Link every library and libc statically" OFF)
if(ECR_VERSION_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(PKG_CONFIG_ARGN --static)
endif()

find_package(PkgConfig REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LIBGIT2 REQUIRED IMPORTED_TARGET libgit2)
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h REQUIRED)
find_package(pugixml REQUIRED)

if(ECR_VERSION_STATIC)
  # Debian's packages describe only the shared library of these.
  find_library(YAML_CPP_ARCHIVE yaml-cpp REQUIRED)
  find_library(PUGIXML_ARCHIVE pugixml REQUIRED)
  set(yaml_cpp ${YAML_CPP_ARCHIVE})
  set(pugixml ${PUGIXML_ARCHIVE})
else()
  # yaml-cpp's target has a namespace since 0.8.
  if(TARGET yaml-cpp::yaml-cpp)
    set(yaml_cpp yaml-cpp::yaml-cpp)
  else()
    set(yaml_cpp yaml-cpp)
  endif()
  set(pugixml pugixml::pugixml)
endif()

add_library(ecr_version_libraries INTERFACE)
target_include_directories(ecr_version_libraries SYSTEM
                           INTERFACE ${RAPIDJSON_INCLUDE_DIR})
target_link_libraries(
  ecr_version_libraries
  INTERFACE CURL::libcurl PkgConfig::LIBGIT2 OpenSSL::Crypto ZLIB::ZLIB
            ${yaml_cpp} ${pugixml} CLI11::CLI11 fmt::fmt Threads::Threads)
