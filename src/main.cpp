// ecr-version: which apps must be deployed to Amazon ECR, and under which
// version. app/run is the program; this is one call.
#include "app/run.hpp"

int main(int count, char** arguments) {
  return ecr_version::app::run({arguments + 1, arguments + count},
                               ECR_VERSION_VERSION);
}
