room(aws SOURCES TESTS)
