#include "worker/python/python_try.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "worker/process.hpp"
#include "worker/python/control_channel.hpp"
#include "worker/python/msgpack_json.hpp"

namespace gale {
namespace {

// Where a child's descriptors stay open although it is gone (a process that it left behind holds them), this is enough.
constexpr auto kEndWait = std::chrono::milliseconds{1000};
// A Python task keeps its own execution_timeout; ours is for one that cannot.
constexpr auto kTimeoutSlack = std::chrono::seconds{5};

}  // namespace

PythonTry::~PythonTry() {
    host_.loop().cancel(end_wait_);
    close_streams();
}

json::object PythonTry::startup_details() const {
    json::object ti{{"id", request_.id.str()},
                    {"task_id", request_.task_id.str()},
                    {"dag_id", request_.dag_id.str()},
                    {"run_id", request_.run_id.str()},
                    {"try_number", request_.try_number},
                    {"map_index", request_.map_index},
                    {"dag_version_id", std::to_string(request_.dag_version.value())},
                    {"hostname", host_.hostname()},
                    {"queue", request_.queue},
                    {"pool_slots", request_.pool_slots},
                    {"priority_weight", request_.priority_weight}};
    json::object context{{"dag_run", to_task_sdk_json(request_.run)},
                         {"max_tries", request_.max_tries},
                         {"task_reschedule_count", 0},
                         {"should_retry", request_.should_retry},
                         {"xcom_keys_to_clear", json::array()},
                         {"variables", json::array()},
                         {"connections", json::array()}};
    return {{"type", "StartupDetails"},
            {"ti", std::move(ti)},
            {"dag_rel_path", request_.relative_fileloc},
            {"bundle_info", json::object{{"name", "dags-folder"}, {"version", nullptr}}},
            {"start_date", to_iso8601(host_.clock().now())},
            {"ti_context", std::move(context)},
            {"sentry_integration", ""}};
}

void PythonTry::start() {
    auto requests = make_stream_pair();
    auto out = make_pipe();
    auto err = make_pipe();
    auto logs = make_pipe();
    if (!requests || !out || !err || !logs)
        return report(TaskState::failed, "no pipes for the task: too many open files; lower [core] parallelism");
    connection_ = FrameConnection::make(host_.loop(), std::move(requests->first));
    const std::weak_ptr<Try> weak = weak_from_this();
    connection_->begin(
        [this, weak](std::string payload) {
            if (const auto self = weak.lock()) on_frame(payload);
        },
        [this, weak](const Error&) {
            const auto self = weak.lock();
            if (!self) return;
            requests_ended_ = true;
            conclude_if_done();
        });
    (void)connection_->send(to_msgpack(json::array{0, startup_details()}));  // an empty queue takes it
    out_ = std::move(out->read);
    err_ = std::move(err->read);
    logs_ = std::move(logs->read);
    watch(out_, out_lines_, &PythonTry::on_stdout);
    watch(err_, err_lines_, &PythonTry::on_stderr);
    watch(logs_, log_lines_, &PythonTry::on_record);
    arm_timeout(kTimeoutSlack);
    host_.zygotes().run(
        {.path = request_.fileloc,
         .mode = renders() ? "render" : "run",
         .fds = {std::move(requests->second), std::move(out->write), std::move(err->write), std::move(logs->write)},
         .on_started =
             [this, weak](pid_t pid) {
                 const auto self = weak.lock();
                 if (!self) {  // it was ended while its file was imported
                     if (::kill(-pid, SIGKILL) != 0) ::kill(pid, SIGKILL);
                     return;
                 }
                 pid_ = pid;
                 host_.started(request_.id, pid);
             },
         .on_exited =
             [this, weak](int status) {
                 if (const auto self = weak.lock()) on_exited(status);
             },
         .on_ended =
             [this, weak](int exit_code) {
                 if (const auto self = weak.lock()) on_ended(exit_code);
             },
         .on_failed =
             [this, weak](const std::string& why) {
                 const auto self = weak.lock();
                 if (!self) return;
                 for (auto rest = std::string_view(why); !rest.empty();) {
                     log_error(rest.substr(0, rest.find('\n')));
                     rest.remove_prefix(std::min(rest.size(), rest.substr(0, rest.find('\n')).size() + 1));
                 }
                 const auto end = why.find_last_not_of('\n');
                 const auto begin = why.rfind('\n', end) + 1;
                 report(TaskState::failed, why.substr(begin, end + 1 - begin));
             }});
}

void PythonTry::signal_work(bool hard) {
    if (wait_status_) return;
    // Before the fork nothing of it runs: there is nothing to wait for.
    if (pid_ <= 0) return report(TaskState::failed, termination_reason());
    // setsid comes first thing in the child, so the group may not be there yet: the process always is.
    if (::kill(-pid_, hard ? SIGKILL : SIGTERM) != 0) ::kill(pid_, hard ? SIGKILL : SIGTERM);
}

void PythonTry::on_frame(std::string_view payload) {
    auto frame = from_msgpack(payload);
    const json::array* parts = frame ? frame->if_array() : nullptr;
    if (parts == nullptr || parts->size() < 2 || !(*parts)[0].is_number() || !(*parts)[1].is_object()) {
        log_error(fmt::format("The task sent a message that cannot be read: {}",
                              frame ? "not [id, body]" : frame.error().to_string()));
        return terminate("its messages cannot be read");
    }
    on_request((*parts)[0].to_number<std::int64_t>(), (*parts)[1].get_object());
}

void PythonTry::on_request(std::int64_t id, const json::object& body) {
    const std::string type = json::get_string_or(body, "type", "").value_or("");
    if (type == "MaskSecret") {
        if (const auto* secret = body.if_contains("value")) log().masker().add_all(*secret);
        return respond(id, std::nullopt);
    }
    if (type == "RenderedTemplate") {
        if (const auto* fields = json::find_object(body, "fields")) rendered_ = *fields;
        return respond(id, std::nullopt);
    }
    if (take_last_word(type, body)) return respond(id, std::nullopt);
    if (type == "ResendLoggingFD") {
        return respond(id, json::object{{"type", "ErrorResponse"},
                                        {"error", "GENERIC_ERROR"},
                                        {"detail", json::object{{"message", "the log socket is there already"}}}});
    }
    host_.ask(request_.id, body,
              [this, id, weak = weak_from_this()](const Result<std::optional<json::object>>& answer) {
                  if (const auto self = weak.lock()) on_answer(id, answer);
              });
}

bool PythonTry::take_last_word(const std::string& type, const json::object& body) {
    TryFinished word;
    if (type == "SucceedTask") {
        word.outcome = TaskState::success;
    } else if (type == "TaskState") {
        const auto state = parse_task_state(json::get_string_or(body, "state", "").value_or(""));
        word.outcome = state == TaskState::skipped || state == TaskState::removed ? *state : TaskState::failed;
        word.retry_allowed = false;
    } else if (type == "RetryTask") {
        word.outcome = TaskState::up_for_retry;
        word.reason = json::get_string_or(body, "retry_reason", "").value_or("");
        const auto delay = json::get_optional_double(body, "retry_delay_seconds").value_or(std::nullopt);
        if (delay) word.retry_delay_override = from_seconds(*delay);
    } else if (type == "RescheduleTask") {
        word.outcome = TaskState::up_for_reschedule;
        word.reschedule_at =
            json::get_optional_time(body, "reschedule_date").value_or(std::nullopt).value_or(host_.clock().now());
    } else {
        return false;
    }
    last_word_ = std::move(word);
    return true;
}

void PythonTry::respond(std::int64_t id, std::optional<json::object> body, std::optional<json::object> error) {
    json::array frame{id, body ? json::value(std::move(*body)) : json::value(),
                      error ? json::value(std::move(*error)) : json::value()};
    if (!connection_->is_open()) return;  // the task ended without waiting for it
    if (const auto sent = connection_->send(to_msgpack(frame)); !sent)
        terminate("it does not read its answers: " + sent.error().to_string());
}

void PythonTry::on_answer(std::int64_t id, const Result<std::optional<json::object>>& answer) {
    if (answer) {
        // The values of secrets pass here; their names tell which they are.
        return respond(id, *answer);
    }
    const ErrorTraits traits = error_traits(answer.error().code());
    respond(id, std::nullopt,
            json::object{{"type", "ErrorResponse"},
                         {"error", "API_SERVER_ERROR"},
                         {"detail",
                          json::object{{"status_code", traits.http_status}, {"message", answer.error().to_string()}}}});
}

void PythonTry::watch(Fd& fd, LineSplitter& lines, void (PythonTry::*on_line)(std::string_view)) {
    host_.loop().watch(fd.get(), EPOLLIN, [this, &fd, &lines, on_line](std::uint32_t) { read(fd, lines, on_line); });
}

void PythonTry::read(Fd& fd, LineSplitter& lines, void (PythonTry::*on_line)(std::string_view)) {
    std::array<char, 65536> buffer;
    const auto take = [&](std::string_view line) { (this->*on_line)(line); };
    log().hold();
    for (int round = 0; round < 16 && fd; ++round) {
        const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
        if (count > 0) {
            lines.feed({buffer.data(), static_cast<size_t>(count)}, take);
            continue;
        }
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
        lines.finish(take);
        host_.loop().unwatch(fd.get());
        fd.reset();
    }
    log().flush();
    if (!fd && wait_status_) conclude_if_done();
}

void PythonTry::on_record(std::string_view line) {
    auto record = json::parse_object(line);
    record ? log().record(std::move(*record)) : log().line("info", "task", line);
}

void PythonTry::on_exited(int wait_status) {
    wait_status_ = wait_status;
    end_wait_ = host_.loop().after(kEndWait, [this, weak = weak_from_this()] {
        if (const auto self = weak.lock()) conclude();
    });
    conclude_if_done();
}

void PythonTry::on_ended(int exit_code) {
    // One that was asked to end may have just done so by itself: its process has heard the signal, or will.
    if (was_terminated()) signal_work(true);
    pid_ = 0;  // another try's from now on
    on_exited(W_EXITCODE(exit_code, 0));
}

void PythonTry::conclude_if_done() {
    if (wait_status_ && requests_ended_ && !out_ && !err_ && !logs_) conclude();
}

void PythonTry::close_streams() {
    for (Fd* fd : {&out_, &err_, &logs_}) {
        if (!*fd) continue;
        host_.loop().unwatch(fd->get());
        fd->reset();
    }
    if (connection_) connection_->close();
}

void PythonTry::conclude() {
    host_.loop().cancel(end_wait_);
    close_streams();
    if (was_terminated()) {
        if (pid_ > 0) ::kill(-pid_, SIGKILL);
        return report(TaskState::failed, termination_reason());
    }
    const std::string how = describe_exit(*wait_status_);
    const bool clean = WIFEXITED(*wait_status_) && WEXITSTATUS(*wait_status_) == 0;
    if (renders()) {
        if (clean && rendered_) return continue_natively();
        return report(TaskState::failed, "its templates could not be rendered");
    }
    if (last_word_) return report(std::move(*last_word_));
    report(clean ? TaskState::success : TaskState::failed, clean ? "" : "its Python process ended: " + how);
}

void PythonTry::continue_natively() {
    TryRequest request = request_;
    for (const auto& member : *rendered_) request.native.fields.insert_or_assign(member.key(), member.value());
    request.native.needs_render = false;
    host_.ask(request_.id, {{"type", "SetRenderedFields"}, {"rendered_fields", *rendered_}},
              [](const Result<std::optional<json::object>>&) {});  // for people to look at: no reason to fail the task
    host_.run_rendered(request_.id, std::move(request), take_log());
}

}  // namespace gale
