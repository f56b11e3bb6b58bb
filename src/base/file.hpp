// Whole files, and a descriptor that closes itself.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace gale {

class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    ~Fd() { reset(); }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1);
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

Result<std::string> read_file(const std::filesystem::path& path);
// At most `count` bytes from where the descriptor stands; empty at the end. `name` is for the message.
Result<std::string> read_some(const Fd& file, size_t count, std::string_view name);
// Written to a temporary name beside it, flushed to disk, then renamed: readers see the old or the new file, whole.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content, int mode = 0644);
Result<void> make_directories(const std::filesystem::path& path);

}  // namespace gale
