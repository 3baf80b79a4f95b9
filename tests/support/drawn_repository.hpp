// Repositories with drawn histories, for comparing clones of them.
//
// Commits fork and merge at random, touch files of the folders a, b and shared,
// and are dated with the disorder of real clocks. Some are on branches or tags,
// some were forced away: the server still has those, a full clone does not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace ecr_version::tests {

// Draws that are the same with every standard library.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  int below(int bound) {
    return static_cast<int>(engine_() % static_cast<std::uint32_t>(bound));
  }
  bool one_in(int bound) { return below(bound) == 0; }

 private:
  std::mt19937 engine_;
};

struct DrawnRepository {
  std::vector<std::string> commits;       // ids, oldest first
  std::vector<std::int64_t> dates;        // of them, seconds since 1970
  std::vector<std::vector<int>> parents;  // by number
  std::vector<int> branches;              // tips; the first is main's
  std::vector<int> tags;
  // Those that main or another branch or a tag holds.
  std::vector<int> reachable;
};

// Runs a command line in the shell; throws with its output when it fails.
void shell(const std::string& command);

// Makes a bare repository of about `size` commits at `directory`.
DrawnRepository draw_repository(const std::filesystem::path& directory,
                                Dice& draw, int size);

}  // namespace ecr_version::tests
