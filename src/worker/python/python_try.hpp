// A try that runs in Python, by the Task SDK's supervisor protocol; or the rendering of a native operator's templates.
#pragma once

#include "executor/connection.hpp"
#include "worker/python/zygotes.hpp"
#include "worker/try.hpp"

namespace gale {

class PythonTry final : public Try {
public:
    using Try::Try;
    ~PythonTry() override;
    void start() override;

protected:
    void signal_work(bool hard) override;

private:
    bool renders() const { return request_.native.kind != NativeKind::none; }
    json::object startup_details() const;
    void on_frame(std::string_view payload);
    void on_request(std::int64_t id, const json::object& body);
    bool take_last_word(const std::string& type, const json::object& body);
    void respond(std::int64_t id, std::optional<json::object> body, std::optional<json::object> error = std::nullopt);
    void on_answer(std::int64_t id, const Result<std::optional<json::object>>& answer);
    void watch(Fd& fd, LineSplitter& lines, void (PythonTry::*on_line)(std::string_view));
    void read(Fd& fd, LineSplitter& lines, void (PythonTry::*on_line)(std::string_view));
    void close_streams();
    void on_stdout(std::string_view line) { log().line("info", "task.stdout", line); }
    void on_stderr(std::string_view line) { log().line("error", "task.stderr", line); }
    void on_record(std::string_view line);
    void on_exited(int wait_status);
    void on_ended(int exit_code);
    void conclude_if_done();
    void conclude();
    void continue_natively();

    std::shared_ptr<FrameConnection> connection_;
    Fd out_, err_, logs_;
    LineSplitter out_lines_, err_lines_, log_lines_;
    pid_t pid_ = 0;
    std::optional<int> wait_status_;
    bool requests_ended_ = false;
    EventLoop::Timer end_wait_;
    std::optional<TryFinished> last_word_;
    std::optional<json::object> rendered_;
};

}  // namespace gale
