#include "main/server.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "api/server.hpp"
#include "base/check.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "catalog/dag_processor.hpp"
#include "executor/local/local_executor.hpp"
#include "main/config_options.hpp"
#include "main/open_store.hpp"
#include "main/retention_part.hpp"
#include "main/scheduler_health.hpp"
#include "main/worker_command.hpp"
#include "scheduler/explain.hpp"
#include "scheduler/scheduler.hpp"
#include "service/execution_service.hpp"
#include "store/database_clock.hpp"
#include "worker/python/file_parser.hpp"

namespace gale {
namespace {

constexpr std::string_view kRoom = "server";
constexpr std::chrono::seconds kClockSync{5};
// A dead scheduler's DAGs are with another one within 5 s. On a database of one machine that is nobody's concern, and
// the disk may sleep.
constexpr LeaseTiming kSharedLeases{.renew_every = std::chrono::seconds{1}, .dead_after = std::chrono::seconds{4}};
constexpr LeaseTiming kOwnLeases{.renew_every = std::chrono::seconds{5}, .dead_after = std::chrono::seconds{20}};
// A worker looks at its lease every 5 s.
constexpr std::chrono::seconds kLeaseMargin{15};

std::string hostname() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

// Names this AIRFLOW_HOME among all that use the database, for good. The executor's lock keeps a second server from it.
Result<std::string> node_id(const std::filesystem::path& run_folder) {
    TRY(make_directories(run_folder));
    const auto path = run_folder / "node_id";
    if (std::filesystem::exists(path)) {
        std::string id = TRY(read_file(path));
        while (!id.empty() && std::isspace(static_cast<unsigned char>(id.back()))) id.pop_back();
        if (!id.empty()) return id;
    }
    const std::string fresh = uuid7();
    TRY(write_file_atomically(path, fresh + "\n"));
    return fresh;
}

// SIGTERM and SIGINT are taken by one waiting thread and blocked in all others. Children get a clean mask from their
// spawner.
class StopSignals {
public:
    StopSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        CHECK(::pthread_sigmask(SIG_BLOCK, &set_, nullptr) == 0);
        ::signal(SIGPIPE, SIG_IGN);
    }
    int wait() const {
        int signal = 0;
        while (::sigwait(&set_, &signal) != 0) {
        }
        return signal;
    }

private:
    sigset_t set_;
};

class Server {
public:
    Server(const Settings& settings, Roles roles, const std::filesystem::path& executable)
        : settings_(settings), roles_(roles), executable_(executable) {}

    Result<void> start() {
        store_ = TRY(open_store(settings_, roles_.migrate ? SchemaUse::migrate : SchemaUse::check));
        if (settings_.shares_database()) TRY(start_clock());
        secrets_ = std::make_unique<Secrets>(TRY(Secrets::from_fernet_keys(settings_.fernet_key)));
        TRY(secrets_->check_keys(*store_));
        runs_ = std::make_unique<RunService>(*store_, *clock_);
        if (roles_.api) TRY(start_api());
        if (roles_.scheduler) TRY(start_scheduler());
        if (roles_.dag_processor) start_dag_processor();
        return {};
    }

    // In the order that loses nothing: no new requests, no new decisions, then the executor's connection.
    void stop() {
        if (api_) api_->stop();
        if (health_) health_->stop();
        for (auto& thread : threads_) thread.request_stop();
        for (auto& parser : parsers_) parser->stop();
        threads_.clear();
        if (executor_) executor_->stop();
    }

    bool failed() const { return failed_; }

private:
    // A part that ends with an error takes the server down: a supervisor such as systemd then starts it anew.
    void run_part(std::string name, std::function<Result<void>(std::stop_token)> part) {
        threads_.emplace_back([this, name = std::move(name), part = std::move(part)](std::stop_token stop) {
            const auto ended = part(stop);
            if (ended || stop.stop_requested()) return;
            log::error(name, "{}", ended.error().to_string());
            failed_ = true;
            ::kill(::getpid(), SIGTERM);
        });
    }

    // The machines of one database go by its clock.
    Result<void> start_clock() {
        TRY(database_clock_.sync(*store_));
        clock_ = &database_clock_;
        run_part("clock", [this](std::stop_token stop) -> Result<void> {
            std::mutex mutex;
            std::condition_variable_any stopped;
            std::unique_lock lock(mutex);
            bool failed = false;
            while (!stopped.wait_for(lock, stop, kClockSync, [&] { return stop.stop_requested(); })) {
                const auto synced = database_clock_.sync(*store_);
                if (!synced && !failed)
                    log::warning("clock",
                                 "the database's time cannot be read, the machine's clock goes on from the "
                                 "last one: {}",
                                 synced.error().to_string());
                failed = !synced;
            }
            return {};
        });
        return {};
    }

