#include "worker/worker.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <deque>
#include <map>

#include "base/check.hpp"
#include "base/fault.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "base/memory.hpp"
#include "executor/connection.hpp"
#include "executor/local/worker_launch.hpp"
#include "executor/wire.hpp"
#include "worker/leftovers.hpp"
#include "worker/python/zygotes.hpp"
#include "worker/spool.hpp"
#include "worker/try.hpp"

namespace gale {
namespace {

constexpr std::string_view kRoom = "worker";
constexpr auto kReconnect = std::chrono::milliseconds{100};
constexpr auto kHeartbeat = std::chrono::seconds{5};

std::string own_hostname() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

// A thousand tries hold several descriptors each.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);  // what there is must do
}

class Worker final : public TryHost {
public:
    explicit Worker(const WorkerOptions& options)
        : options_(options),
          hostname_(own_hostname()),
          spool_(options.run_folder / "spool"),
          zygotes_(loop_, options_) {
        const char* id = std::getenv("GALE_WORKER_ID");
        worker_id_ = id != nullptr ? id : uuid7();
    }
    ~Worker() override {
        tries_.clear();
        if (connection_) connection_->close();
    }

    Result<void> run() {
        lock_ = TRY(lock_file(options_.run_folder / "worker.lock"));
        raise_descriptor_limit();
        TRY(take_signals());
        kill_leftovers(options_.home, worker_id_);
        for (auto& report : spool_.load()) {
            const TaskInstanceId id = report.id;
            reports_[id] = {std::move(report), true};
        }
        disconnected_since_ = EventLoop::SteadyClock::now();
        connect();
        beat();
        zygotes_.warm_up();
        loop_.run();
        return {};
    }

    // --- TryHost
    EventLoop& loop() override { return loop_; }
    const WorkerOptions& options() const override { return options_; }
    const Clock& clock() const override { return system_clock(); }
    const std::string& hostname() const override { return hostname_; }
    PythonZygotes& zygotes() override { return zygotes_; }

    void started(const TaskInstanceId& id, int pid) override {
        const auto found = tries_.find(id);
        if (found == tries_.end() || found->second.start) return;
        found->second.start = TryStarted{id, clock().now(), hostname_, pid};
        send(*found->second.start);
    }

    void finished(TryFinished report) override {
        const TaskInstanceId id = report.id;
        started(id, 0);
        tries_.erase(id);
        std::erase_if(questions_, [&](const auto& question) { return question.second.request.id == id; });
        Report& kept = reports_[id] = {std::move(report), false};
        fault::pass("worker.report");
        if (!send(kept.finished)) keep_on_disk(kept);
        leave_if_done();
    }

    void ask(const TaskInstanceId& id, json::object body, Answer answer) override {
        const std::int64_t number = ++last_question_;
        Question& question = questions_[number] = {{number, id, std::move(body)}, std::move(answer)};
        send(question.request);  // without a server it is asked after the next hello
    }

    void run_rendered(const TaskInstanceId& id, TryRequest request, TryLog log) override {
        const auto found = tries_.find(id);
        CHECK(found != tries_.end());
        const std::shared_ptr<Try> renderer = found->second.work;
        loop_.post([renderer] {});  // alive until its own stack is unwound
        found->second.work = make_try(*this, std::move(request), std::move(log));
        const std::shared_ptr<Try> work = found->second.work;
        work->start();
    }

private:
    struct Running {
        std::shared_ptr<Try> work;
        std::optional<TryStarted> start;
    };
    struct Report {
        TryFinished finished;
        bool on_disk = false;
    };
    struct Question {
        wire::Request request;
        Answer answer;
    };

    bool send(const wire::ToServer& message) {
        if (!connection_ || !connection_->is_open() || !greeted_) return false;
        const auto sent = connection_->send(wire::encode(message));
        if (!sent) log::error(kRoom, "cannot tell the server: {}", sent.error().to_string());
        return sent.has_value();
    }

    void keep_on_disk(Report& report) {
        if (report.on_disk) return;
        const auto kept = spool_.keep(report.finished);
        report.on_disk = kept.has_value();
        if (!kept) log::error(kRoom, "a report is kept in memory only: {}", kept.error().to_string());
    }

    // --- the server's socket
    void connect() {
        Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        options_.socket.native().copy(address.sun_path, sizeof address.sun_path - 1);
        if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            loop_.after(kReconnect, [this] { connect(); });
            return give_up_if_alone();
        }
        connection_ = FrameConnection::make(loop_, std::move(socket));
        connection_->begin([this](const std::string& payload) { on_message(payload); },
                           [this](const Error& why) { on_lost(why); });
        // A drain ends with its server: the next one may give work at once, whatever still runs of before.
        if (drained_by_server_ && !lease_over_) draining_ = drained_by_server_ = false;
        wire::Hello hello;
        hello.worker_id = worker_id_;
        hello.hostname = hostname_;
        hello.pid = ::getpid();
        hello.draining = draining_;
        for (const auto& [id, running] : tries_) hello.alive.push_back(id);
        for (const auto& [id, report] : reports_) hello.alive.push_back(id);
        greeted_ = true;
        if (!send(hello)) return;
        for (const auto& [id, running] : tries_) {
            if (running.start) send(*running.start);
        }
        for (const auto& [id, report] : reports_) send(report.finished);
        for (const auto& [number, question] : questions_) send(question.request);
    }

    void on_lost(const Error& why) {
        log::info(kRoom, "the server is gone ({}); {} tries go on", why.to_string(), tries_.size());
        connection_.reset();
        greeted_ = false;
        disconnected_since_ = EventLoop::SteadyClock::now();
        for (auto& [id, report] : reports_) keep_on_disk(report);
        loop_.after(kReconnect, [this] { connect(); });
        leave_if_done();
    }

