room(base
  SOURCES
    error.cpp
  TESTS
)
