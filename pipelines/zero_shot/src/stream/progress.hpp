#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace gale::zero_shot {

/// What is known of a work that goes on.
struct ProgressState {
    std::uint64_t done = 0;
    std::uint64_t total = 0;        ///< 0: not known
    std::uint64_t done_before = 0;  ///< by an earlier process; no part of the rate
    std::chrono::duration<double> elapsed{0};
};

/// One line without its end: how much is done, the rate, the time left.
std::string progress_line(const ProgressState& state);

/// "1:02:03", "4:05".
std::string format_duration(std::chrono::duration<double> duration);

/// Shows progress on `stream`: on a terminal a line with a bar that is drawn anew, elsewhere (a task's log) a
/// line every ten seconds.
class Progress {
public:
    Progress(std::FILE* stream, std::uint64_t total, std::uint64_t done_before);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void update(std::uint64_t done);

    const ProgressState& state() const { return state_; }

private:
    using Clock = std::chrono::steady_clock;

    void show();

    std::FILE* stream_;
    bool is_terminal_;
    bool is_shown_ = false;
    ProgressState state_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point shown_ = start_;
};

}  // namespace gale::zero_shot
