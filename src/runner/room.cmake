room(runner SOURCES TESTS)
