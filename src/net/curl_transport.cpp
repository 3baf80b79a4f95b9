#include "net/curl_transport.hpp"

#include "base/handle.hpp"
#include "base/heap.hpp"
#include "base/text.hpp"
#include "net/curl_failure.hpp"
#include "net/proxy.hpp"
#include "net/url.hpp"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <utility>

namespace ecr_version::net {
namespace {

using std::chrono::milliseconds;

using Easy = Handle<CURL, curl_easy_cleanup>;
using Multi = Handle<CURLM, curl_multi_cleanup>;
using List = Handle<curl_slist, curl_slist_free_all>;

// libcurl's process-wide start-up, once.
void start_curl() {
  static const CURLcode started =
      curl_global_init_mem(CURL_GLOBAL_DEFAULT, std::malloc, free_wiped,
                           realloc_wiped, strdup, std::calloc);
  if (started != CURLE_OK)
    throw Error(
        fmt::format("libcurl does not start: {}", curl_easy_strerror(started)));
}

void check(CURLMcode code, const char* doing) {
  if (code != CURLM_OK)
    throw Error(fmt::format("{}: {}", doing, curl_multi_strerror(code)));
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): libcurl's interface.
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code != CURLE_OK)
    throw Error(
        fmt::format("preparing a request: {}", curl_easy_strerror(code)));
}

template <typename Value>
Value info(CURL* easy, CURLINFO what) {
  Value value{};
  curl_easy_getinfo(easy, what, &value);  // leaves 0 where it knows nothing
  return value;
}

void append(List& list, const std::string& line) {
  // A line break would smuggle in a second header.
  if (line.find_first_of("\r\n") != std::string::npos)
    throw Error(fmt::format("the header {} would hold a line break",
                            one_line(line.substr(0, line.find(':')))));
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw Error("out of memory");
  static_cast<void>(list.release());
  list.reset(longer);
}

// One request on its way.
struct Job {
  Request request;
  Transport::Done done;
  Url url;
  Proxy proxy;
  Easy easy;
  List headers;
  Response response;
  std::size_t received = 0;
  bool too_large = false;
  bool aborted = false;
  std::exception_ptr thrown;  // by the sink
  std::array<char, CURL_ERROR_SIZE> detail{};
};

// Room for the body that is announced, so that it grows once.
void reserve(Job& job) {
  constexpr curl_off_t most = 1 << 20;  // an announcement is not yet a body
  const auto announced =
      info<curl_off_t>(job.easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  job.response.body.reserve(
      static_cast<std::size_t>(std::clamp<curl_off_t>(announced, 0, most)));
}

bool take(Job& job, std::string_view piece) {
  job.received += piece.size();
  job.too_large = job.received > job.request.most_bytes;
  if (job.too_large) return false;
  const bool success = job.response.status / 100 == 2;
  if (job.request.sink && success) {
    job.aborted = !job.request.sink(piece);
    return !job.aborted;
  }
  if (job.response.body.empty()) reserve(job);
  job.response.body.append(piece);
  return true;
}

// libcurl calls these from C, so nothing may escape; a short count aborts.
std::size_t on_body(char* data, std::size_t, std::size_t size,
                    void* user) noexcept {
  auto& job = *static_cast<Job*>(user);
  try {
    return take(job, {data, size}) ? size : 0;
  } catch (...) {
    job.thrown = std::current_exception();
    return 0;
  }
}

std::size_t on_header(char* data, std::size_t, std::size_t size,
                      void* user) noexcept {
  auto& job = *static_cast<Job*>(user);
  try {
    const std::string_view line = trim({data, size});
    const auto colon = line.find(':');
    if (line.starts_with("HTTP/")) {
      // Of several answers (100 Continue first) the last one counts.
      job.response.headers.clear();
      job.response.status =
          static_cast<int>(info<long>(job.easy.get(), CURLINFO_RESPONSE_CODE));
    } else if (colon != std::string_view::npos) {
      job.response.headers.emplace_back(line.substr(0, colon),
                                        trim(line.substr(colon + 1)));
    }
    return size;
  } catch (...) {
    job.thrown = std::current_exception();
    return 0;
  }
}

std::string request_id(const Response& response) {
  for (const char* const name :
       {"x-amzn-requestid", "x-amz-request-id", "x-github-request-id"})
    if (const auto id = response.header(name); !id.empty())
      return one_line(id, 80);
  return "";
}

}  // namespace

