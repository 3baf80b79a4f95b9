room(git SOURCES TESTS)
