#include "executor/local/local_executor.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>

#include "base/check.hpp"
#include "base/fault.hpp"
#include "base/log.hpp"
#include "executor/connection.hpp"
#include "executor/local/request_threads.hpp"
#include "executor/local/worker_launch.hpp"
#include "executor/wire.hpp"

namespace gale {
namespace {
using namespace std::chrono_literals;
constexpr auto kLookAgain = 100ms;
constexpr auto kSlowestRelaunch = 5s;
constexpr auto kFlushLimit = 1s;
constexpr auto kRetryStore = 500ms;  // the database is away
constexpr auto kStorePatience = 2min;
}  // namespace

// Everything but open, post and stop runs on the loop's thread.
class LocalExecutor::Impl {
public:
    explicit Impl(LocalExecutorOptions options) : options_(std::move(options)) {}
    ~Impl() { stop(); }

    Result<void> open(std::function<void(ExecutorEvent)> sink, TaskRequestHandler handler);
    void post(std::function<void()> work) { loop_.post(std::move(work)); }
    void start(TryRequest request);
    void terminate(TaskInstanceId id, std::string reason);
    void acknowledge(TaskInstanceId id) { send(wire::Acknowledge{std::move(id)}); }
    void renew_lease(std::chrono::steady_clock::time_point at) {
        if (!options_.tells_leases) return;
        lease_ = at;
        send(wire::Lease{at});
    }
    void stop();

private:
    Result<void> launch();
    void ensure_worker();
    void on_worker_exit();
    void accept_all();
    void rest_from_accepting(int error);
    void on_unreadable(const std::string& payload, const Error& why);
    void on_frame(std::uint64_t generation, const std::string& payload);
    void on_hello(const wire::Hello& hello);
    void on_request(wire::Request request, std::chrono::steady_clock::time_point since);
    void on_finished(TryFinished report);
    void on_lost(const Error& why);
    void watch_silence();
    void send(const wire::ToWorker& message);
    void drain_then_stop();

    const LocalExecutorOptions options_;
    std::function<void(ExecutorEvent)> sink_;
    TaskRequestHandler handler_;
    std::filesystem::path socket_path_;
    Fd lock_, listener_;
    EventLoop loop_;
    std::shared_ptr<FrameConnection> worker_;
    std::uint64_t generation_ = 0;  // of worker_: answers to an older one are dropped
    bool greeted_ = false, draining_ = false, stopping_ = false;
    bool foreign_ = false;  // the worker speaks another version of the wire: it is only waited for
    pid_t peer_pid_ = 0;
    std::optional<std::chrono::steady_clock::time_point> lease_;  // the newest
    std::vector<TryRequest> waiting_;                             // for a worker
    Fd child_;                                                    // pidfd of a worker that we started
    pid_t child_pid_ = 0;
    EventLoop::Timer look_again_, silence_;
    std::chrono::milliseconds relaunch_delay_{0};
    std::optional<std::chrono::steady_clock::time_point>
        awaited_since_;  // a worker that has the lock and does not come
    std::chrono::steady_clock::time_point last_heard_;
    std::unique_ptr<RequestThreads> threads_;
    std::thread thread_;
};

Result<void> LocalExecutor::Impl::open(std::function<void(ExecutorEvent)> sink, TaskRequestHandler handler) {
    CHECK(!thread_.joinable());
    sink_ = std::move(sink);
    handler_ = std::move(handler);
    socket_path_ = TRY(executor_socket_path(options_.run_folder));
    TRY(make_directories(options_.run_folder));
    auto lock = lock_file(options_.run_folder / "executor.lock");
    if (!lock) {
        return std::unexpected(
            Error(lock.error().code(),
                  fmt::format("another gale server runs tasks for {}; stop it first, or choose another AIRFLOW_HOME",
                              options_.home.native()))
                .caused_by(std::move(lock).error()));
    }
    lock_ = std::move(*lock);
    listener_ = TRY(listen_on(socket_path_));
    loop_.watch(listener_.get(), EPOLLIN, [this](std::uint32_t) { accept_all(); });
    if (options_.worker_command && !worker_is_running(options_.run_folder)) TRY(launch());
    threads_ = std::make_unique<RequestThreads>(options_.request_threads);
    look_again_ = loop_.after(kLookAgain, [this] { ensure_worker(); });
    thread_ = std::thread([this] { loop_.run(); });
    return {};
}

Result<void> LocalExecutor::Impl::launch() {
    child_pid_ = TRY(launch_worker(options_.worker_command(socket_path_), options_.home, options_.run_folder));
    child_.reset(static_cast<int>(::syscall(SYS_pidfd_open, child_pid_, 0)));
    if (child_) loop_.watch(child_.get(), EPOLLIN, [this](std::uint32_t) { on_worker_exit(); });
    return {};
}

void LocalExecutor::Impl::on_worker_exit() {
    int status = 0;
    ::waitpid(child_pid_, &status, WNOHANG);
    loop_.unwatch(child_.get());
    child_.reset();
    child_pid_ = 0;
    if (stopping_) return;
    log::warning(
        "executor", "the worker process ended ({} {}); its log is {}", WIFSIGNALED(status) ? "signal" : "exit code",
        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), (options_.run_folder / "worker.log").native());
    if (!worker_) ensure_worker();
}

