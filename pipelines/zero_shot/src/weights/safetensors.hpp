#pragma once
// Reads weights in the safetensors format: eight bytes with the header's length (little endian),
// the header (a JSON object: tensor name -> dtype, shape, data_offsets), then the tensors' bytes.
// Nothing is executed and nothing is copied: a tensor is a view into the mapped file.
//
// Every offset is checked against the file before any view is handed out, so a truncated or
// hostile file is an error here and never a wild read later.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"
#include "weights/mapped_file.hpp"

namespace gale::zero_shot {

enum class TensorType { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU8, kBool };

struct TensorView {
    TensorType type;
    std::vector<std::size_t> shape;
    std::span<const std::byte> bytes;  ///< row-major, little endian, shape's product × type's size
};

/// The tensors by name. `name` stands for the file in messages; views point into `file`.
/// kInput for a header that is cut off, no JSON, or at odds with the file's size.
Result<std::map<std::string, TensorView, std::less<>>> parse_safetensors(std::span<const std::byte> file,
                                                                         std::string_view name);

class SafetensorsFile {
public:
    /// kDisk when it cannot be read, else the errors of `parse_safetensors`.
    static Result<SafetensorsFile> open(const std::string& path);

    const std::string& path() const { return path_; }

    /// nullptr when there is none of that name.
    const TensorView* find(std::string_view name) const;

    /// The tensor `name` if it has exactly `shape`; else kInput, naming both shapes.
    Result<const TensorView*> get(std::string_view name, std::span<const std::size_t> shape) const;

    /// Keeps the views' memory alive for those who outlive this object.
    std::shared_ptr<const MappedFile> memory() const { return file_; }

private:
    std::string path_;
    std::shared_ptr<const MappedFile> file_;
    std::map<std::string, TensorView, std::less<>> tensors_;
};

/// "[384, 1536]", for messages.
std::string format_shape(std::span<const std::size_t> shape);

}  // namespace gale::zero_shot
