#include "wire/request.hpp"

#include <fmt/format.h>

namespace ecr_version::wire {
namespace {

void add_command(std::string& body, std::string_view command,
                 const Capabilities& server) {
  add_line(body, fmt::format("command={}", command));
  add_line(body, "agent=ecr-version");
  if (!server.object_format.empty()) {
    add_line(body, "object-format=" + server.object_format);
  }
  add_delimiter(body);
}

}  // namespace

std::string fetch_body(const FetchRequest& request,
                       const Capabilities& server) {
  std::string body;
  body.reserve(256 + 50 * (request.wants.size() + request.haves.size() +
                           request.shallow.size()));
  add_command(body, "fetch", server);
  if (request.thin) add_line(body, "thin-pack");
  add_line(body, "no-progress");
  add_line(body, "ofs-delta");
  for (const std::string& id : request.shallow) add_line(body, "shallow " + id);
  if (request.deepen > 0) {
    add_line(body, fmt::format("deepen {}", request.deepen));
  }
  if (request.deepen_since > 0) {
    add_line(body, fmt::format("deepen-since {}", request.deepen_since));
  }
  if (server.filter && request.filter != Filter::none) {
    add_line(body, request.filter == Filter::trees ? "filter tree:0"
                                                   : "filter blob:none");
  }
  for (const std::string& id : request.wants) add_line(body, "want " + id);
  for (const std::string& id : request.haves) add_line(body, "have " + id);
  add_line(body, "done");
  add_flush(body);
  return body;
}

std::string ls_refs_body(const std::vector<std::string>& prefixes,
                         const Capabilities& server) {
  std::string body;
  add_command(body, "ls-refs", server);
  add_line(body, "peel");
  for (const std::string& prefix : prefixes) {
    add_line(body, "ref-prefix " + prefix);
  }
  add_flush(body);
  return body;
}

}  // namespace ecr_version::wire
