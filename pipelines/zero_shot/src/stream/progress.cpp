#include "stream/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace gale::zero_shot {

namespace {

constexpr int kBarWidth = 30;
constexpr std::chrono::milliseconds kRedraw{200};
constexpr std::chrono::seconds kLogInterval{10};

/// With a comma between each three digits, whatever the locale.
std::string grouped(std::uint64_t number) {
    std::string digits = fmt::format("{}", number);
    for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
    return digits;
}

std::string bar(double share) {
    const int full = std::clamp(static_cast<int>(share * kBarWidth), 0, kBarWidth);
    return fmt::format("[{:#<{}}{:.<{}}] ", "", full, "", kBarWidth - full);
}

double share_of(const ProgressState& state) {
    return state.total == 0 ? 0 : static_cast<double>(state.done) / static_cast<double>(state.total);
}

}  // namespace

std::string format_duration(std::chrono::duration<double> duration) {
    const auto seconds = static_cast<std::uint64_t>(std::max(0.0, duration.count()));
    if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
    return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string progress_line(const ProgressState& state) {
    const double here = static_cast<double>(state.done - state.done_before);
    const double rate = state.elapsed.count() > 0 ? here / state.elapsed.count() : 0;
    std::string line;
    if (state.total == 0) {
        line = fmt::format("{} texts", grouped(state.done));
    } else {
        line =
            fmt::format("{:.1f} %, {} of {} texts", 100 * share_of(state), grouped(state.done), grouped(state.total));
    }
    if (rate > 0)
        line += fmt::format(", {} a second",
                            rate < 100 ? fmt::format("{:.1f}", rate) : grouped(static_cast<std::uint64_t>(rate)));
    if (rate > 0 && state.total > state.done) {
        const std::chrono::duration<double> left(static_cast<double>(state.total - state.done) / rate);
        line += fmt::format(", {} left", format_duration(left));
    }
    return line;
}

Progress::Progress(std::FILE* stream, std::uint64_t total, std::uint64_t done_before)
    : stream_(stream), is_terminal_(::isatty(::fileno(stream)) == 1) {
    state_.total = total;
    state_.done = state_.done_before = done_before;
}

Progress::~Progress() {
    if (is_terminal_ && is_shown_) fmt::print(stream_, "\n");
}

void Progress::update(std::uint64_t done) {
    const Clock::time_point now = Clock::now();
    state_.done = done;
    state_.elapsed = now - start_;
    const bool is_last = state_.total != 0 && done >= state_.total;
    if (now - shown_ < (is_terminal_ ? Clock::duration(kRedraw) : Clock::duration(kLogInterval)) && !is_last) return;
    shown_ = now;
    show();
}

void Progress::show() {
    is_shown_ = true;
    const std::string line = progress_line(state_);
    if (is_terminal_) {
        fmt::print(stream_, "\r{}{}\x1b[K", state_.total == 0 ? "" : bar(share_of(state_)), line);
    } else {
        fmt::print(stream_, "{}\n", line);
    }
    std::fflush(stream_);
}

}  // namespace gale::zero_shot
