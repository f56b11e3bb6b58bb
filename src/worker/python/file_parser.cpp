#include "worker/python/file_parser.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <mutex>

#include "base/check.hpp"
#include "worker/process.hpp"
#include "worker/python/control_channel.hpp"
#include "worker/python/python_process.hpp"

namespace gale {
namespace {

using Steady = std::chrono::steady_clock;
constexpr auto kStartLimit = std::chrono::seconds{30};  // for the interpreter and its imports

json::object import_error(std::string_view path, std::string text) {
    return {{"fileloc", path}, {"dags", json::array()}, {"import_error", std::move(text)}, {"warnings", json::array()}};
}

}  // namespace

class FileParser::Impl {
public:
    explicit Impl(PythonOptions options) : options_(std::move(options)) {
        auto pipe = make_pipe();
        CHECK(pipe);
        stop_pipe_ = std::move(*pipe);
    }
    ~Impl() { end_python(); }

    Result<void> ensure_python() {
        if (python_.control) return {};
        python_ = TRY(start_python(options_));
        pid_ = python_.pid;
        return {};
    }

    Result<json::object> parse(const std::filesystem::path& path, const std::filesystem::path& dags_folder,
                               Duration limit) {
        const std::scoped_lock lock(mutex_);
        if (stopped_) return cancelled();
        auto parsed = parse_once(path, dags_folder, limit);
        if (!parsed) end_python();  // whatever state it is in, the next parse begins anew
        return parsed;
    }

    void warm_up() {
        const std::scoped_lock lock(mutex_);
        (void)ensure_python();  // a failure shows, with its reason, at the first parse
    }

    void rest() {
        const std::scoped_lock lock(mutex_);
        end_python();
    }

    void stop() {
        stopped_ = true;
        const std::uint64_t one = 1;
        (void)!::write(stop_pipe_.write.get(), &one, sizeof one);
    }

    int pid() const { return pid_; }

private:
    static std::unexpected<Error> cancelled() {
        return fail(ErrorCode::cancelled, "the parse was cancelled: the server stops");
    }

    // Waits for a message of the fork server, or for data, until the deadline.
    enum class Woken { control, result, stopped, timeout };
    Woken wait(int result_fd, Steady::time_point deadline) {
        for (;;) {
            if (stopped_) return Woken::stopped;
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
            if (left <= 0) return Woken::timeout;
            std::array<pollfd, 3> polled{pollfd{python_.control.get(), POLLIN, 0},
                                         pollfd{stop_pipe_.read.get(), POLLIN, 0}, pollfd{result_fd, POLLIN, 0}};
            if (::poll(polled.data(), result_fd >= 0 ? 3 : 2, static_cast<int>(left)) <= 0) continue;
            if (result_fd >= 0 && polled[2].revents != 0) return Woken::result;
            if (polled[0].revents != 0) return Woken::control;
        }
    }

    Result<void> wait_until_ready() {
        if (ready_) return {};
        const auto deadline = Steady::now() + kStartLimit;
        while (!ready_) {
            switch (wait(-1, deadline)) {
                case Woken::stopped: return cancelled();
                case Woken::timeout:
                    return fail(ErrorCode::timeout, fmt::format("Python ({}) did not start within {} s",
                                                                options_.interpreter.native(), kStartLimit.count()));
                default: break;
            }
            auto message = receive_message(python_.control.get());
            if (!message) {
                return std::unexpected(
                    Error(ErrorCode::unavailable,
                          fmt::format(
                              "Python ({}) ended at its start; run `{} -m gale.fork_server --help` with PYTHONPATH={} "
                              "to see why",
                              options_.interpreter.native(), options_.interpreter.native(),
                              options_.python_path.native()))
                        .caused_by(message.error()));
            }
            if (*message && json::get_string_or(**message, "op", "").value_or("") == "ready") ready_ = true;
        }
        return {};
    }

    Result<json::object> parse_once(const std::filesystem::path& path, const std::filesystem::path& dags_folder,
                                    Duration limit) {
        TRY(ensure_python());
        TRY(wait_until_ready());
        Pipe result = TRY(make_pipe());
        const std::int64_t id = ++last_id_;
        TRY(send_message(python_.control.get(),
                         {{"op", "parse"}, {"id", id}, {"path", path.native()}, {"dags_folder", dags_folder.native()}},
                         {result.write.get()}));
        result.write.reset();
        return collect(path, id, std::move(result.read), limit);
    }