    SchedulerSettings scheduler_settings() const {
        SchedulerSettings wanted;
        wanted.limits = {settings_.parallelism, settings_.max_active_tasks_per_dag};
        wanted.schedule_defaults.create_cron_data_intervals = settings_.create_cron_data_intervals;
        wanted.base_log_folder = settings_.base_log_folder;
        wanted.hostname = hostname();
        wanted.leases = settings_.shares_database() ? kSharedLeases : kOwnLeases;
        wanted.leases.worker_lease =
            from_seconds(settings_.worker_lease + settings_.killed_task_cleanup_time) + kLeaseMargin;
        return wanted;
    }

    Result<void> start_api() {
        dags_ = std::make_unique<DagService>(*store_, *clock_);
        admin_ = std::make_unique<AdminService>(*store_, *secrets_, *clock_);
        logs_ = std::make_unique<LogService>(settings_.base_log_folder);
        results_ = std::make_unique<ResultService>(*store_, settings_.result_folders);
        auth_ = std::make_unique<AuthService>(TRY(AuthService::open(*store_, *clock_, settings_.jwt_secret)));
        views_ = std::make_unique<ViewService>(*store_, *clock_, scheduler_settings().schedule_defaults);
        explainer_ = std::make_unique<RunExplainer>(*store_, scheduler_settings(),
                                                    from_seconds(settings_.scheduler_health_check_threshold));
        const auto explain = [this](const DagId& dag_id, const RunId& run_id) {
            return explainer_->explain(dag_id, run_id, clock_->now());
        };
        const auto user = TRY(auth_->ensure_first_user(settings_.first_user, settings_.first_password));
        users_ = std::make_unique<UserService>(*store_, *clock_);
        const auto made = TRY(users_->ensure_users(settings_.simple_auth_manager_users));
        ApiSettings api_settings;
        api_settings.config = config_options(settings_);
        api_settings.expose_config = settings_.expose_config;
        api_settings.test_connection = settings_.test_connection;
        api_settings.version = GALE_VERSION;
        api_settings.page_limits = {settings_.fallback_page_limit, settings_.maximum_page_limit};
        api_settings.token_lifetime = from_seconds(settings_.jwt_expiration_time);
        api_settings.health_threshold = from_seconds(settings_.scheduler_health_check_threshold);
        if (settings_.simple_auth_manager_all_admins)
            api_settings.authentication.all_admins_user = settings_.first_user;
        api_settings.authentication.own_host = settings_.api_base_host;
        api_settings.base_path = settings_.api_base_path;
        api_settings.default_timezone = settings_.default_timezone;
        api_settings.cross_site = {settings_.access_control_allow_origins, settings_.access_control_allow_methods,
                                   settings_.access_control_allow_headers};
        HttpServerOptions http;
        http.host = settings_.api_host;
        http.port = static_cast<std::uint16_t>(settings_.api_port);
        api_ = std::make_unique<ApiServer>(ApiOptions{http, api_settings},
                                           ApiServices{*store_, *runs_, *dags_, *admin_, *logs_, *results_, *auth_,
                                                       *users_, *clock_, *views_, explain});
        TRY(api_->start());
        if (user.generated_password) {
            // To the terminal only, once: it is kept nowhere but as a hash.
            std::fprintf(stderr, "\nThe first user is '%s' with the password '%s'. It is not shown again.\n\n",
                         user.username.c_str(), user.generated_password->c_str());
        }
        for (const auto& [username, password] : made) {
            std::fprintf(stderr,
                         "The user '%s' of [core] simple_auth_manager_users has the password '%s'. It is not "
                         "shown again.\n",
                         username.c_str(), password.c_str());
        }
        return {};
    }

