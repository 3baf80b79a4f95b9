#include "app/run.hpp"

#include "app/action.hpp"
#include "app/build_fields.hpp"
#include "app/check.hpp"
#include "app/cli.hpp"
#include "app/deepener.hpp"
#include "app/explain.hpp"
#include "app/init.hpp"
#include "app/latest.hpp"
#include "app/login.hpp"
#include "app/plan_json.hpp"
#include "app/planning.hpp"
#include "app/registry_facts.hpp"
#include "app/report.hpp"
#include "app/world.hpp"
#include "base/error.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

namespace ecr_version::app {
namespace {

volatile std::sig_atomic_t signal_received = 0;

extern "C" void note_signal(int number) { signal_received = number; }

// As PID 1 of a container no signal has a default action. The first one asks
// the loops to end; a second one, or one that finds no loop, ends at once.
void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // Both are told as errors of the write that they come from.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

// A core file would hold credentials.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

// A result that nobody can read is none. Who has left (`| head`) is not told:
// we end as others do then.
void print_line(std::string_view text) {
  std::string line(text);
  if (line.empty() || line.back() != '\n') line += '\n';
  const std::size_t written = std::fwrite(line.data(), 1, line.size(), stdout);
  if (written == line.size() && std::fflush(stdout) == 0) return;
  const int reason = errno;
  if (reason == EPIPE) {
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
  }
  throw Error(
      fmt::format("writing to standard output: {}", std::strerror(reason)));
}

// JSON whose text, where a step prints it into its log, holds no `##[command]`:
// `#` is part of a string there and nowhere else, so it may be written so.
void print_json(std::string_view text) {
  std::string line(text);
  for (std::size_t at = line.find("##["); at != std::string::npos;
       at = line.find("##[", at)) {
    line.replace(at, 2, "#\\u0023");
  }
  print_line(line);
}

std::string read_all(const std::string& file) {
  std::ifstream in(file == "-" ? "/dev/stdin" : file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw UsageError("--status: " + file + " cannot be read");
  return text.str();
}

// Of one app, for a script; what is decided is told on the side.
void print_shell_fields(World& world, const CommandLine& line, const Plan& plan,
                        const runner::Event& event) {
  const PlannedApp& app = plan.apps.front();
  std::vector<std::string> dirty;
  if (!line.plan.status.empty()) {
    dirty = dirty_paths(read_all(line.plan.status), app.facts.app, plan.policy);
  }
  log_plan(world.log, plan);
  world.print(shell_fields(plan, event, app, dirty));
}

int run_plan(World& world, const CommandLine& line) {
  if (line.plan.shell && (line.json || line.inputs.app.size() != 1)) {
    throw UsageError("plan --shell tells of one app: name it with --app");
  }
  Workspace workspace = open_workspace(world, line.inputs);
  note_work_tree_configuration(world, line.inputs, workspace);
  const auto session = open_session(world, line.inputs, workspace.config);
  aws::Ecr ecr(*session);
  const Plan plan = make_plan(world, line.inputs, workspace, *session, ecr);
  if (line.json) {
    world.print(plan_json(plan));
  } else if (line.plan.shell) {
    print_shell_fields(world, line, plan, workspace.event);
  } else {
    log_plan(world.log, plan);
  }
  return 0;
}

int run_explain(World& world, const CommandLine& line) {
  Workspace workspace = open_workspace(world, line.inputs);
  const auto session = open_session(world, line.inputs, workspace.config);
  aws::Ecr ecr(*session);
  const Plan plan = make_plan(world, line.inputs, workspace, *session, ecr);
  if (line.json) {
    world.print(plan_json(plan));
    return 0;
  }
  world.print(with_objects(*workspace.deepener, workspace.repository, [&] {
    return explanation(workspace.repository, plan, plan.apps.front());
  }));
  return 0;
}

int run_init(World& world) {
  const git::Repository repository = git::Repository::open(world.directory);
  const git::Oid head = repository.head();
  const runner::Event event = runner::read_event(world.env);
  const bool is_master = !repository.resolve("refs/heads/main") &&
                         repository.resolve("refs/heads/master").has_value();
  std::vector<NewFile> files =
      first_files(repository, head, repository_name(event, repository),
                  is_master ? "master" : "main");
  files.push_back({"scripts/ecr-deploy.sh", deploy_script, true});
  const std::vector<std::string> written =
      write_new_files(repository.work_directory(), files);
  for (const NewFile& file : files) {
    const bool is_new =
        std::find(written.begin(), written.end(), file.path) != written.end();
    world.print((is_new ? "wrote " : "kept ") + file.path);
  }
  if (std::find(written.begin(), written.end(), first_workflow) !=
      written.end()) {
    world.print(
        fmt::format("next: set OWNER, your region and role in {}, run "
                    "`ecr-version check`, and commit",
                    first_workflow));
  }
  return 0;
}

int run_release(World& world, const CommandLine& line) {
  const Released released = release_image(world, line.inputs, line.release);
  if (line.json) {
    world.print(to_json(released));
    return 0;
  }
  for (const std::string& tag : released.tags) {
    world.print(released.registry + "/" + released.repository + ":" + tag);
  }
  return 0;
}

int dispatch(World& world, const CommandLine& line) {
  switch (line.command) {
    case Command::action:
      return run_action(world);
    case Command::plan:
      return run_plan(world, line);
    case Command::latest:
      return run_latest(world, line.inputs, line.latest);
    case Command::explain:
      return run_explain(world, line);
    case Command::init:
      return run_init(world);
    case Command::check:
      return run_check(world, line.inputs);
    case Command::login:
      return run_login(world, line.inputs, line.login);
    case Command::release:
      return run_release(world, line);
    case Command::done:
      world.print(line.text);
      return 0;
  }
  return 0;
}

}  // namespace

int run(const std::vector<std::string>& arguments, const std::string& version) {
  install_signal_handlers();
  forbid_core_dumps();
  const Environment env = Environment::of_process();
  const bool on_runner = env.is_true("GITHUB_ACTIONS");
  const bool is_action =
      on_runner && (arguments.empty() || arguments.front() == "action");
  // The action's log is its step's log; a command's result has stdout alone.
  std::FILE* const stream = is_action ? stdout : stderr;
  runner::Log log(runner::choose_style(env, isatty(fileno(stream)) == 1),
                  runner::stream_sink(stream));
  const auto interrupted = [] { return signal_received != 0; };
  try {
    const CommandLine line = parse_command_line(arguments, on_runner, version);
    net::TransportOptions options;
    options.env = env;
    options.user_agent = "ecr-version/" + version;
    options.interrupted = interrupted;
    options.observe = [&log, answers = 0](const net::Exchange& one) mutable {
      log.debug(fmt::format(
          "{} {} {} attempt {}: {} {} {} ms", one.method, one.host, one.label,
          one.attempt,
          one.status == 0 ? one.failure : std::to_string(one.status),
          one.request_id, one.duration.count()));
      log.progress(fmt::format("{} requests answered, the last one by {}",
                               ++answers, one.host));
    };
    net::CurlTransport http(std::move(options));
    World world{env,
                system_clock(),
                http,
                log,
                line.json ? print_json : print_line,
                line.directory,
                is_action,
                interrupted};
    return dispatch(world, line);
  } catch (const UsageError& error) {
    log.report(error);
    return 2;
  } catch (const std::exception& error) {
    if (interrupted()) return 128 + static_cast<int>(signal_received);
    log.report(error);
    return 1;
  }
}

}  // namespace ecr_version::app
