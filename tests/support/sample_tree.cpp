#include "support/sample_tree.hpp"

namespace ecr_version::tests {
namespace {

std::string data(const std::string& text) {
  return "data " + std::to_string(text.size()) + "\n" + text + "\n";
}

std::string change(const std::string& path, const std::string& content) {
  if (content == "@submodule") {
    return "M 160000 0123456789012345678901234567890123456789 " + path + "\n";
  }
  if (content.starts_with("-> ")) {
    return "M 120000 inline " + path + "\n" + data(content.substr(3));
  }
  return "M 100644 inline " + path + "\n" + data(content);
}

}  // namespace

SampleTree::SampleTree(const std::map<std::string, std::string>& files) {
  std::string stream =
      "commit refs/heads/main\n"
      "committer Test <test@example.com> 1700000000 +0000\n" +
      data("sample");
  for (const auto& [path, content] : files) stream += change(path, content);
  repo_.git({"fast-import", "--quiet"}, stream);
}

}  // namespace ecr_version::tests
