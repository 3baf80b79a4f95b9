// What a deployer knows: sections 3 to 6, judged afresh from ECR as it is now.
//
// The rule a reader would get wrong: the newest version without a commit tag
// is not yet anybody's. Its deployer may be between two calls, and what it is
// about to write decides whether HEAD is released, superseded or next. So it
// is waited for, some seconds, once; a version left behind by a deployer that
// died costs every later one that wait until a newer version stands.
#pragma once

#include "app/planning.hpp"
#include "app/world.hpp"
#include "runner/inputs.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ecr_version::app {

class ReleaseJudge {
 public:
  // Opens the repository and the session; asks ECR nothing yet.
  ReleaseJudge(World& world, const runner::Inputs& inputs);

  // Notices are told the first time only. Throws Error for a preview.
  void judge();
  // The same without waiting for anybody.
  void look();

  // Creates the repository where it is missing and the configuration says
  // `create`. False: it is missing and stays so.
  bool prepare_repository(bool dry_run);

  const Plan& plan() const { return plan_; }
  const PlannedApp& app() const { return plan_.apps.front(); }
  const std::string& name() const { return app().facts.app.name; }
  const std::string& repository() const { return app().facts.app.repository; }
  const runner::Event& event() const { return workspace_.event; }
  aws::Ecr& ecr() { return ecr_; }

  // "1.2.3-a1b2c3d" of "1.2.3".
  std::string commit_tag(const std::string& version_tag) const;

  // Of the last judgement; null when there is none. A release that HEAD
  // carries; one that is this image's without a commit tag, cut short; one that
  // is this image's by another commit alone.
  const core::Release* at_head() const;
  const core::Release* cut_short(const std::string& digest) const;
  const core::Release* of_another_commit(const std::string& digest) const;
  bool is_heads(const core::Release& release) const;

  // The version that HEAD gets now, whether it is affected or not.
  core::AppPlan next() const;

  // The highest release below `version`, as outputs have it.
  std::optional<std::string> release_before(const core::Version& version) const;

 private:
  const core::Release* in_progress() const;
  bool finishes(const core::Release& release) const;
  void take_settings();
  std::vector<const core::Release*> candidates() const;

  World& world_;
  const runner::Inputs& inputs_;
  Workspace workspace_;
  std::unique_ptr<aws::Session> session_;
  mutable aws::Ecr ecr_;
  Plan plan_;
  bool has_looked_ = false;
  std::string given_up_;  // a version tag waited for in vain
};

}  // namespace ecr_version::app
