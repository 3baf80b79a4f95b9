room(net SOURCES TESTS)
