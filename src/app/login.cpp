#include "app/login.hpp"

#include "app/config.hpp"
#include "app/docker_config.hpp"
#include "app/registry_facts.hpp"
#include "aws/profile.hpp"
#include "base/child.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ecr_version::app {
namespace {

namespace fs = std::filesystem;

fs::path config_file(const Environment& env) {
  if (const auto directory = env.get("DOCKER_CONFIG")) {
    return fs::path(*directory) / "config.json";
  }
  const auto home = env.get("HOME");
  if (!home) {
    throw Error(
        "logging in: where Docker's configuration lies is not known: set "
        "DOCKER_CONFIG or HOME");
  }
  return fs::path(*home) / ".docker" / "config.json";
}

// "" when there is none.
std::string read_config_file(const fs::path& file) {
  std::error_code failure;
  if (!fs::exists(file, failure)) return "";
  auto content = aws::content_of_file(file);
  if (!content) {
    throw Error("it is no file, or not readable by this user");
  }
  return *std::move(content);
}

// All at once, and for the user alone: who reads meanwhile sees the old file.
void replace_file(const fs::path& named, const std::string& text) {
  std::error_code failure;
  const fs::path file =
      fs::is_symlink(named, failure) ? fs::canonical(named) : named;
  if (!file.parent_path().empty() && !fs::exists(file.parent_path())) {
    fs::create_directories(file.parent_path());
    ::chmod(file.parent_path().c_str(), S_IRWXU);
  }
  std::string temporary = file.string() + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  const auto check = [&](bool good) {
    if (good) return;
    const int reason = errno;
    if (descriptor >= 0) {
      ::close(descriptor);
      ::unlink(temporary.c_str());
    }
    throw Error(
        fmt::format("writing {}: {}", file.string(), std::strerror(reason)));
  };
  check(descriptor >= 0);
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t size =
        ::write(descriptor, text.data() + written, text.size() - written);
    check(size >= 0 || errno == EINTR);
    if (size > 0) written += static_cast<std::size_t>(size);
  }
  check(::fsync(descriptor) == 0);
  check(::rename(temporary.c_str(), file.c_str()) == 0);
  ::close(descriptor);
}

// What a program said last; a credential helper complains on stdout.
std::string last_line(const ChildResult& result) {
  std::string_view text = trim(result.errors);
  if (text.empty()) text = trim(result.output);
  const std::size_t feed = text.rfind('\n');
  return one_line(feed == std::string_view::npos ? text
                                                 : text.substr(feed + 1));
}

// False: Docker is not installed.
bool log_in_by_docker(const World& world, const aws::LoginToken& token) {
  const auto result =
      run_child({"docker", "login", "--username", token.username,
                 "--password-stdin", token.host},
                token.password.reveal(), world.interrupted);
  if (!result) return false;
  if (result->exit_code != 0) {
    throw Error(fmt::format(
        "logging in to {}: docker login ended with exit code {}: {} (without a "
        "Docker engine: --no-docker writes Docker's configuration file)",
        token.host, result->exit_code, last_line(*result)));
  }
  return true;
}

// As Docker stores it: in the store of the machine, or in the file.
void log_in_by_file(const World& world, const aws::LoginToken& token) {
  const fs::path file = config_file(world.env);
  std::string config;
  const std::string store = while_doing("reading " + file.string(), [&] {
    config = read_config_file(file);
    return credential_helper(config, token.host).name;
  });
  if (store.empty()) {
    replace_file(file, with_login(config, token.host, token.username,
                                  token.password.reveal()));
    return;
  }
  json::Writer login;
  login.begin_object();
  login.member("ServerURL", token.host);
  login.member("Username", token.username);
  login.member("Secret", token.password.reveal());
  login.end_object();
  const std::string helper = "docker-credential-" + store;
  const auto result =
      run_child({helper, "store"}, login.text(), world.interrupted);
  if (!result || result->exit_code != 0) {
    throw Error(fmt::format(
        "logging in to {}: {} says that {} keeps credentials, and it {}",
        token.host, file.string(), helper,
        result ? fmt::format("ended with exit code {}: {}", result->exit_code,
                             last_line(*result))
               : std::string("is not installed")));
  }
}

// The registry that the host names; ECR Public needs no alias for a login.
std::string registry_of(const std::string& host) {
  const std::string text(trim(host));
  for (const char* const publics : {"public.ecr.aws", "ecr-public.aws.com"}) {
    if (text == publics) return text + "/any";
  }
  return text;
}

// One that Docker gets its credentials from for this host, instead of a login.
std::string helper_in_place(const World& world, const std::string& host) {
  const fs::path file = config_file(world.env);
  const CredentialHelper helper = while_doing("reading " + file.string(), [&] {
    return credential_helper(read_config_file(file), host);
  });
  // The helper of ECR takes no logins: it makes them itself.
  const bool serves = helper.of_this_host || helper.name == "ecr-login";
  return serves ? helper.name : "";
}

Config configuration(const World& world, const runner::Inputs& inputs) {
  const std::string input = inputs.config.value_or("");
  if (input.find('\n') != std::string::npos) {
    return read_config(input, "input config");
  }
  std::optional<git::Repository> repository;
  std::optional<git::Oid> head;
  try {
    repository.emplace(
        git::Repository::open(world.directory / inputs.working_directory));
    head = repository->head();
  } catch (const Error& error) {
    if (inputs.config) throw;
    world.log.debug("no configuration: " + describe(error));
    return {};
  }
  return load_config(*repository, *head, input);
}

void log_in(World& world, const runner::Inputs& inputs, const Config& config,
            const LoginOptions& options) {
  const auto session = open_session(world, inputs, config);
  if (options.print_password) {
    world.print(aws::Ecr(*session).login_token().password.reveal());
    return;
  }
  std::string host = session->registry().host;
  host = host.substr(0, host.find('/'));
  std::optional<aws::LoginToken> token;
  if (host.empty()) {
    token = aws::Ecr(*session).login_token();
    host = token->host;
  }
  if (const std::string helper = helper_in_place(world, host);
      !helper.empty()) {
    world.log.notice(fmt::format(
        "{}: docker-credential-{} serves it (Docker's configuration): no login "
        "is needed",
        host, helper));
    return;
  }
  if (!token) token = aws::Ecr(*session).login_token();
  if (options.without_docker || !log_in_by_docker(world, *token)) {
    log_in_by_file(world, *token);
  }
  world.log.info("logged in to " + token->host);
}

}  // namespace

int run_login(World& world, const runner::Inputs& inputs,
              const LoginOptions& options) {
  if (options.print_password && options.hosts.size() > 1) {
    throw UsageError("login --print-password: name one registry, not several");
  }
  if (options.hosts.empty()) {
    log_in(world, inputs, configuration(world, inputs), options);
    return 0;
  }
  // A host says all that the configuration could.
  for (const std::string& host : options.hosts) {
    runner::Inputs one = inputs;
    one.registry = registry_of(host);
    log_in(world, one, {}, options);
  }
  return 0;
}

}  // namespace ecr_version::app