// Without a connection, one of three holds: a worker comes back by itself, one that we started is on its way, or we
// start one.
void LocalExecutor::Impl::ensure_worker() {
    loop_.cancel(look_again_);
    if (worker_ || stopping_) return;
    auto wait = std::chrono::milliseconds(kLookAgain);
    const auto now = std::chrono::steady_clock::now();
    // Without a pidfd its end is seen here only.
    if (child_pid_ != 0 && !child_ && ::waitpid(child_pid_, nullptr, WNOHANG) != 0) child_pid_ = 0;
    const bool running = worker_is_running(options_.run_folder);
    if (!running) awaited_since_.reset();
    if (running && !awaited_since_) awaited_since_ = now;
    if (running && now - *awaited_since_ > options_.silence_limit) {
        log::error(
            "executor", "a worker process holds {} and has not connected for {} s: {}",
            (options_.run_folder / "worker.lock").native(), to_seconds(options_.silence_limit),
            kill_worker(options_.run_folder, options_.home) ? "killing it" : "it could not be killed; kill it by hand");
        awaited_since_.reset();
    }
    if (options_.worker_command && child_pid_ == 0 && !running) {
        if (const auto launched = launch(); !launched) log::error("executor", "{}", launched.error().to_string());
        relaunch_delay_ =
            std::min<std::chrono::milliseconds>(std::max(relaunch_delay_ * 2, kLookAgain), kSlowestRelaunch);
        wait = relaunch_delay_;
    }
    look_again_ = loop_.after(wait, [this] { ensure_worker(); });
}

void LocalExecutor::Impl::accept_all() {
    for (;;) {
        Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket && errno == EINTR) continue;
        if (!socket) return rest_from_accepting(errno);
        ucred peer{};
        socklen_t size = sizeof peer;
        if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != ::geteuid()) {
            log::warning("executor", "refused a connection of user {}", peer.uid);
            continue;
        }
        if (worker_) worker_->close();  // the worker holds the lock, so the newer connection is the real one
        greeted_ = foreign_ = false;
        awaited_since_.reset();
        peer_pid_ = peer.pid;
        last_heard_ = std::chrono::steady_clock::now();
        worker_ = FrameConnection::make(loop_, std::move(socket));
        const auto generation = ++generation_;
        worker_->begin([this, generation](const std::string& payload) { on_frame(generation, payload); },
                       [this, generation](const Error& why) {
                           if (generation == generation_) on_lost(why);
                       });
        loop_.cancel(silence_);
        watch_silence();
    }
}

// The listener stays readable when there is no descriptor left to accept with: looking again at once would spin.
void LocalExecutor::Impl::rest_from_accepting(int error) {
    if (error == EAGAIN || error == EWOULDBLOCK) return;
    log::error("executor", "{}", errno_error(error, "cannot accept the worker's connection").to_string());
    loop_.unwatch(listener_.get());
    loop_.after(kLookAgain, [this] {
        if (listener_) loop_.watch(listener_.get(), EPOLLIN, [this](std::uint32_t) { accept_all(); });
    });
}

