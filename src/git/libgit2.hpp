// libgit2, which indexes the packs that a server sends: started once, on first
// use, as starting it loads certificates. Objects, references and configuration
// are read by this room's own code (see object_store.hpp for why).
#pragma once

#include <git2.h>

#include <string>

namespace ecr_version::git {

void start_libgit2();

// Turns a status into an Error: "reading x: what libgit2 says".
void check(int status, const std::string& doing);

}  // namespace ecr_version::git
