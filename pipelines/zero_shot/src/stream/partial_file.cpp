#include "stream/partial_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

std::string beside(const std::string& path, std::string_view ending) {
    const std::filesystem::path target(path);
    return (target.parent_path() / fmt::format(".{}.{}", target.filename().string(), ending)).string();
}

}  // namespace

std::string partial_path(const std::string& path) {
    return beside(path, "partial");
}

std::string checkpoint_path(const std::string& path) {
    return beside(path, "checkpoint");
}

std::string assembled_path(const std::string& path) {
    return beside(path, "assembled");
}

Result<PartialFile> PartialFile::open(const std::string& path) {
    const std::string partial = partial_path(path);
    std::error_code code;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, code);
    if (std::filesystem::is_directory(path)) {
        return fail(ErrorKind::kDisk, fmt::format("cannot write {}: it is a folder; choose another path", path));
    }
    const int fd = ::open(partial.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    PartialFile file(fd, path, partial, 0);
    if (fd < 0) return file.failed("write", errno);
    const bool is_locked = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    struct stat info{};
    struct stat named{};
    if (::fstat(fd, &info) != 0) return file.failed("read", errno);
    // Whoever held the lock until now may just have moved this file to its place.
    const bool is_ours = ::stat(partial.c_str(), &named) == 0 && named.st_ino == info.st_ino;
    if (!is_locked || !is_ours) {
        return fail(ErrorKind::kDisk,
                    fmt::format("another process is writing {}; wait for it, or choose another output", path));
    }
    file.size_ = static_cast<std::uint64_t>(info.st_size);
    return file;
}

PartialFile::PartialFile(int fd, std::string path, std::string partial, std::uint64_t size)
    : fd_(fd), path_(std::move(path)), partial_(std::move(partial)), size_(size) {}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      partial_(std::move(other.partial_)),
      size_(other.size_) {}

PartialFile::~PartialFile() {
    if (fd_ >= 0) ::close(fd_);
}

std::unexpected<Error> PartialFile::failed(std::string_view attempted, int error) const {
    return fail(ErrorKind::kDisk, fmt::format("cannot {} {}: {}; free space there or choose another output, then run "
                                              "the same again: it goes on where it stopped",
                                              attempted, partial_, std::strerror(error)));
}

Result<void> PartialFile::cut(std::uint64_t size) {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return failed("cut", errno);
    if (::lseek(fd_, static_cast<off_t>(size), SEEK_SET) < 0) return failed("seek in", errno);
    size_ = size;
    return {};
}

Result<void> PartialFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed("write", errno);
        size_ += static_cast<std::uint64_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> PartialFile::sync() {
    if (::fdatasync(fd_) != 0) return failed("write", errno);
    return {};
}

Result<void> PartialFile::finish() {
    if (::fsync(fd_) != 0) return failed("write", errno);
    return move_to_place(partial_);
}

Result<void> PartialFile::finish_assembled() {
    const std::string assembled = assembled_path(path_);
    const int fd = ::open(assembled.c_str(), O_RDONLY | O_CLOEXEC);
    const bool is_written = fd >= 0 && ::fsync(fd) == 0;
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (!is_written) return failed("write the output from", error);
    TRY_VOID(move_to_place(assembled));
    ::unlink(partial_.c_str());
    return {};
}

Result<void> PartialFile::move_to_place(const std::string& from) {
    if (::rename(from.c_str(), path_.c_str()) != 0) return failed("move to its place", errno);
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        ::fsync(fd);  // a file system that cannot sync a folder has still done the rename
        ::close(fd);
    }
    return {};
}

void PartialFile::discard() {
    ::unlink(partial_.c_str());
    ::unlink(assembled_path(path_).c_str());
}

}  // namespace gale::zero_shot
