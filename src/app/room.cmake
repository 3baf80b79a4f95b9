room(app SOURCES TESTS)
