// What a run's questions need of history, and who brings it: the bridge from
// inputs, event and releases to the Deepener.
#pragma once

#include "app/deepener.hpp"
#include "app/world.hpp"
#include "core/plan.hpp"
#include "git/repository.hpp"
#include "runner/event.hpp"
#include "runner/inputs.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

// Asks the job's own server in GitHub Actions with `deepen: auto`; otherwise
// refuses what the clone lacks, with the remedy.
std::unique_ptr<Deepener> make_deepener(const World& world,
                                        const runner::Inputs& inputs,
                                        const runner::Event& event);

// What the apps' releases, the event and the input `base` ask of history.
// `facts` have app, releases_known and releases filled in. May ask the server
// where a branch or a tag stands.
Need history_need(Deepener& deepener, git::Repository& repository,
                  const git::Oid& head, const runner::Event& event,
                  const std::string& base_input, const std::string& prerelease,
                  const std::vector<core::AppFacts>& facts);

}  // namespace ecr_version::app
