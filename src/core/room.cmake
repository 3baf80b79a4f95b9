room(core SOURCES TESTS)