void LocalExecutor::Impl::watch_silence() {
    silence_ = loop_.after(options_.silence_limit / 4, [this] {
        if (!worker_) return;
        if (std::chrono::steady_clock::now() - last_heard_ < options_.silence_limit) return watch_silence();
        log::error("executor", "the worker process {} is silent for {} s: {}", peer_pid_,
                   to_seconds(options_.silence_limit),
                   peer_pid_ > 0 ? "killing it" : "it runs in another container; restart that one");
        if (peer_pid_ > 0) ::kill(peer_pid_, SIGKILL);  // 0: not of this PID namespace, and would mean our own group
        on_lost(Error(ErrorCode::timeout, "silent"));
    });
}

void LocalExecutor::Impl::on_lost(const Error& why) {
    if (worker_) worker_->close();
    worker_.reset();
    ++generation_;
    greeted_ = false;
    if (stopping_) return;
    log::warning("executor", "lost the worker: {}", why.to_string());
    ensure_worker();
}

void LocalExecutor::Impl::on_frame(std::uint64_t generation, const std::string& payload) {
    if (generation != generation_ || stopping_) return;
    last_heard_ = std::chrono::steady_clock::now();
    auto message = wire::decode_to_server(payload);
    if (!message) return on_unreadable(payload, message.error());
    if (auto* hello = std::get_if<wire::Hello>(&*message)) return on_hello(*hello);
    if (foreign_) return;
    if (!greeted_) return on_lost(Error(ErrorCode::data_corrupt, "its first message was no hello"));
    if (auto* request = std::get_if<wire::Request>(&*message)) return on_request(std::move(*request), last_heard_);
    if (auto* started = std::get_if<TryStarted>(&*message)) return sink_(std::move(*started));
    if (auto* finished = std::get_if<TryFinished>(&*message)) return on_finished(std::move(*finished));
}

// One message that cannot be read costs one question or one try, not the worker with all its tries.
void LocalExecutor::Impl::on_unreadable(const std::string& payload, const Error& why) {
    const auto body = json::parse_object(payload);
    const std::string op = body ? json::get_string_or(*body, "op", "").value_or("") : "";
    const std::string id = body ? json::get_string_or(*body, "id", "").value_or("") : "";
    if (!greeted_ || id.empty() || (op != "request" && op != "finished")) return on_lost(why);
    log::error("executor", "a message of the worker on try {} cannot be read: {}", id, why.to_string());
    if (op == "request") {
        send(wire::Response{json::get_int_or(*body, "number", 0).value_or(0), std::unexpected(why)});
        return;
    }
    TryFinished report;
    report.id = TaskInstanceId(id);
    report.at = system_clock().now();
    report.reason = "its report cannot be read: " + why.to_string();
    sink_(std::move(report));
}

void LocalExecutor::Impl::on_hello(const wire::Hello& hello) {
    if (hello.version != wire::kVersion) {
        // It ends with its tries; their reports wait on the disk for a worker of this version.
        log::warning("executor",
                     "the worker process {} speaks version {} of the wire, this server {}: no new task starts until "
                     "its {} tries have ended",
                     hello.pid, hello.version, wire::kVersion, hello.alive.size());
        foreign_ = true;
        if (const auto sent = worker_->send(wire::encode(wire::Drain{})); !sent) on_lost(sent.error());
        return;
    }
    greeted_ = true;
    draining_ = hello.draining;
    relaunch_delay_ = {};
    log::info("executor", "worker {} (process {}) is here with {} tries", hello.worker_id, hello.pid,
              hello.alive.size());
    WorkerConnected connected{.hostname = hello.hostname, .alive = hello.alive};
    for (const auto& request : waiting_) connected.alive.push_back(request.id);
    sink_(std::move(connected));
    if (draining_) return;  // another takes its place when it is done
    send(wire::Welcome{});
    if (lease_) send(wire::Lease{*lease_});
    for (auto& request : std::exchange(waiting_, {})) start(std::move(request));
}

