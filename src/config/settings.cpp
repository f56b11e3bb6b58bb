#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxRetentionDays = 36'500;

std::string env_or(const Environment& environment, const std::string& name, std::string fallback) {
    const auto found = environment.find(name);
    return found == environment.end() || found->second.empty() ? std::move(fallback) : found->second;
}

// "postgresql+psycopg2://…" and others of the kind.
bool is_postgres(std::string_view url) {
    const std::string_view scheme = url.substr(0, url.find("://"));
    const std::string_view dialect = scheme.substr(0, scheme.find('+'));
    return scheme.size() < url.size() && (dialect == "postgresql" || dialect == "postgres");
}

// "sqlite:////abs/path" and "sqlite:///relative/to/cwd", SQLAlchemy's form.
Result<fs::path> sqlite_path_of(const std::string& url) {
    for (const std::string_view prefix : {"sqlite:///", "sqlite+aiosqlite:///", "sqlite+pysqlite:///"}) {
        if (url.starts_with(prefix)) return fs::absolute(url.substr(prefix.size())).lexically_normal();
    }
    return fail(
        ErrorCode::unsupported,
        fmt::format("[database] sql_alchemy_conn is of '{}': Gale keeps its data in PostgreSQL or SQLite; write "
                    "postgresql://user:password@host:5432/database or sqlite:////absolute/path/gale.db",
                    url.find("://") == url.npos ? "no known kind" : url.substr(0, url.find("://"))));
}

Result<log::Level> level_of(const std::string& name) {
    if (name == "DEBUG") return log::Level::debug;
    if (name == "INFO" || name == "NOTSET") return log::Level::info;
    if (name == "WARNING" || name == "WARN") return log::Level::warning;
    if (name == "ERROR" || name == "CRITICAL" || name == "FATAL") return log::Level::error;
    return fail(ErrorCode::invalid_argument,
                fmt::format("[logging] logging_level is '{}': use DEBUG, INFO, WARNING or ERROR", name));
}

// The first that exists: a virtual environment of the source tree, one of an installation, what PATH has.
fs::path find_python(const Config& config, const fs::path& executable) {
    const std::string given = config.get("gale", "python", "");
    if (!given.empty()) return given;
    const fs::path bin = executable.parent_path();
    for (const fs::path& candidate : {bin / "../../../.venv/bin/python", bin / "../lib/gale/venv/bin/python"}) {
        // Not resolved: an interpreter finds its virtual environment by the name it was called by.
        if (fs::exists(candidate)) return candidate.lexically_normal();
    }
    return "python3";
}

fs::path find_python_path(const Config& config, const fs::path& executable) {
    const std::string given = config.get("gale", "pythonpath", "");
    if (!given.empty()) return given;
    const fs::path bin = executable.parent_path();
    for (const fs::path& candidate : {bin / "../../../python", bin / "../lib/gale/python"}) {
        if (fs::exists(candidate / "gale" / "__init__.py")) return candidate.lexically_normal();
    }
    return bin / "../lib/gale/python";
}

// "https://host:1234/prefix" → the prefix as "/prefix/", and "host:1234". A path alone is good, too.
Result<void> read_base_url(const std::string& url, Settings& settings) {
    const size_t scheme = url.find("://");
    const std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
    const size_t slash = std::min(rest.find('/'), rest.size());
    settings.api_base_host = rest.substr(0, slash);
    std::string path = "/" + rest.substr(std::min(slash + 1, rest.size()));
    if (!path.ends_with('/')) path += '/';
    constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    if (path.find_first_not_of(kPlain) != std::string::npos || path.find("//") != std::string::npos) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("[api] base_url is '{}': use an address such as https://host/gale, whose path has only "
                                "letters, digits and -._~",
                                url));
    }
    settings.api_base_path = path;
    return {};
}

std::vector<fs::path> paths_of(std::string_view list) {
    std::vector<fs::path> paths;
    for (const std::string& item : split_list(list)) paths.push_back(fs::absolute(item).lexically_normal());
    return paths;
}

// Airflow knows Hidden beside Disabled: both are off here.
Result<bool> read_test_connection(const Config& config) {
    const std::string text = config.get("core", "test_connection", "Disabled");
    if (text == "Enabled" || text == "enabled") return true;
    if (text == "Disabled" || text == "disabled" || text == "Hidden" || text == "hidden") return false;
    return fail(ErrorCode::invalid_argument,
                fmt::format("[core] test_connection is '{}': use Enabled, Disabled or Hidden", text));
}

Result<bool> read_expose_config(const Config& config) {
    if (config.get("api", "expose_config", "False") == "non-sensitive-only") return true;
    return config.get_bool("api", "expose_config", false);
}