    Result<void> start_scheduler() {
        execution_ = std::make_unique<ExecutionService>(*store_, *secrets_, *runs_, *clock_, settings_.max_map_length);
        LocalExecutorOptions options;
        options.home = settings_.home;
        options.run_folder = settings_.run_folder();
        if (settings_.start_worker) {
            options.worker_command = [this](const std::filesystem::path& socket) {
                return worker_command(settings_, executable_, socket);
            };
        }
        options.tells_leases = settings_.shares_database();
        executor_ = std::make_unique<LocalExecutor>(options);
        SchedulerSettings settings = scheduler_settings();
        settings.node_id = TRY(node_id(settings_.run_folder()));
        scheduler_ = std::make_unique<Scheduler>(*store_, *executor_, *clock_, std::move(settings));
        TRY(scheduler_->open(
            [this](const TaskInstanceId& id, const json::object& request) { return execution_->handle(id, request); }));
        if (settings_.enable_health_check)
            health_ = TRY(start_scheduler_health(settings_, *store_, *clock_, hostname()));
        run_part("scheduler", [this](std::stop_token stop) { return scheduler_->run(stop); });
        run_part("retention", [this](std::stop_token stop) -> Result<void> {
            run_retention(*store_, *clock_, settings_, hostname(), stop);
            return {};
        });
        return {};
    }

    void start_dag_processor() {
        DagProcessorOptions options;
        options.dags_folder = settings_.dags_folder;
        options.discovery = {settings_.regexp_ignore_files ? IgnoreSyntax::regexp : IgnoreSyntax::glob,
                             settings_.dag_discovery_safe_mode};
        options.intake.max_active_tasks = settings_.max_active_tasks_per_dag;
        options.intake.max_active_runs = settings_.max_active_runs_per_dag;
        options.intake.paused_at_creation = settings_.dags_are_paused_at_creation;
        options.intake.schedule.create_cron_data_intervals = settings_.create_cron_data_intervals;
        options.min_file_process_interval = from_seconds(settings_.min_file_process_interval);
        options.hostname = hostname();
        std::vector<ParseFile> parse;
        for (int i = 0; i < std::max(1, settings_.parsing_processes); ++i) {
            auto& parser = parsers_.emplace_back(std::make_unique<FileParser>(python_options(settings_)));
            parse.push_back([this, &parser = *parser](const DagFile& file) {
                return parser.parse(file.path, settings_.dags_folder, from_seconds(settings_.dagbag_import_timeout));
            });
        }
        // One interpreter stays for the next change; the others were for the crowd.
        options.after_parsing = [this] {
            for (size_t i = 1; i < parsers_.size(); ++i) parsers_[i]->rest();
        };
        parsers_.front()->warm_up();
        processor_ = std::make_unique<DagProcessor>(*store_, *clock_, std::move(options), std::move(parse));
        run_part("dag-processor", [this](std::stop_token stop) { return processor_->run(stop); });
    }

    const Settings& settings_;
    const Roles roles_;
    const std::filesystem::path& executable_;
    std::atomic<bool> failed_ = false;
    std::unique_ptr<Store> store_;
    DatabaseClock database_clock_;
    const Clock* clock_ = &system_clock();
    std::unique_ptr<Secrets> secrets_;
    std::unique_ptr<RunService> runs_;
    std::unique_ptr<DagService> dags_;
    std::unique_ptr<AdminService> admin_;
    std::unique_ptr<LogService> logs_;
    std::unique_ptr<ResultService> results_;
    std::unique_ptr<AuthService> auth_;
    std::unique_ptr<ViewService> views_;
    std::unique_ptr<RunExplainer> explainer_;
    std::unique_ptr<UserService> users_;
    std::unique_ptr<ExecutionService> execution_;
    std::unique_ptr<LocalExecutor> executor_;
    std::unique_ptr<Scheduler> scheduler_;
    std::unique_ptr<HttpServer> health_;
    std::vector<std::unique_ptr<FileParser>> parsers_;
    std::unique_ptr<DagProcessor> processor_;
    std::unique_ptr<ApiServer> api_;
    std::vector<std::jthread> threads_;
};

}  // namespace

int run_server(const Settings& settings, Roles roles, const std::filesystem::path& executable) {
    log::init(settings.logging_level);
    for (const auto& key : settings.unknown_keys) log::warning(kRoom, "{} is set, but Gale does not know it", key);
    const StopSignals signals;
    Server server(settings, roles, executable);
    if (const auto started = server.start(); !started) {
        log::error(kRoom, "{}", started.error().to_string());
        server.stop();
        return error_traits(started.error().code()).exit_code;
    }
    const int signal = signals.wait();
    log::info(kRoom, "{}: stopping", server.failed() ? "an error" : ::strsignal(signal));
    server.stop();
    log::info(kRoom, "stopped");
    return server.failed() ? 1 : 0;
}

}  // namespace gale
