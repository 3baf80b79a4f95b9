room(aws
  SOURCES
    sigv4.cpp
    timestamp.cpp
  TESTS
    sigv4_test.cpp
)
