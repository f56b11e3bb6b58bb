#include "tokenizer/text_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace gale::zero_shot {

Result<std::optional<std::string>> read_file_if_there(const std::string& path) {
    const auto failed = [&](int error) {
        return fail(ErrorKind::kDisk,
                    fmt::format("cannot read {}: {}; check the file and its permissions", path, std::strerror(error)));
    };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
    if (file < 0) return failed(errno);
    std::string bytes;
    std::array<char, 1 << 16> buffer;
    for (;;) {
        const ssize_t count = ::read(file, buffer.data(), buffer.size());
        if (count > 0) bytes.append(buffer.data(), static_cast<std::size_t>(count));
        if (count > 0 || (count < 0 && errno == EINTR)) continue;
        const int error = errno;
        ::close(file);
        if (count < 0) return failed(error);
        return bytes;
    }
}

}  // namespace gale::zero_shot
