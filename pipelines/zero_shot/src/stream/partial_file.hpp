#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// An output in the making, beside its place: `.NAME.partial`, locked while it is written, and moved to
/// its place when it is whole. What is left of a killed process is there for the next one.
class PartialFile {
public:
    /// Opens what is there, or a new file. kDisk when it cannot be written, or another process is at it.
    static Result<PartialFile> open(const std::string& path);

    PartialFile(PartialFile&& other) noexcept;
    PartialFile& operator=(PartialFile&&) = delete;
    ~PartialFile();

    std::uint64_t size() const { return size_; }

    /// Drops what is behind the first `size` bytes.
    Result<void> cut(std::uint64_t size);

    Result<void> append(std::string_view bytes);

    /// The bytes are on the disk when this returns.
    Result<void> sync();

    /// Moves it to its place, over an older file.
    Result<void> finish();

    /// Moves the file at `assembled_path`, which was made of this one, to the place instead, and takes this away.
    Result<void> finish_assembled();

    /// The place that it is to get.
    const std::string& path() const { return path_; }

    /// Takes it away.
    void discard();

private:
    PartialFile(int fd, std::string path, std::string partial, std::uint64_t size);

    Result<void> move_to_place(const std::string& from);
    std::unexpected<Error> failed(std::string_view attempted, int error) const;

    int fd_;
    std::string path_;
    std::string partial_;
    std::uint64_t size_;
};

/// The names beside an output that belong to its making.
std::string partial_path(const std::string& path);
std::string checkpoint_path(const std::string& path);
std::string assembled_path(const std::string& path);

}  // namespace gale::zero_shot
