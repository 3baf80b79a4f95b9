// Dockerfiles: any text gives facts, whose patterns compile and cover what is
// read.
#include "core/docker_context.hpp"
#include "core/dockerfile.hpp"
#include "fuzz/fuzz.hpp"

#include <string>
#include <vector>

using namespace ecr_version;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const auto facts = core::read_dockerfile(text, size % 2 == 0 ? "" : "build");
  const core::DockerContext context(facts.sources, {});
  std::vector<core::PathSet> covers;
  for (const core::DockerSource& source : facts.sources) {
    promise(source.line > 0);
    covers.emplace_back(source.globs());
  }
  for (const char* path : {"a", "src/a.c", "a/b/c", ".env", "a b", "x{y}"}) {
    for (std::size_t i = 0; i < covers.size(); ++i)
      promise(covers[i].matches(path) || !context.source_reads(i, path));
  }
  return 0;
}
