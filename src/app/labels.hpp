// OCI labels of an app's image, the keys that docker/metadata-action gives.
//
// From the event's payload and git alone: no token is spent. `created` is the
// commit's date, so that one commit built twice gives one image. A value is one
// line, whatever a stranger wrote into the repository's description.
#pragma once

#include "app/planning.hpp"

#include <string>
#include <vector>

namespace ecr_version::app {

enum class VersionLabel { with, without };

// "org.opencontainers.image.title=backend", one entry each, in a fixed order.
std::vector<std::string> labels(const Plan& plan, const runner::Event& event,
                                const PlannedApp& app, VersionLabel version);

}  // namespace ecr_version::app