struct CurlTransport::Implementation {
  TransportOptions options;
  CaBundle ca;
  std::string without_proxy;
  Traffic traffic;
  Multi multi;
  // After `multi`: its handles must go first.
  std::vector<Easy> idle;
  std::deque<std::unique_ptr<Job>> waiting;
  std::vector<std::unique_ptr<Job>> active;

  void prepare(Job& job);
  void prepare_body(Job& job);
  void prepare_trust(CURL* easy, const Job& job);
  void fill();
  bool hand_out();
  Outcome outcome_of(Job& job, CURLcode code);
  void observe(const Job& job, const Outcome& outcome);
  std::unique_ptr<Job> detach(CURL* easy);
};

CurlTransport::CurlTransport(TransportOptions options)
    : implementation_(std::make_unique<Implementation>()) {
  start_curl();
  Implementation& self = *implementation_;
  self.ca = find_ca_bundle(options.env);
  self.without_proxy = no_proxy(options.env);
  self.options = std::move(options);
  self.multi.reset(curl_multi_init());
  if (!self.multi) throw Error("libcurl does not start: out of memory");
  const auto most = static_cast<long>(self.options.most_at_once);
  for (const auto of : {CURLMOPT_MAX_TOTAL_CONNECTIONS, CURLMOPT_MAXCONNECTS})
    check(curl_multi_setopt(self.multi.get(), of, most),
          "limiting connections");
}

CurlTransport::~CurlTransport() { abandon(); }

void CurlTransport::start(Request request, Done done) {
  auto job = std::make_unique<Job>();
  job->url = parse_url(request.url, "the address of a request");
  if (job->url.scheme != "https" && !request.allow_http)
    throw Error(fmt::format("refusing to send to {}: only https is allowed",
                            job->url.authority()));
  if (request.use_proxy)
    job->proxy = proxy_for(implementation_->options.env, job->url.scheme);
  job->request = std::move(request);
  job->done = std::move(done);
  implementation_->waiting.push_back(std::move(job));
}

bool CurlTransport::busy() const {
  return !implementation_->waiting.empty() || !implementation_->active.empty();
}

void CurlTransport::abandon() {
  Implementation& self = *implementation_;
  self.waiting.clear();
  for (const auto& job : self.active)
    curl_multi_remove_handle(self.multi.get(), job->easy.get());
  self.active.clear();
}

const Traffic& CurlTransport::traffic() const {
  return implementation_->traffic;
}

void CurlTransport::wait(milliseconds most) {
  using Ticks = std::chrono::steady_clock;
  constexpr milliseconds signal_check{200};
  Implementation& self = *implementation_;
  const auto deadline = Ticks::now() + most;
  while (busy()) {
    self.fill();
    int running = 0;
    check(curl_multi_perform(self.multi.get(), &running), "sending requests");
    if (self.hand_out()) return;
    if (self.options.interrupted && self.options.interrupted())
      throw Interrupted("interrupted while waiting for an answer");
    const auto left = std::chrono::ceil<milliseconds>(deadline - Ticks::now());
    if (left <= milliseconds{0}) return;
    const auto pause = std::min(left, signal_check);
    check(curl_multi_poll(self.multi.get(), nullptr, 0,
                          static_cast<int>(pause.count()), nullptr),
          "waiting for answers");
  }
}

// Puts waiting requests on their way, as many as may be.
void CurlTransport::Implementation::fill() {
  while (!waiting.empty() && active.size() < options.most_at_once) {
    auto job = std::move(waiting.front());
    waiting.pop_front();
    prepare(*job);
    check(curl_multi_add_handle(multi.get(), job->easy.get()),
          "adding a request");
    traffic.requests += 1;
    traffic.bytes_sent += static_cast<std::int64_t>(job->request.body.size());
    active.push_back(std::move(job));
  }
}

void CurlTransport::Implementation::prepare(Job& job) {
  if (idle.empty()) {
    job.easy.reset(curl_easy_init());
    if (!job.easy) throw Error("out of memory");
  } else {
    job.easy = std::move(idle.back());
    idle.pop_back();
    curl_easy_reset(job.easy.get());
  }
  CURL* const easy = job.easy.get();
  const Request& request = job.request;

  set(easy, CURLOPT_PRIVATE, &job);
  set(easy, CURLOPT_ERRORBUFFER, job.detail.data());
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_URL, job.url.text().c_str());
  // What is signed must be what is sent: no tidying of "/../".
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_PROTOCOLS_STR, request.allow_http ? "https,http" : "https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  set(easy, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(request.connect_timeout.count()));
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(easy, CURLOPT_LOW_SPEED_TIME, 30L);
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, &job);
  set(easy, CURLOPT_HEADERFUNCTION, &on_header);
  set(easy, CURLOPT_HEADERDATA, &job);
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (request.fresh_connection) set(easy, CURLOPT_FRESH_CONNECT, 1L);
  // A page of a thousand images is half a megabyte, a pack many.
  set(easy, CURLOPT_BUFFERSIZE, (request.sink ? 256L : 64L) * 1024L);

  prepare_body(job);
  prepare_trust(easy, job);
}