    struct Progress {
        std::string text;
        bool text_ended = false;
        pid_t child = 0;
        std::optional<int> status;
    };

    Result<json::object> collect(const std::filesystem::path& path, std::int64_t id, Fd result, Duration limit) {
        Progress progress;
        bool timed_out = false;
        auto deadline = Steady::now() + limit;
        // A child that the file forked may hold the pipe open: the parser's own end is enough.
        while (!progress.status || (!progress.text_ended && !timed_out && read_result(result.get(), progress))) {
            switch (wait(progress.text_ended ? -1 : result.get(), deadline)) {
                case Woken::stopped: return cancelled();
                case Woken::result: read_result(result.get(), progress); break;
                case Woken::control: TRY(read_control(id, progress)); break;
                case Woken::timeout:
                    if (timed_out) return fail(ErrorCode::timeout, "the Python fork server does not answer");
                    timed_out = true;
                    if (progress.child > 0) ::kill(progress.child, SIGKILL);
                    deadline = Steady::now() + std::chrono::seconds{5};
                    break;
            }
        }
        if (timed_out) {
            return import_error(
                path.native(),
                fmt::format(
                    "The import of {} took longer than {:g} s and was stopped. Move slow work out of the file's "
                    "top level, or raise [core] dagbag_import_timeout.",
                    path.native(), to_seconds(limit)));
        }
        if (*progress.status != 0) {
            return import_error(path.native(),
                                fmt::format("Python ended while it imported {}: {}. Try `python {}` to see it happen.",
                                            path.native(), describe_exit(*progress.status), path.native()));
        }
        return json::parse_object(progress.text);
    }

    // True when something was read.
    bool read_result(int fd, Progress& progress) {
        std::array<char, 65536> buffer;
        bool any = false;
        for (;;) {
            const ssize_t count = ::read(fd, buffer.data(), buffer.size());
            if (count > 0) {
                any = true;
                progress.text.append(buffer.data(), static_cast<size_t>(count));
                continue;
            }
            if (count < 0 && errno == EINTR) continue;
            if (count == 0) progress.text_ended = true;
            return any;
        }
    }

    Result<void> read_control(std::int64_t id, Progress& progress) {
        const auto message = TRY(receive_message(python_.control.get()));
        if (!message || TRY(json::get_int_or(*message, "id", 0)) != id) return {};
        const std::string op = TRY(json::get_string(*message, "op"));
        if (op == "started") progress.child = static_cast<pid_t>(TRY(json::get_int_or(*message, "pid", 0)));
        if (op == "exited") progress.status = static_cast<int>(TRY(json::get_int_or(*message, "status", 0)));
        if (op == "error")
            return fail(ErrorCode::unavailable,
                        TRY(json::get_string_or(*message, "message", "the fork server refused")));
        return {};
    }

    void end_python() {
        if (python_.pid > 0) {
            ::kill(python_.pid, SIGKILL);
            ::waitpid(python_.pid, nullptr, 0);
        }
        python_ = {};
        pid_ = 0;
        ready_ = false;
    }

    const PythonOptions options_;
    std::mutex mutex_;
    PythonProcess python_;
    std::atomic<int> pid_ = 0;
    std::atomic<bool> stopped_ = false;
    Pipe stop_pipe_;
    bool ready_ = false;
    std::int64_t last_id_ = 0;
};

FileParser::FileParser(PythonOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
FileParser::~FileParser() = default;
void FileParser::warm_up() {
    impl_->warm_up();
}
Result<json::object> FileParser::parse(const std::filesystem::path& path, const std::filesystem::path& dags_folder,
                                       Duration time_limit) {
    return impl_->parse(path, dags_folder, time_limit);
}
void FileParser::rest() {
    impl_->rest();
}
void FileParser::stop() {
    impl_->stop();
}
int FileParser::pid() const {
    return impl_->pid();
}

}  // namespace gale
