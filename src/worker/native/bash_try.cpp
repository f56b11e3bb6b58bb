#include "worker/native/bash_try.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "config/config.hpp"
#include "worker/native/task_environment.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;

std::string find_bash() {
    for (const char* path : {"/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"}) {
        if (fs::exists(path)) return path;
    }
    return "/bin/bash";  // its absence is then the error of the start
}

}  // namespace

BashTry::~BashTry() {
    std::error_code ignored;  // a folder that stays is no failure of the task
    if (!temporary_folder_.empty()) fs::remove_all(temporary_folder_, ignored);
}

void BashTry::start() {
    if (const auto launched = launch(); !launched) report(TaskState::failed, launched.error().to_string());
}

Result<fs::path> BashTry::working_folder() {
    const auto cwd = TRY(json::get_optional_string(request_.native.fields, "cwd"));
    if (cwd) {
        if (!fs::exists(*cwd)) return fail(ErrorCode::not_found, fmt::format("Can not find the cwd: {}", *cwd));
        if (!fs::is_directory(*cwd))
            return fail(ErrorCode::invalid_argument, fmt::format("The cwd {} must be a directory", *cwd));
        return *cwd;
    }
    std::string pattern = (fs::temp_directory_path() / "airflowtmpXXXXXX").native();
    if (::mkdtemp(pattern.data()) == nullptr)
        return std::unexpected(errno_error(errno, "cannot make a temporary folder " + pattern));
    temporary_folder_ = pattern;
    return temporary_folder_;
}

Result<std::vector<std::string>> BashTry::environment() const {
    const json::object& fields = request_.native.fields;
    const json::object* given = json::find_object(fields, "env");
    std::map<std::string, std::string> variables;
    if (given == nullptr || TRY(json::get_bool_or(fields, "append_env", false))) variables = process_environment();
    if (given != nullptr) {
        for (const auto& member : *given) {
            const auto& value = member.value();
            variables[std::string(member.key())] =
                value.is_string() ? std::string(value.get_string()) : json::serialize(value);
        }
    }
    // Marks what this worker started, however deep.
    for (const char* name : {"GALE_WORKER_ID", "GALE_WORKER_HOME"}) {
        if (const char* value = ::getenv(name); value != nullptr) variables[name] = value;
    }
    for (const auto& [name, value] : context_variables(request_)) variables[name] = value;
    std::vector<std::string> list;
    for (const auto& [name, value] : variables) list.push_back(name + "=" + value);
    return list;
}

Result<void> BashTry::launch() {
    const json::object& fields = request_.native.fields;
    if (const auto* codes = json::find_array(fields, "skip_on_exit_code")) {
        for (const auto& code : *codes) {
            if (code.is_int64()) skip_codes_.insert(static_cast<int>(code.get_int64()));
        }
    }
    const std::string command = TRY(json::get_string(fields, "bash_command"));
    log_info(fmt::format("Running command: ['{}', '-c', {}]", find_bash(), json::serialize(json::value(command))));
    Pipe out = TRY(make_pipe());
    SpawnRequest spawned;
    spawned.argv = {find_bash(), "-c", command};
    spawned.environment = TRY(environment());
    spawned.cwd = TRY(working_folder()).native();
    // One pipe for both, so that their order is kept.
    spawned.stdout_fd = spawned.stderr_fd = out.write.get();
    const pid_t pid = TRY(spawn(spawned));
    out.write.reset();
    arm_timeout();
    watch_child(pid, std::move(out.read));
    return {};
}

void BashTry::on_stdout_line(std::string_view line) {
    last_line_ = to_valid_utf8(line);
    log().line("info", "task.stdout", last_line_);
}

void BashTry::conclude(int wait_status) {
    if (was_terminated()) return report(TaskState::failed, termination_reason());
    const std::string how = describe_exit(wait_status);
    const int code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
    if (skip_codes_.contains(code)) return report(TaskState::skipped, fmt::format("{} means skip", how));
    if (code != 0) return report(TaskState::failed, fmt::format("Bash command failed: {}", how));
    if (!request_.do_xcom_push) return report(TaskState::success, "");
    TryFinished finished;
    finished.outcome = TaskState::success;
    finished.xcom = xcom_request("return_value", json::value(last_line_));
    report(std::move(finished));
}

}  // namespace gale
