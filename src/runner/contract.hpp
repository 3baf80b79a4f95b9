// The single definition of what goes in and what comes out.
//
// action.yml, README's tables and the docs repeat these words for readers; a
// test compares them with this file, so that none can drift. An input listed
// here is honoured: one that nothing reads has no place in the table. Names
// keep to [a-z0-9-], because act turns every other character into `_` while
// GitHub's runner keeps it.
#pragma once

#include <array>
#include <string_view>

namespace ecr_version::runner {

enum class InputKind {
  text,     // one value, on one line
  list,     // values separated by newlines or commas
  boolean,  // true or false
  choice,   // one word of `choices`
  document  // text of any number of lines
};

struct InputDefinition {
  std::string_view name;
  std::string_view description;         // one line
  std::string_view default_value = {};  // as action.yml states it
  InputKind kind = InputKind::text;
  std::string_view choices = {};  // of a choice: words separated by `|`
};

enum class OutputKind {
  line,   // a line break in it is refused
  lines,  // one item a line; blank lines are dropped
  json    // one JSON document
};

// What happens to a value larger than anything can use: a cut would lose a
// tag or break the JSON, so the choice is between failing and going without.
enum class WhenTooLarge { fail, leave_out };

struct OutputDefinition {
  std::string_view name;
  std::string_view description;  // one line
  OutputKind kind = OutputKind::line;
  WhenTooLarge when_too_large = WhenTooLarge::fail;
  // Never printed, not even where $GITHUB_OUTPUT is missing.
  bool secret = false;
};

inline constexpr std::array input_definitions = {
    InputDefinition{"app",
                    "The app or apps to decide for, by name, one a line or "
                    "separated by commas; default: all of them",
                    "", InputKind::list},
    InputDefinition{"bump",
                    "Which part of the version to raise: auto (read from the "
                    "commits' messages), patch, minor or major",
                    "auto", InputKind::choice, "auto|patch|minor|major"},
    InputDefinition{"force",
                    "true: treat the apps as affected even where nothing "
                    "changed since their release",
                    "false", InputKind::boolean},
    InputDefinition{"base",
                    "What HEAD is compared with: released (the commit of the "
                    "newest release), event, a ref or sha, or auto (event for "
                    "a preview such as a pull request, else released)",
                    "auto"},
    InputDefinition{"version-line",
                    "On a release branch: the line to stay in, such as '1' or "
                    "'1.4' (quoted, or YAML makes 1.10 into 1.1)"},
    InputDefinition{"prerelease",
                    "A label such as beta: versions become X.Y.Z-beta.N"},
    InputDefinition{"release",
                    "An image that is already pushed (digest, tag or full "
                    "reference), to be released as the one app"},
    InputDefinition{"login",
                    "true: also give out docker-username and docker-password, "
                    "for docker/login-action",
                    "false", InputKind::boolean},
    InputDefinition{"config",
                    "Path of the configuration in the repository, or, when it "
                    "has several lines, the configuration itself; default: "
                    ".github/ecr-version.yml",
                    "", InputKind::document},
    InputDefinition{"registry",
                    "A 12-digit account id (quoted, or YAML drops a leading "
                    "zero), a registry host, or public.ecr.aws/alias; default: "
                    "the registry of the credentials' account"},
    InputDefinition{"aws-region",
                    "Region of the registry; default: the configuration's, "
                    "else AWS_REGION"},
    InputDefinition{"role-to-assume",
                    "ARN of a role to act as, by the keys in the environment "
                    "or else by the job's OIDC token (permissions: id-token: "
                    "write)"},
    InputDefinition{"working-directory",
                    "Where the repository was checked out to, relative to the "
                    "workspace",
                    "."},
    InputDefinition{"github-token",
                    "Used only to fetch history that the clone lacks, and only "
                    "from the job's own server",
                    "${{ github.token }}"},
    InputDefinition{"deepen",
                    "auto: history that a shallow clone lacks is fetched into "
                    "a temporary place; never: the run fails instead and says "
                    "what to add to the workflow",
                    "auto", InputKind::choice, "auto|never"},
};

inline constexpr std::array output_definitions = {
    OutputDefinition{"tags",
                     "Full image references to push, one a line, for "
                     "docker/build-push-action; empty where there is nothing "
                     "to push",
                     OutputKind::lines},
    OutputDefinition{"tag-names", "The same without registry and repository",
                     OutputKind::lines},
    OutputDefinition{"version",
                     "Version of the one app selected, else of the one "
                     "affected; of an app that is not affected, its newest "
                     "release"},
    OutputDefinition{"previous-version", "The newest release before it"},
    OutputDefinition{"bump", "major, minor or patch"},
    OutputDefinition{"repository", "ECR repository of that app"},
    OutputDefinition{"image", "Registry and repository of that app"},
    OutputDefinition{"labels",
                     "OCI labels of that app's image, one a line, for "
                     "docker/build-push-action",
                     OutputKind::lines},
    OutputDefinition{"registry", "Host of the registry"},
    OutputDefinition{"affected", "JSON array: names of the affected apps",
                     OutputKind::json},
    OutputDefinition{"any-affected",
                     "Whether any app is affected: true or "
                     "false"},
    OutputDefinition{"matrix",
                     "JSON for strategy.matrix, one entry per affected app, "
                     "dependencies first; valid when empty, and without an "
                     "account id",
                     OutputKind::json},
    OutputDefinition{"plan",
                     "JSON: every decision with its reasons. It holds the "
                     "account id: for later steps, not for job outputs",
                     OutputKind::json, WhenTooLarge::leave_out},
    OutputDefinition{"already-released",
                     "Whether HEAD already carries a release of every "
                     "selected app: true or false"},
    OutputDefinition{"docker-username",
                     "With login: true, for docker/login-action"},
    OutputDefinition{"docker-password",
                     "With login: true, for docker/login-action; masked in "
                     "the log",
                     OutputKind::line, WhenTooLarge::fail, true},
};

// Null when no such input or output is declared.
const InputDefinition* find_input(std::string_view name);
const OutputDefinition* find_output(std::string_view name);

}  // namespace ecr_version::runner
