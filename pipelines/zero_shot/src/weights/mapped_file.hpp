#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// A file mapped read-only; the bytes live as long as the object. The file must not shrink
/// meanwhile (a reader would get SIGBUS): model files are replaced, never rewritten in place.
class MappedFile {
public:
    /// kDisk when the file cannot be opened or mapped; an empty file is fine.
    static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return {data_, size_}; }

private:
    MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}

    const std::byte* data_;
    std::size_t size_;
};

}  // namespace gale::zero_shot
