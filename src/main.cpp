// ecr-version: see app/run. One call, the only catch that prints, the exit
// code.
#include <cstdio>

int main() {
  std::puts("ecr-version " ECR_VERSION_VERSION);
  return 0;
}
