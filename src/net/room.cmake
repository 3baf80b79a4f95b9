room(net
  SOURCES
    curl_failure.cpp
    curl_transport.cpp
    http.cpp
    proxy.cpp
    retrier.cpp
    retry.cpp
    url.cpp
  TESTS
    ../support/private_ca.cpp
    ../support/scripted_server.cpp
    ../support/test_proxy.cpp
    curl_transport_test.cpp
    proxy_test.cpp
    retry_test.cpp
    url_test.cpp
)

# The tests' TLS server; the program itself leaves TLS to libcurl.
if(BUILD_TESTING)
  find_package(OpenSSL REQUIRED COMPONENTS SSL)
  target_link_libraries(unit-tests PRIVATE OpenSSL::SSL)
endif()