    void give_up_if_alone() {
        const auto alone = EventLoop::SteadyClock::now() - disconnected_since_;
        if (tries_.empty() && options_.idle_limit && alone >= *options_.idle_limit) return loop_.stop();
        if (lease_from_ || alone < options_.lease) return;
        end_lease("its server was away");
    }

    // Where several servers share a database, one that cannot reach it is as good as away: others take its tries over.
    void check_lease() {
        if (lease_from_ && EventLoop::SteadyClock::now() - *lease_from_ >= options_.lease)
            end_lease("its server could not reach the database");
    }

    void end_lease(std::string_view why) {
        if (tries_.empty() || lease_over_) return;
        lease_over_ = draining_ = true;
        log::warning(kRoom, "{} for {:g} s: ending {} tries", why, to_seconds(options_.lease), tries_.size());
        terminate_all(fmt::format("{} for {:g} s", why, to_seconds(options_.lease)));
    }

    void on_message(const std::string& payload) {
        auto message = wire::decode_to_worker(payload);
        if (!message) {
            log::error(kRoom, "a message of the server cannot be read: {}", message.error().to_string());
            return;
        }
        std::visit([this](auto&& part) { on(std::forward<decltype(part)>(part)); }, std::move(*message));
    }

    void on(wire::Welcome) {}
    void on(const wire::Lease& lease) { lease_from_ = std::max(lease.from, lease_from_.value_or(lease.from)); }
    void on(TryRequest request) {
        const TaskInstanceId id = request.id;
        if (tries_.contains(id) || reports_.contains(id)) return;  // handed over again: it is known
        if (lease_over_) return;  // its server hands it to the worker that follows this one
        auto log = TryLog::open(request.log_path, clock());
        if (!log) {
            tries_[id];
            TryFinished report;
            report.id = id;
            report.at = clock().now();
            report.reason = "its log cannot be written: " + log.error().to_string();
            return finished(std::move(report));
        }
        log->line("info", "task",
                  fmt::format("Try {} of {}.{} in run {} begins on {}", request.try_number, request.dag_id.str(),
                              request.task_id.str(), request.run_id.str(), hostname_));
        tries_[id].work = make_try(*this, std::move(request), std::move(*log));
        const std::shared_ptr<Try> work = tries_[id].work;
        work->start();
    }
    void on(const wire::Terminate& order) {
        const auto found = tries_.find(order.id);
        if (found != tries_.end()) return found->second.work->terminate(order.reason);
        if (const auto report = reports_.find(order.id); report != reports_.end()) send(report->second.finished);
    }
    void on(const wire::Response& response) {
        const auto found = questions_.find(response.number);
        if (found == questions_.end()) return;
        const Answer answer = std::move(found->second.answer);
        questions_.erase(found);
        answer(response.result);
    }
    void on(const wire::Acknowledge& acknowledged) {
        const auto found = reports_.find(acknowledged.id);
        if (found == reports_.end()) return;
        fault::pass("worker.acknowledged");
        if (found->second.on_disk) spool_.remove(acknowledged.id);
        reports_.erase(found);
        leave_if_done();
    }
    void on(wire::Drain) {
        drained_by_server_ = !draining_;
        drain();
    }

    // --- the end
    void drain() {
        draining_ = true;
        leave_if_done();
    }
    void leave_if_done() {
        if (!draining_ || !tries_.empty()) return;
        for (auto& [id, report] : reports_) keep_on_disk(report);
        loop_.stop();
    }
    void terminate_all(const std::string& reason) {
        const auto running = tries_;
        for (const auto& [id, entry] : running) entry.work->terminate(reason);
    }

    Result<void> take_signals() {
        sigset_t set;
        ::sigemptyset(&set);
        ::sigaddset(&set, SIGTERM);
        ::sigaddset(&set, SIGINT);
        ::sigprocmask(SIG_BLOCK, &set, nullptr);
        ::signal(SIGPIPE, SIG_IGN);
        signals_ = Fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
        if (!signals_) return std::unexpected(errno_error(errno, "cannot wait for signals"));
        loop_.watch(signals_.get(), EPOLLIN, [this](std::uint32_t) {
            signalfd_siginfo info{};
            while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
                if (draining_) terminate_all("the worker was asked to end");
                drain();
            }
        });
        return {};
    }

    void beat() {
        send(wire::Heartbeat{});
        check_lease();
        give_back_memory();
        loop_.after(kHeartbeat, [this] { beat(); });
    }

    const WorkerOptions options_;
    const std::string hostname_;
    std::string worker_id_;
    Fd lock_;
    EventLoop loop_;
    Fd signals_;
    Spool spool_;
    PythonZygotes zygotes_;
    std::shared_ptr<FrameConnection> connection_;
    bool greeted_ = false, draining_ = false, drained_by_server_ = false, lease_over_ = false;
    EventLoop::SteadyClock::time_point disconnected_since_;
    std::optional<EventLoop::SteadyClock::time_point> lease_from_;  // nullopt: no server ever told one
    std::map<TaskInstanceId, Running> tries_;
    std::map<TaskInstanceId, Report> reports_;  // not acknowledged yet
    std::map<std::int64_t, Question> questions_;
    std::int64_t last_question_ = 0;
};

}  // namespace

int run_worker(const WorkerOptions& options) {
    log::init(log::Level::info);
    Worker worker(options);
    if (const auto ran = worker.run(); !ran) {
        log::error(kRoom, "{}", ran.error().to_string());
        return 1;
    }
    return 0;
}

}  // namespace gale
