#include "worker/try_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.hpp"

namespace gale {
namespace {

void replace_all(std::string& text, const std::string& what, std::string_view with) {
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

}  // namespace

void Masker::add(std::string_view secret) {
    if (secret.size() >= kMinSecret) secrets_.emplace(secret);
}

void Masker::add_all(const json::value& secrets) {
    if (secrets.is_string()) add(secrets.as_string());
    if (secrets.is_array()) {
        for (const auto& one : secrets.as_array()) add_all(one);
    }
    if (secrets.is_object()) {
        for (const auto& one : secrets.as_object()) add_all(one.value());
    }
}

std::string Masker::mask(std::string text) const {
    for (const auto& secret : secrets_) replace_all(text, secret, "***");
    return text;
}

Result<TryLog> TryLog::open(const std::string& path, const Clock& clock) {
    TRY(make_directories(std::filesystem::path(path).parent_path()));
    Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!file) return std::unexpected(errno_error(errno, fmt::format("cannot open the task's log {}", path)));
    return TryLog(std::move(file), path, clock);
}

void TryLog::line(std::string_view level, std::string_view logger, std::string_view event) {
    record({{"timestamp", to_iso8601(clock_->now())},
            {"level", level},
            {"event", to_valid_utf8(event)},
            {"logger", logger}});
}

void TryLog::mask_in_place(json::value& value) {
    if (value.is_string()) value = masker_.mask(std::string(value.as_string()));
    if (value.is_array()) {
        for (auto& one : value.as_array()) mask_in_place(one);
    }
    if (value.is_object()) {
        for (auto& one : value.as_object()) mask_in_place(one.value());
    }
}

void TryLog::record(json::object record) {
    if (!record.contains("timestamp")) record["timestamp"] = to_iso8601(clock_->now());
    if (!record.contains("level")) record["level"] = "info";
    if (!record.contains("event")) record["event"] = "";
    if (!masker_.empty()) {
        for (auto& one : record) mask_in_place(one.value());
    }
    pending_ += json::serialize(record);
    pending_ += '\n';
    if (!held_ || pending_.size() > kMaxLogLine) {
        const bool held = held_;
        flush();
        held_ = held;
    }
}

void TryLog::flush() {
    held_ = false;
    // What an earlier failure left of a line must not run into the next one.
    if (broken_line_ && !pending_.empty()) pending_.insert(0, 1, '\n');
    std::string_view rest = pending_;
    while (!rest.empty()) {
        const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
        if (written >= 0) {
            rest.remove_prefix(static_cast<size_t>(written));
        } else if (errno != EINTR) {
            if (!warned_)
                log::warning("worker", "{}; lines of this task's log are lost until it works again",
                             errno_error(errno, fmt::format("cannot write {}", path_)).to_string());
            warned_ = true;
            break;
        }
    }
    if (const size_t written = pending_.size() - rest.size(); written > 0) broken_line_ = pending_[written - 1] != '\n';
    pending_.clear();
}

void LineSplitter::feed(std::string_view bytes, const OnLine& on_line) {
    while (!bytes.empty()) {
        const size_t room = limit_ - rest_.size();
        const size_t end = bytes.substr(0, room).find('\n');
        if (end == std::string_view::npos) {
            const size_t taken = std::min(room, bytes.size());
            rest_.append(bytes.substr(0, taken));
            bytes.remove_prefix(taken);
            if (rest_.size() < limit_) continue;
            // Half of a line's end waits for its other half.
            const bool return_ends_it = rest_.ends_with('\r');
            if (return_ends_it) rest_.pop_back();
            finish(on_line);
            if (return_ends_it) rest_ = '\r';
            cut_ = true;
            continue;
        }
        rest_.append(bytes.substr(0, end));
        bytes.remove_prefix(end + 1);
        if (rest_.ends_with('\r')) rest_.pop_back();
        // The end of a line whose last piece was handed on already is no line of its own.
        if (!cut_ || !rest_.empty()) on_line(rest_);
        cut_ = false;
        rest_.clear();
    }
}

void LineSplitter::finish(const OnLine& on_line) {
    cut_ = false;
    if (rest_.empty()) return;
    on_line(rest_);
    rest_.clear();
}

}  // namespace gale
