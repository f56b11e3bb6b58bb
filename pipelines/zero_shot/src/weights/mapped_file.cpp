#include "weights/mapped_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace gale::zero_shot {

namespace {

std::unexpected<Error> cannot_read(const std::string& path) {
    return fail(ErrorKind::kDisk, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return cannot_read(path);
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) {
        auto error = cannot_read(path);
        ::close(descriptor);
        return error;
    }
    if (!S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return fail(ErrorKind::kDisk, fmt::format("cannot read {}: it is not a file", path));
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* data = nullptr;
    if (size > 0) {
        data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (data == MAP_FAILED) {
            auto error = cannot_read(path);
            ::close(descriptor);
            return error;
        }
    }
    ::close(descriptor);
    return std::shared_ptr<const MappedFile>(new MappedFile(static_cast<const std::byte*>(data), size));
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace gale::zero_shot
