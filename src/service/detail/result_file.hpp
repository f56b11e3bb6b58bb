// A file that a task named, opened so that it can only be one below a result folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"

namespace gale::detail {

// The path that `text` names: itself when it is absolute, or a "file:" URI's. nullopt: it names none. The path is as
// written: not looked at, not made canonical; it may hold NUL or "..".
std::optional<std::string> named_path(std::string_view text);
// Whether the path, as written, begins with one of the folders (or what the folder is a link to).
bool is_written_below(std::string_view path, std::span<const std::filesystem::path> folders);

struct OpenFile {
    Fd file;  // regular, for reading, at its start
    std::int64_t bytes = 0;
};
// Errors, each with a message for a person: permission_denied (not below a folder, or unreadable), not_found,
// invalid_argument (NUL, "..", no regular file). Never blocks on a pipe, never opens a device.
Result<OpenFile> open_result_file(const std::string& path, std::span<const std::filesystem::path> folders);

// The first bytes, at most `count`, from the start of the file; its position stays.
Result<std::string> first_bytes(const Fd& file, size_t count, std::string_view name);

}  // namespace gale::detail