Result<void> read_core(const Config& config, Settings& settings) {
    settings.dags_folder = fs::absolute(config.get("core", "dags_folder", (settings.home / "dags").native()));
    settings.parallelism = TRY(config.get_int("core", "parallelism", settings.parallelism));
    settings.max_active_tasks_per_dag =
        TRY(config.get_int("core", "max_active_tasks_per_dag", settings.max_active_tasks_per_dag));
    settings.max_active_runs_per_dag =
        TRY(config.get_int("core", "max_active_runs_per_dag", settings.max_active_runs_per_dag));
    settings.dags_are_paused_at_creation =
        TRY(config.get_bool("core", "dags_are_paused_at_creation", settings.dags_are_paused_at_creation));
    settings.dag_discovery_safe_mode =
        TRY(config.get_bool("core", "dag_discovery_safe_mode", settings.dag_discovery_safe_mode));
    settings.regexp_ignore_files = config.get("core", "dag_ignore_file_syntax", "glob") == "regexp";
    settings.dagbag_import_timeout =
        TRY(config.get_double("core", "dagbag_import_timeout", settings.dagbag_import_timeout));
    settings.default_pool_task_slot_count =
        TRY(config.get_int("core", "default_pool_task_slot_count", settings.default_pool_task_slot_count));
    settings.fernet_key = config.get("core", "fernet_key", "");
    settings.max_templated_field_length =
        TRY(config.get_int("core", "max_templated_field_length", settings.max_templated_field_length));
    settings.max_map_length = TRY(config.get_int("core", "max_map_length", settings.max_map_length));
    settings.killed_task_cleanup_time =
        TRY(config.get_double("core", "killed_task_cleanup_time", settings.killed_task_cleanup_time));
    settings.simple_auth_manager_all_admins = TRY(config.get_bool("core", "simple_auth_manager_all_admins", false));
    settings.simple_auth_manager_users = config.get("core", "simple_auth_manager_users", "");
    settings.test_connection = TRY(read_test_connection(config));
    if (settings.parallelism < 1) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("[core] parallelism is {}: at least 1 task must be able to run", settings.parallelism));
    }
    return {};
}

Result<void> read_servers(const Config& config, Settings& settings) {
    settings.create_cron_data_intervals = TRY(config.get_bool("scheduler", "create_cron_data_intervals", false));
    settings.catchup_by_default = TRY(config.get_bool("scheduler", "catchup_by_default", false));
    settings.scheduler_health_check_threshold =
        TRY(config.get_double("scheduler", "scheduler_health_check_threshold", 30));
    settings.enable_health_check = TRY(config.get_bool("scheduler", "enable_health_check", false));
    settings.scheduler_health_check_server_host =
        config.get("scheduler", "scheduler_health_check_server_host", settings.scheduler_health_check_server_host);
    settings.scheduler_health_check_server_port = TRY(
        config.get_int("scheduler", "scheduler_health_check_server_port", settings.scheduler_health_check_server_port));
    settings.min_file_process_interval =
        TRY(config.get_double("dag_processor", "min_file_process_interval", settings.min_file_process_interval));
    settings.parsing_processes = TRY(config.get_int("dag_processor", "parsing_processes", settings.parsing_processes));
    settings.api_host = config.get("api", "host", settings.api_host);
    settings.api_port = TRY(config.get_int("api", "port", settings.api_port));
    settings.maximum_page_limit = TRY(config.get_int("api", "maximum_page_limit", settings.maximum_page_limit));
    settings.fallback_page_limit = TRY(config.get_int("api", "fallback_page_limit", settings.fallback_page_limit));
    TRY(read_base_url(config.get("api", "base_url", ""), settings));
    settings.access_control_allow_origins = split_list(config.get("api", "access_control_allow_origins", ""), ", \n");
    settings.access_control_allow_methods = split_list(config.get("api", "access_control_allow_methods", ""), ", \n");
    settings.access_control_allow_headers = split_list(config.get("api", "access_control_allow_headers", ""), ", \n");
    const std::string zone = config.get("core", "default_timezone", "utc");
    settings.default_timezone = zone == "utc" ? "UTC" : zone;
    settings.expose_config = TRY(read_expose_config(config));
    settings.jwt_secret = config.get("api_auth", "jwt_secret", "");
    settings.jwt_expiration_time =
        TRY(config.get_double("api_auth", "jwt_expiration_time", settings.jwt_expiration_time));
    if (settings.api_port < 0 || settings.api_port > 65535) {
        return fail(ErrorCode::invalid_argument, fmt::format("[api] port is {}: use 0 to 65535", settings.api_port));
    }
    return {};
}