// While the database is away a task waits for its answer: to be told so would end it for no fault of its own.
void LocalExecutor::Impl::on_request(wire::Request request, std::chrono::steady_clock::time_point since) {
    threads_->add([this, generation = generation_, since, request = std::move(request)]() mutable {
        wire::Response response{.number = request.number, .result = handler_(request.id, request.body)};
        loop_.post([this, generation, since, request = std::move(request), response = std::move(response)]() mutable {
            if (generation != generation_ || !worker_) return;  // it is asked again after the next hello
            const bool is_away = !response.result && response.result.error().code() == ErrorCode::unavailable;
            if (!is_away || std::chrono::steady_clock::now() - since > kStorePatience) return send(response);
            loop_.after(kRetryStore, [this, generation, since, request = std::move(request)]() mutable {
                if (generation == generation_) on_request(std::move(request), since);
            });
        });
    });
}

void LocalExecutor::Impl::on_finished(TryFinished report) {
    fault::pass("executor.report");
    if (!report.xcom) return sink_(std::move(report));
    threads_->add([this, report = std::move(report)]() mutable {
        const auto stored = handler_(report.id, *report.xcom);
        loop_.post([this, report = std::move(report), stored]() mutable {
            if (stopping_) return;  // not acknowledged: it comes again to the next server
            if (!stored && error_traits(stored.error().code()).retryable) {
                loop_.after(kRetryStore,
                            [this, report = std::move(report)]() mutable { on_finished(std::move(report)); });
                return;
            }
            if (!stored) {
                report.outcome = TaskState::failed;
                report.reason = "its output could not be stored as XCom: " + stored.error().to_string();
            }
            report.xcom.reset();
            sink_(std::move(report));
        });
    });
}

void LocalExecutor::Impl::start(TryRequest request) {
    if (!worker_ || !greeted_ || draining_) {
        waiting_.push_back(std::move(request));
        return;
    }
    fault::pass("executor.start");
    send(std::move(request));
}

void LocalExecutor::Impl::terminate(TaskInstanceId id, std::string reason) {
    std::erase_if(waiting_, [&](const TryRequest& request) { return request.id == id; });
    send(wire::Terminate{std::move(id), std::move(reason)});
}

void LocalExecutor::Impl::send(const wire::ToWorker& message) {
    if (!worker_ || !greeted_) return;
    if (const auto sent = worker_->send(wire::encode(message)); !sent) {
        log::error("executor", "cannot send to the worker: {}", sent.error().to_string());
        on_lost(sent.error());
    }
}

void LocalExecutor::Impl::drain_then_stop() {
    if (!stopping_) send(wire::Drain{});
    stopping_ = true;
    if (!worker_ || worker_->queued_bytes() == 0) return loop_.stop();
    loop_.after(5ms, [this] { drain_then_stop(); });
}

void LocalExecutor::Impl::stop() {
    if (!thread_.joinable()) return;
    loop_.post([this] {
        loop_.after(kFlushLimit, [this] { loop_.stop(); });
        drain_then_stop();
    });
    thread_.join();
    threads_.reset();
    if (worker_) worker_->close();
    worker_.reset();
    if (listener_) loop_.unwatch(listener_.get());
    listener_.reset();
    ::unlink(socket_path_.c_str());
    lock_.reset();
}

LocalExecutor::LocalExecutor(LocalExecutorOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
LocalExecutor::~LocalExecutor() = default;

Result<void> LocalExecutor::open(std::function<void(ExecutorEvent)> sink, TaskRequestHandler handler) {
    return impl_->open(std::move(sink), std::move(handler));
}
void LocalExecutor::start(TryRequest request) {
    impl_->post([impl = impl_.get(), request = std::move(request)]() mutable { impl->start(std::move(request)); });
}
void LocalExecutor::terminate(const TaskInstanceId& id, std::string reason) {
    impl_->post([impl = impl_.get(), id, reason = std::move(reason)] { impl->terminate(id, reason); });
}
void LocalExecutor::renew_lease(std::chrono::steady_clock::time_point at) {
    impl_->post([impl = impl_.get(), at] { impl->renew_lease(at); });
}

void LocalExecutor::acknowledge(const TaskInstanceId& id) {
    impl_->post([impl = impl_.get(), id] { impl->acknowledge(id); });
}
void LocalExecutor::stop() {
    impl_->stop();
}

}  // namespace gale
