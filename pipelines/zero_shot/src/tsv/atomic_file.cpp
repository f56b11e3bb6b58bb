#include "tsv/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace gale::zero_shot {
namespace {

std::string advice(int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT: return "free space on that disk and run the task again";
        case EROFS:
        case EACCES:
        case EPERM: return fmt::format("let user {} write there, or mount the data folder read-write", ::geteuid());
        case ENOTDIR:
        case EEXIST:
        case EISDIR: return "a file stands where a folder is needed, or the other way round: choose another path";
        default: return "check the path and the disk";
    }
}

std::unexpected<Error> disk_error(std::string_view attempted, const std::string& path, int error) {
    return fail(ErrorKind::kDisk,
                fmt::format("cannot {} {}: {}; {}", attempted, path, std::strerror(error), advice(error)));
}

/// A file descriptor, and the temporary file's removal unless it was kept.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string pattern) : path_(std::move(pattern)), fd_(::mkstemp(path_.data())) {}
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (fd_ >= 0) ::close(fd_);
        if (fd_ >= 0 && !kept_) ::unlink(path_.c_str());
    }

    int fd() const { return fd_; }
    const std::string& path() const { return path_; }
    void keep() { kept_ = true; }

private:
    std::string path_;
    int fd_;
    bool kept_ = false;
};

/// 0, or the errno of the write or fsync that failed.
int write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) return errno;
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

/// Makes the rename last. A file system that cannot sync a folder has still done the rename.
void sync_folder(const std::string& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::close(fd);
}

/// mkstemp makes files of mode 0600; the result is to be as readable as any new file.
mode_t new_file_mode() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

}  // namespace

Result<void> write_file_atomically(const std::string& path, std::string_view bytes) {
    const std::filesystem::path target(path);
    const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
    std::error_code made;
    std::filesystem::create_directories(folder, made);
    if (made) return disk_error("make the folder", folder, made.value());
    if (std::filesystem::is_directory(target)) return disk_error("write", path, EISDIR);

    TemporaryFile temporary(fmt::format("{}/.{}.XXXXXX", folder, target.filename().string()));
    if (temporary.fd() < 0) return disk_error("write into the folder", folder, errno);
    if (::fchmod(temporary.fd(), new_file_mode()) != 0) return disk_error("write", path, errno);
    if (const int error = write_all(temporary.fd(), bytes); error != 0) {
        return disk_error(fmt::format("write {} bytes to", bytes.size()), path, error);
    }
    if (::rename(temporary.path().c_str(), path.c_str()) != 0) return disk_error("write", path, errno);
    temporary.keep();
    sync_folder(folder);
    return {};
}

}  // namespace gale::zero_shot
