// The log file of one try: one JSON object a line, {"timestamp","level","event","logger"}, as Airflow's readers expect.
//
// Appends, and writes at once, so that the log can be read while the task runs. Secrets are replaced by ***. Bytes that
// are not UTF-8 become U+FFFD. A full disk never stops a task: the first failed write is reported to the server's log,
// and later lines are tried again. Not thread-safe.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"

namespace gale {

inline constexpr size_t kMaxLogLine = size_t{1} << 20;  // a longer line is split
inline constexpr size_t kMinSecret = 5;  // as [logging] secret_mask… : shorter values would mask everything

// Replaces secrets in text. Longer secrets go first, so that one that holds another is masked whole.
class Masker {
public:
    void add(std::string_view secret);
    void add_all(const json::value& secrets);  // every string in it
    std::string mask(std::string text) const;
    bool empty() const { return secrets_.empty(); }

private:
    struct LongerFirst {
        bool operator()(const std::string& a, const std::string& b) const {
            return a.size() != b.size() ? a.size() > b.size() : a < b;
        }
    };
    std::set<std::string, LongerFirst> secrets_;
};

class TryLog {
public:
    // Makes the folders.
    static Result<TryLog> open(const std::string& path, const Clock& clock);
    void line(std::string_view level, std::string_view logger, std::string_view event);
    // A record that a task wrote itself; the missing keys are added.
    void record(json::object record);
    Masker& masker() { return masker_; }
    // Lines from now on are kept and written together by `flush`: for bursts of output.
    void hold() { held_ = true; }
    void flush();

private:
    TryLog(Fd file, std::string path, const Clock& clock)
        : file_(std::move(file)), path_(std::move(path)), clock_(&clock) {}
    void mask_in_place(json::value& value);

    Fd file_;
    std::string path_;
    const Clock* clock_;
    Masker masker_;
    std::string pending_;
    bool held_ = false, warned_ = false;
    bool broken_line_ = false;  // the file ends within a line: a write failed there
};

// Cuts a stream into lines; a line longer than `limit` bytes comes in pieces of that size.
class LineSplitter {
public:
    explicit LineSplitter(size_t limit = kMaxLogLine) : limit_(limit) {}
    using OnLine = std::function<void(std::string_view line)>;
    void feed(std::string_view bytes, const OnLine& on_line);
    void finish(const OnLine& on_line);  // what came after the last newline

private:
    size_t limit_;
    std::string rest_;
    bool cut_ = false;  // the last piece handed on was cut at the limit
};

}  // namespace gale