void CurlTransport::Implementation::prepare_body(Job& job) {
  CURL* const easy = job.easy.get();
  const Request& request = job.request;
  for (const auto& [name, value] : request.headers)
    append(job.headers, name + ": " + value);
  // libcurl would wait for a "100 Continue" before a manifest over 1 MB.
  append(job.headers, "Expect:");
  set(easy, CURLOPT_HTTPHEADER, job.headers.get());

  if (request.method == "GET") return;
  if (request.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  // Not copied by libcurl; the job keeps it.
  set(easy, CURLOPT_POSTFIELDS, request.body.data());
  set(easy, CURLOPT_POSTFIELDSIZE_LARGE,
      static_cast<curl_off_t>(request.body.size()));
  if (request.method != "POST")
    set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void CurlTransport::Implementation::prepare_trust(CURL* easy, const Job& job) {
  // Set even when empty: libcurl would look into the process's environment.
  set(easy, CURLOPT_PROXY, job.proxy.url.c_str());
  set(easy, CURLOPT_NOPROXY, without_proxy.c_str());
  if (!ca.file.empty()) set(easy, CURLOPT_CAINFO, ca.file.c_str());
  if (!ca.directory.empty()) set(easy, CURLOPT_CAPATH, ca.directory.c_str());
}

std::unique_ptr<Job> CurlTransport::Implementation::detach(CURL* easy) {
  const auto found =
      std::find_if(active.begin(), active.end(),
                   [&](const auto& job) { return job->easy.get() == easy; });
  auto job = std::move(*found);
  active.erase(found);
  curl_multi_remove_handle(multi.get(), easy);
  return job;
}

// Calls `done` for what has ended. True when there was any.
bool CurlTransport::Implementation::hand_out() {
  bool any = false;
  int left = 0;
  while (const CURLMsg* const message =
             curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // `message` goes with detach
    const auto job = detach(message->easy_handle);
    Outcome outcome = outcome_of(*job, code);
    // After a failure libcurl may keep its buffer, whose size is then fixed.
    if (code == CURLE_OK) idle.push_back(std::move(job->easy));
    if (job->thrown) std::rethrow_exception(job->thrown);
    observe(*job, outcome);
    any = true;
    job->done(std::move(outcome));
  }
  return any;
}

Outcome CurlTransport::Implementation::outcome_of(Job& job, CURLcode code) {
  CURL* const easy = job.easy.get();
  const auto total = info<curl_off_t>(easy, CURLINFO_TOTAL_TIME_T);
  const auto before = info<curl_off_t>(easy, CURLINFO_PRETRANSFER_TIME_T);
  traffic.connections += info<long>(easy, CURLINFO_NUM_CONNECTS);
  traffic.bytes_received += static_cast<std::int64_t>(job.received);
  job.response.duration = std::chrono::duration_cast<milliseconds>(
      std::chrono::microseconds(total - before));
  if (code == CURLE_OK) return std::move(job.response);

  const std::string host = job.url.authority();
  if (job.too_large)
    return NoAnswer(fmt::format("the answer of {} is larger than {} bytes",
                                host, job.request.most_bytes),
                    false);
  if (job.aborted)
    return NoAnswer(fmt::format("the answer of {} was not wanted", host),
                    false);
  return no_answer({.code = code,
                    .detail = job.detail.data(),
                    .host = host,
                    .proxy = job.proxy,
                    .proxy_status = info<long>(easy, CURLINFO_HTTP_CONNECTCODE),
                    .ca_file = ca.file.empty() ? ca.directory : ca.file,
                    .received = static_cast<long long>(job.received)});
}

void CurlTransport::Implementation::observe(const Job& job,
                                            const Outcome& outcome) {
  if (!options.observe) return;
  Exchange exchange{.method = job.request.method,
                    .host = job.url.authority(),
                    .label = job.request.label,
                    .attempt = job.request.attempt};
  if (const auto* response = std::get_if<Response>(&outcome)) {
    exchange.status = response->status;
    exchange.request_id = request_id(*response);
    exchange.duration = response->duration;
  } else {
    exchange.failure = std::get<NoAnswer>(outcome).what();
  }
  options.observe(exchange);
}

}  // namespace ecr_version::net
