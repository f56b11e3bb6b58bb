// A try that is a child process of the worker, with its output on two pipes.
#pragma once

#include <sys/types.h>

#include "executor/frame.hpp"
#include "worker/process.hpp"
#include "worker/try.hpp"

namespace gale {

class ChildTry : public Try {
public:
    using Try::Try;
    ~ChildTry() override;

protected:
    // Watches a child that leads its own process group. `err` and `control`, a third pipe, may be empty.
    void watch_child(pid_t pid, Fd out, Fd err = {}, Fd control = {});
    virtual void on_stdout_line(std::string_view line) = 0;
    virtual void on_stderr_line(std::string_view line) { log().line("error", "task.stderr", line); }
    virtual void on_control_line(std::string_view) {}
    // The child is gone and all it wrote was seen.
    virtual void conclude(int wait_status) = 0;
    void signal_work(bool hard) override;

private:
    struct Stream {
        Fd fd;
        LineSplitter lines;
    };
    using OnLine = void (ChildTry::*)(std::string_view);
    void watch_stream(Stream& stream, Fd fd, OnLine on_line);
    void read_stream(Stream& stream, OnLine on_line);
    void on_exit();

    pid_t pid_ = 0;
    Fd pidfd_;
    Stream out_, err_;
    // One message a line, and one may hold an XCom.
    Stream control_{{}, LineSplitter(kMaxFrame)};
};

}  // namespace gale
