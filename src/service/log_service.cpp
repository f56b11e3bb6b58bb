#include "service/log_service.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"

namespace gale {
namespace {

Result<void> check_component(std::string_view name, std::string_view value) {
    const bool leaves = value.empty() || value == "." || value.find("..") != std::string_view::npos ||
                        value.find('/') != std::string_view::npos || value.find('\0') != std::string_view::npos;
    if (!leaves) return {};
    return fail(ErrorCode::invalid_argument, fmt::format("the {} '{}' cannot be part of a log's path", name, value));
}

Result<std::string> read_at(int fd, std::int64_t offset, std::int64_t count, const std::string& path) {
    std::string bytes(static_cast<size_t>(count), '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got =
            ::pread(fd, bytes.data() + filled, bytes.size() - filled, offset + static_cast<off_t>(filled));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::unexpected(errno_error(errno, fmt::format("reading the log {}", path)));
        if (got == 0) break;
        filled += static_cast<size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

// How much of `bytes` is whole lines, or has to be taken because more does not fit.
size_t whole_part(std::string_view bytes, bool file_ends_here, bool try_is_over, std::int64_t max_bytes) {
    if (const size_t last = bytes.rfind('\n'); last != std::string_view::npos && !(file_ends_here && try_is_over))
        return last + 1;
    if (file_ends_here && try_is_over) return bytes.size();
    return static_cast<std::int64_t>(bytes.size()) >= max_bytes ? bytes.size() : 0;
}

std::vector<std::string> split_lines(std::string_view bytes) {
    std::vector<std::string> lines;
    while (!bytes.empty()) {
        const size_t end = std::min(bytes.find('\n'), bytes.size());
        if (end > 0) lines.emplace_back(bytes.substr(0, end));
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return lines;
}

}  // namespace

Result<std::filesystem::path> try_log_path(const TaskInstanceKey& key, int try_number) {
    TRY(check_component("dag id", key.dag_id.str()));
    TRY(check_component("run id", key.run_id.str()));
    TRY(check_component("task id", key.task_id.str()));
    std::filesystem::path path = "dag_id=" + key.dag_id.str();
    path /= "run_id=" + key.run_id.str();
    path /= "task_id=" + key.task_id.str();
    if (key.map_index >= 0) path /= fmt::format("map_index={}", key.map_index);
    return path / fmt::format("attempt={}.log", try_number);
}

Result<std::optional<LogPage>> LogService::read(const TaskInstanceKey& key, int try_number, std::int64_t offset,
                                                TryIs state, std::int64_t max_bytes) const {
    const std::string path = (base_folder_ / TRY(try_log_path(key, try_number))).string();
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file && errno == ENOENT) return std::nullopt;
    if (!file) return std::unexpected(errno_error(errno, fmt::format("opening the log {}", path)));
    struct stat status{};
    if (::fstat(file.get(), &status) != 0)
        return std::unexpected(errno_error(errno, fmt::format("looking at the log {}", path)));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::invalid_argument, fmt::format("the log {} is not a file", path));
    if (offset < 0 || offset > status.st_size) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the log {} has {} bytes, so it cannot be read from {}; read it from the start", path,
                                status.st_size, offset));
    }
    const std::int64_t wanted = std::min<std::int64_t>(max_bytes, status.st_size - offset);
    const std::string bytes = TRY(read_at(file.get(), offset, wanted, path));
    const bool file_ends_here = offset + static_cast<std::int64_t>(bytes.size()) >= status.st_size;
    const size_t taken = whole_part(bytes, file_ends_here, state == TryIs::over, max_bytes);
    return LogPage{split_lines(std::string_view(bytes).substr(0, taken)), offset + static_cast<std::int64_t>(taken),
                   file_ends_here};
}

}  // namespace gale
