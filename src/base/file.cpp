#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace gale {
namespace {

std::unexpected<Error> failed(std::string_view what, const std::filesystem::path& path) {
    const int code = errno;
    return std::unexpected(errno_error(code, fmt::format("cannot {} {}", what, path.native())));
}

Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return failed("write", path);
        }
        content.remove_prefix(static_cast<size_t>(written));
    }
    return {};
}

}  // namespace

void Fd::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

Result<std::string> read_file(const std::filesystem::path& path) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return failed("read", path);
    std::string content;
    char buffer[65536];
    for (;;) {
        const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
        if (count == 0) return content;
        if (count > 0) {
            content.append(buffer, static_cast<size_t>(count));
        } else if (errno != EINTR) {
            return failed("read", path);
        }
    }
}

Result<std::string> read_some(const Fd& file, size_t count, std::string_view name) {
    std::string bytes(count, '\0');
    ssize_t got = -1;
    do {
        got = ::read(file.get(), bytes.data(), bytes.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return failed("read", std::filesystem::path(name));
    bytes.resize(static_cast<size_t>(got));
    return bytes;
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content, int mode) {
    const auto temporary = std::filesystem::path(fmt::format("{}.tmp.{}", path.native(), ::getpid()));
    Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, static_cast<mode_t>(mode)));
    if (!file) return failed("create", temporary);
    auto written = write_all(file.get(), content, temporary);
    if (written && ::fsync(file.get()) != 0) written = failed("flush", temporary);
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = failed("rename to", path);
    if (!written) ::unlink(temporary.c_str());
    return written;
}

Result<void> make_directories(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error)
        return std::unexpected(errno_error(error.value(), fmt::format("cannot create folder {}", path.native())));
    return {};
}

}  // namespace gale
