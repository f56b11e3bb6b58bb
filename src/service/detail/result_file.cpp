#include "service/detail/result_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/text.hpp"

namespace gale::detail {
namespace {

namespace fs = std::filesystem;

bool begins_with_folder(std::string_view path, std::string_view folder) {
    while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
    if (folder == "/") return path.size() > 1 && path.starts_with('/');
    return path.size() > folder.size() + 1 && path.starts_with(folder) && path[folder.size()] == '/';
}

std::string canonical_or_empty(const fs::path& path) {
    std::error_code error;
    const auto real = fs::canonical(path, error);
    return error ? std::string() : real.native();
}

std::unexpected<Error> out_of_folders(const std::string& path, std::span<const fs::path> folders) {
    std::vector<std::string> names;
    for (const auto& folder : folders) names.push_back(folder.native());
    return fail(ErrorCode::permission_denied,
                fmt::format("{} is not below a folder whose files may be shown ({}); write it there, or add its folder "
                            "to [gale] result_folders",
                            path, names.empty() ? "there is none" : fmt::format("{}", fmt::join(names, ", "))));
}

std::unexpected<Error> cannot_open(int error, const std::string& path) {
    if (error == ENOENT || error == ENOTDIR) {
        return fail(
            ErrorCode::not_found,
            fmt::format("there is no file {} here: it was removed, or it was written on another machine", path));
    }
    if (error == ELOOP)
        return fail(ErrorCode::permission_denied, fmt::format("{} is a link that is not followed", path));
    if (error == EACCES || error == EPERM) {
        return fail(ErrorCode::permission_denied,
                    fmt::format("the server may not read {}; let its user read the file and its folders", path));
    }
    return std::unexpected(errno_error(error, fmt::format("opening {}", path)));
}

Result<void> check_is_file(const struct stat& status, const std::string& path) {
    if (S_ISREG(status.st_mode)) return {};
    if (S_ISLNK(status.st_mode)) return cannot_open(ELOOP, path);
    if (S_ISDIR(status.st_mode))
        return fail(ErrorCode::invalid_argument, fmt::format("{} is a folder; name the files in it instead", path));
    return fail(ErrorCode::invalid_argument, fmt::format("{} is a pipe, socket or device and no file", path));
}

// `relative` below `folder`, no link followed: what canonical() has seen may have been replaced since.
Result<OpenFile> open_below(const std::string& folder, const fs::path& relative, const std::string& path) {
    Fd at(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!at) return cannot_open(errno, path);
    for (const auto& part : relative.parent_path()) {
        Fd next(::openat(at.get(), part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next) return cannot_open(errno, path);
        at = std::move(next);
    }
    const std::string name = relative.filename().native();
    struct stat status{};
    if (::fstatat(at.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return cannot_open(errno, path);
    TRY(check_is_file(status, path));
    Fd file(::openat(at.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file) return cannot_open(errno, path);
    if (::fstat(file.get(), &status) != 0) return cannot_open(errno, path);
    TRY(check_is_file(status, path));
    return OpenFile{std::move(file), status.st_size};
}

Result<void> check_written(const std::string& path) {
    if (path.find('\0') != std::string::npos)
        return fail(ErrorCode::invalid_argument, "the path holds a NUL byte, so it names no file");
    for (const auto& part : fs::path(path))
        if (part == "..")
            return fail(ErrorCode::invalid_argument,
                        fmt::format("{} holds \"..\"; name the file by its plain path", path));
    return {};
}

}  // namespace

std::optional<std::string> named_path(std::string_view text) {
    if (text.starts_with("file:")) {
        text.remove_prefix(5);
        if (text.starts_with("//")) {
            text.remove_prefix(2);
            if (text.starts_with("localhost/")) text.remove_prefix(9);
        }
        if (!text.starts_with('/')) return std::nullopt;
        return percent_decode_what_fits(text.substr(0, text.find_first_of("?#")));
    }
    if (!text.starts_with('/') || text.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
    return std::string(text);
}

bool is_written_below(std::string_view path, std::span<const fs::path> folders) {
    return std::ranges::any_of(folders, [&](const fs::path& folder) {
        if (begins_with_folder(path, folder.native())) return true;
        const std::string real = canonical_or_empty(folder);
        return !real.empty() && begins_with_folder(path, real);
    });
}

Result<OpenFile> open_result_file(const std::string& path, std::span<const fs::path> folders) {
    TRY(check_written(path));
    // What lies elsewhere is not looked at: the answer does not tell whether it is there.
    if (!is_written_below(path, folders)) return out_of_folders(path, folders);
    std::error_code error;
    const std::string real = fs::canonical(path, error).native();
    if (error) return cannot_open(error.value(), path);
    for (const auto& folder : folders) {
        const std::string real_folder = canonical_or_empty(folder);
        if (real_folder.empty() || !begins_with_folder(real, real_folder)) continue;
        return open_below(real_folder, fs::path(real).lexically_relative(real_folder), path);
    }
    return fail(
        ErrorCode::permission_denied,
        fmt::format("{} is a link out of the folders whose files may be shown; write the file itself there", path));
}

Result<std::string> first_bytes(const Fd& file, size_t count, std::string_view name) {
    std::string bytes(count, '\0');
    const ssize_t got = ::pread(file.get(), bytes.data(), bytes.size(), 0);
    if (got < 0) return std::unexpected(errno_error(errno, fmt::format("reading {}", name)));
    bytes.resize(static_cast<size_t>(got));
    return bytes;
}

}  // namespace gale::detail
