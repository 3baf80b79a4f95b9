#include "app/cli.hpp"

#include "app/build_fields.hpp"
#include "base/error.hpp"
#include "runner/contract.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace ecr_version::app {
namespace {

// CLI11 writes into plain strings; an empty one is an input that is not given.
struct Texts {
  std::string version_line;
  std::string prerelease;
  std::string config;
  std::string registry;
  std::string region;
  std::string role;
};

// An option says of itself what the input of its name says.
std::string help_of(std::string_view input) {
  std::string_view text = runner::find_input(input)->description;
  constexpr std::string_view as_input = "true: ";  // an option is a flag there
  if (text.starts_with(as_input)) text.remove_prefix(as_input.size());
  return std::string(text);
}

void add_input(CLI::App& command, const std::string& name, std::string& value) {
  command.add_option("--" + name, value, help_of(name));
}

void add_aws_options(CLI::App& command, Texts& texts) {
  add_input(command, "config", texts.config);
  add_input(command, "registry", texts.registry);
  add_input(command, "aws-region", texts.region);
  add_input(command, "role-to-assume", texts.role);
  add_input(command, "version-line", texts.version_line);
}

void add_judging_options(CLI::App& command, CommandLine& line, Texts& texts) {
  add_input(command, "bump", line.inputs.bump);
  command.add_flag("--force", line.inputs.force, help_of("force"));
  add_input(command, "base", line.inputs.base);
  add_input(command, "prerelease", texts.prerelease);
}

void add_directory(CLI::App& command, CommandLine& line) {
  command.add_option("-C,--working-directory", line.directory,
                     "Directory of the repository");
}

void add_common(CLI::App& command, CommandLine& line) {
  add_directory(command, line);
  command.add_flag("--json", line.json, "Print JSON and nothing else");
}

void take(const std::string& text, std::optional<std::string>& input) {
  if (!text.empty()) input = text;
}

}  // namespace

CommandLine parse_command_line(std::vector<std::string> arguments,
                               bool on_runner, const std::string& version) {
  CommandLine line;
  line.text = "ecr-version " + version + "\n";
  if (arguments.empty() && on_runner) arguments.emplace_back("action");

  CLI::App program(
      "Which apps must be deployed to Amazon ECR, and under which version.",
      "ecr-version");
  program.set_version_flag("--version", "ecr-version " + version);
  program.require_subcommand(1);
  Texts texts;

  CLI::App* action = program.add_subcommand(
      "action", "One step of a GitHub workflow: reads INPUT_* and GITHUB_*");
  CLI::App* plan = program.add_subcommand(
      "plan", "What would be released, under which version, and why");
  add_common(*plan, line);
  plan->add_option("--app", line.inputs.app, "An app; may be repeated")
      ->delimiter(',');
  add_judging_options(*plan, line, texts);
  add_aws_options(*plan, texts);
  CLI::Option* shell = plan->add_flag(
      "--shell", line.plan.shell,
      "Print the fields of the one app as assignments for a shell");
  plan->add_option("--status", line.plan.status,
                   "With --shell: a file of `git status --porcelain -z "
                   "--untracked-files=all` (- for standard input)")
      ->needs(shell);
  plan->footer(shell_fields_help);
  CLI::App* latest =
      program.add_subcommand("latest", "The newest version of an app in ECR");
  add_common(*latest, line);
  add_aws_options(*latest, texts);
  latest->add_option("app", line.latest.app, "The app, or an ECR repository")
      ->required();
  latest->add_option("--repository-prefix", line.latest.repository_prefix,
                     "Put before APP to name its repository");

  CLI::App* login = program.add_subcommand(
      "login", "Logs Docker in to one or several registries of ECR");
  add_directory(*login, line);
  add_aws_options(*login, texts);
  login->add_option("host", line.login.hosts,
                    "Registry hosts, account ids, public.ecr.aws; default: the "
                    "registry of --registry, the configuration or the caller");
  login->add_flag("--print-password", line.login.print_password,
                  "Print the password alone, for the user AWS; store nothing");
  login->add_flag("--no-docker", line.login.without_docker,
                  "Write Docker's configuration file though Docker is there");

  std::string released_app;
  CLI::App* release = program.add_subcommand(
      "release", "Gives an image that is already pushed its version");
  add_common(*release, line);
  add_judging_options(*release, line, texts);
  add_aws_options(*release, texts);
  release->add_option("app", released_app, "The app")->required();
  release->add_option("--image", line.release.image,
                      "Its digest, a tag of it, or its full reference");
  release->add_flag(
      "--dry-run", line.release.dry_run,
      "Print each call that would change ECR, and make none; "
      "without --image: for the image that is still to be pushed");
  bool no_commit_tag = false;
  release->add_flag("--no-commit-tag", no_commit_tag,
                    "Give no X.Y.Z-<sha> tag: what was built is not HEAD");
  release->add_option("--untag", line.release.untag,
                      "A tag to take off its image when all is done; without "
                      "--image: that alone. An image goes with its last tag");
  release->add_flag("--prepare", line.release.prepare,
                    "Before the push: create the repository where it is "
                    "missing and the configuration says so; tag nothing");

  std::string explained_app;
  CLI::App* explain = program.add_subcommand(
      "explain", "Why an app is affected or not: its commits, its paths");
  add_common(*explain, line);
  add_judging_options(*explain, line, texts);
  add_aws_options(*explain, texts);
  explain->add_option("app", explained_app, "The app")->required();
  CLI::App* init = program.add_subcommand(
      "init",
      "Writes a first configuration and a workflow, over no existing file");
  add_directory(*init, line);
  CLI::App* check = program.add_subcommand(
      "check", "Configuration, credentials, repositories and permissions");
  add_directory(*check, line);
  add_aws_options(*check, texts);

  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    program.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    line.text = program.help();
    return line;
  } catch (const CLI::CallForVersion&) {
    return line;
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{}; see ecr-version --help", error.what()));
  }
  take(texts.version_line, line.inputs.version_line);
  take(texts.prerelease, line.inputs.prerelease);
  take(texts.config, line.inputs.config);
  take(texts.registry, line.inputs.registry);
  take(texts.region, line.inputs.aws_region);
  take(texts.role, line.inputs.role_to_assume);
  line.latest.json = line.json;
  if (release->parsed()) line.inputs.app = {released_app};
  if (explain->parsed()) line.inputs.app = {explained_app};
  line.release.commit_tag = !no_commit_tag;
  if (action->parsed()) line.command = Command::action;
  if (plan->parsed()) line.command = Command::plan;
  if (latest->parsed()) line.command = Command::latest;
  if (login->parsed()) line.command = Command::login;
  if (release->parsed()) line.command = Command::release;
  if (explain->parsed()) line.command = Command::explain;
  if (init->parsed()) line.command = Command::init;
  if (check->parsed()) line.command = Command::check;
  return line;
}

}  // namespace ecr_version::app