Result<void> read_retention(const Config& config, Settings& settings) {
    struct Age {
        const char *section, *key;
        double& days;
    };
    settings.dag_run_retention_days = TRY(config.get_double("database", "dag_run_retention_days", 0));
    settings.xcom_retention_days = TRY(config.get_double("database", "xcom_retention_days", 0));
    settings.audit_log_retention_days = TRY(config.get_double("database", "audit_log_retention_days", 0));
    settings.task_log_retention_days = TRY(config.get_double("logging", "task_log_retention_days", 0));
    for (const Age& age : {Age{"database", "dag_run_retention_days", settings.dag_run_retention_days},
                           Age{"database", "xcom_retention_days", settings.xcom_retention_days},
                           Age{"database", "audit_log_retention_days", settings.audit_log_retention_days},
                           Age{"logging", "task_log_retention_days", settings.task_log_retention_days}}) {
        if (age.days >= 0 && age.days <= kMaxRetentionDays) continue;
        return fail(ErrorCode::invalid_argument,
                    fmt::format("[{}] {} is {}: use a number of days up to {}; 0 keeps everything", age.section,
                                age.key, age.days, kMaxRetentionDays));
    }
    settings.retention_check_interval =
        TRY(config.get_double("database", "retention_check_interval", settings.retention_check_interval));
    settings.retention_batch_size =
        TRY(config.get_int("database", "retention_batch_size", settings.retention_batch_size));
    if (settings.retention_check_interval < 1 || settings.retention_batch_size < 1)
        return fail(ErrorCode::invalid_argument,
                    "[database] retention_check_interval and retention_batch_size are at least 1");
    return {};
}

}  // namespace

Result<Settings> load_settings(const Environment& environment, const fs::path& executable) {
    Settings settings;
    settings.home =
        fs::absolute(env_or(environment, "AIRFLOW_HOME", env_or(environment, "HOME", "/root") + "/airflow"));
    const fs::path cfg = env_or(environment, "AIRFLOW_CONFIG", (settings.home / "airflow.cfg").native());
    std::string cfg_text;
    if (fs::exists(cfg)) cfg_text = TRY(read_file(cfg));
    const Config config = TRY(Config::load(environment, cfg_text, cfg.native()));

    TRY(read_core(config, settings));
    TRY(read_servers(config, settings));
    TRY(read_retention(config, settings));
    const std::string url =
        config.get("database", "sql_alchemy_conn", fmt::format("sqlite:///{}", (settings.home / "gale.db").native()));
    if (is_postgres(url))
        settings.postgres_url = url;
    else
        settings.sqlite_path = TRY(sqlite_path_of(url));
    settings.sql_alchemy_pool_size = TRY(config.get_int("database", "sql_alchemy_pool_size", 5));
    if (settings.sql_alchemy_pool_size < 1)
        return fail(ErrorCode::invalid_argument, "[database] sql_alchemy_pool_size must be 1 or more");
    settings.base_log_folder =
        fs::absolute(config.get("logging", "base_log_folder", (settings.home / "logs").native()));
    settings.logging_level = TRY(level_of(config.get("logging", "logging_level", "INFO")));

    settings.first_user = env_or(environment, "_AIRFLOW_WWW_USER_USERNAME", settings.first_user);
    const std::string password = env_or(environment, "_AIRFLOW_WWW_USER_PASSWORD", "");
    if (!password.empty()) settings.first_password = password;
    settings.python = find_python(config, executable);
    settings.python_path = find_python_path(config, executable);
    settings.result_folders = paths_of(config.get("gale", "result_folders", (settings.home / "results").native()));
    settings.worker_lease = TRY(config.get_double("gale", "worker_lease", settings.worker_lease));
    settings.start_worker = TRY(config.get_bool("gale", "start_worker", settings.start_worker));
    settings.max_tasks_per_child = TRY(config.get_int("gale", "max_tasks_per_child", settings.max_tasks_per_child));
    if (settings.max_tasks_per_child < 1)
        return fail(ErrorCode::invalid_argument, fmt::format("[gale] max_tasks_per_child is {}: 1 gives each try a "
                                                             "process of its own, more keep it for as many tries",
                                                             settings.max_tasks_per_child));
    // Read by the Python half, not here.
    for (const auto* key : {"load_examples", "executor", "auth_manager", "default_task_retries"})
        (void)config.find("core", key);
    settings.options = config.values();
    settings.unknown_keys = config.unread_keys();
    return settings;
}

}  // namespace gale
