// Everything that can be set, typed, in one place. docs/configuration.md lists each; a test holds the two together.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "config/config.hpp"

namespace gale {

struct Settings {
    std::filesystem::path home;  // AIRFLOW_HOME, else ~/airflow

    // [core]
    std::filesystem::path dags_folder;
    int parallelism = 32;
    int max_active_tasks_per_dag = 16;
    int max_active_runs_per_dag = 16;
    bool dags_are_paused_at_creation = true;
    bool dag_discovery_safe_mode = true;
    bool regexp_ignore_files = false;   // dag_ignore_file_syntax = regexp
    double dagbag_import_timeout = 30;  // seconds
    int default_pool_task_slot_count = 128;
    std::string fernet_key;
    int max_templated_field_length = 4096;
    int max_map_length = 1024;
    double killed_task_cleanup_time = 5;  // seconds between SIGTERM and SIGKILL
    // [database]
    // Ages in days after which things go by themselves; 0: never.
    double dag_run_retention_days = 0, xcom_retention_days = 0, audit_log_retention_days = 0;
    double retention_check_interval = 3600;  // seconds
    int retention_batch_size = 100;          // rows in one transaction
    std::filesystem::path sqlite_path;       // empty: postgres_url is set
    std::string postgres_url;                // has the password
    int sql_alchemy_pool_size = 5;           // PostgreSQL connections for reads
    // [logging]
    double task_log_retention_days = 0;
    std::filesystem::path base_log_folder;
    log::Level logging_level = log::Level::info;
    // [scheduler]
    bool create_cron_data_intervals = false;
    bool catchup_by_default = false;
    double scheduler_health_check_threshold = 30;  // seconds
    bool enable_health_check = false;              // an HTTP server of the scheduler's own, GET /health
    std::string scheduler_health_check_server_host = "0.0.0.0";
    int scheduler_health_check_server_port = 8974;
    // [dag_processor]
    double min_file_process_interval = 300;  // seconds
    int parsing_processes = 2;
    // [api], [api_auth]
    std::string default_timezone = "UTC";  // [core] default_timezone; Airflow's "utc" is "UTC"
    std::string api_host = "0.0.0.0";
    int api_port = 8080;
    int maximum_page_limit = 100;
    int fallback_page_limit = 50;
    // [api] base_url: where a proxy has this server. Its path, with '/' at both ends, and its host and port.
    std::string api_base_path = "/", api_base_host;
    // [api] access_control_allow_*: what scripts of other sites may do.
    std::vector<std::string> access_control_allow_origins, access_control_allow_methods, access_control_allow_headers;
    std::string jwt_secret;
    double jwt_expiration_time = 86400;  // seconds
    bool simple_auth_manager_all_admins = false;
    std::string simple_auth_manager_users;  // "bob:admin,peter:viewer": made at the start when they are not there
    bool expose_config = false;             // True and non-sensitive-only: secrets are hidden either way
    bool test_connection = false;           // [core] test_connection = Enabled

    // The first user.
    std::string first_user = "admin";
    std::optional<std::string> first_password;

    // Gale's own.
    std::filesystem::path python;                       // GALE_PYTHON: the interpreter that runs DAG files
    std::filesystem::path python_path;                  // GALE_PYTHONPATH: where the packages airflow and gale are
    std::vector<std::filesystem::path> result_folders;  // GALE_RESULT_FOLDERS: whose files the page may show
    double worker_lease = 300;    // GALE_WORKER_LEASE, seconds a worker goes on without its server
    int max_tasks_per_child = 1;  // GALE_MAX_TASKS_PER_CHILD: tries that one Python process runs, one after another
    bool start_worker = true;     // GALE_START_WORKER; false: `gale worker` is started by somebody else

    std::vector<ConfigValue> options;       // all, as they hold
    std::vector<std::string> unknown_keys;  // set, but not known to Gale: worth a warning

    std::filesystem::path run_folder() const { return home / "run"; }
    // Servers on other machines may use the database too.
    bool shares_database() const { return sqlite_path.empty(); }
};

// `executable` is this binary's path: the interpreter and the packages are looked for beside it.
Result<Settings> load_settings(const Environment& environment, const std::filesystem::path& executable);

}  // namespace gale
