#include "weights/safetensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstring>
#include <optional>

namespace gale::zero_shot {

namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

struct TypeInfo {
    std::string_view name;
    TensorType type;
    std::size_t bytes;
};

constexpr std::array kTypes{
    TypeInfo{"F64", TensorType::kF64, 8},   TypeInfo{"F32", TensorType::kF32, 4}, TypeInfo{"F16", TensorType::kF16, 2},
    TypeInfo{"BF16", TensorType::kBF16, 2}, TypeInfo{"I64", TensorType::kI64, 8}, TypeInfo{"I32", TensorType::kI32, 4},
    TypeInfo{"I16", TensorType::kI16, 2},   TypeInfo{"I8", TensorType::kI8, 1},   TypeInfo{"U8", TensorType::kU8, 1},
    TypeInfo{"BOOL", TensorType::kBool, 1},
};

std::unexpected<Error> damaged(std::string_view file, std::string_view what) {
    return fail(ErrorKind::kInput, fmt::format("weights {} are damaged: {}; get the file again", file, what));
}

std::optional<std::size_t> as_size(const boost::json::value& value) {
    if (value.is_uint64()) return value.get_uint64();
    if (value.is_int64() && value.get_int64() >= 0) {
        return static_cast<std::size_t>(value.get_int64());
    }
    return std::nullopt;
}

std::optional<std::vector<std::size_t>> as_sizes(const boost::json::value* value) {
    if (value == nullptr || !value->is_array()) return std::nullopt;
    std::vector<std::size_t> sizes;
    for (const auto& element : value->get_array()) {
        const auto size = as_size(element);
        if (!size) return std::nullopt;
        sizes.push_back(*size);
    }
    return sizes;
}

/// nullopt when the product does not fit.
std::optional<std::size_t> byte_count(std::span<const std::size_t> shape, std::size_t item) {
    std::size_t bytes = item;
    for (const std::size_t dimension : shape) {
        if (__builtin_mul_overflow(bytes, dimension, &bytes)) return std::nullopt;
    }
    return bytes;
}

const TypeInfo* find_type(const boost::json::value* value) {
    if (value == nullptr || !value->is_string()) return nullptr;
    const std::string_view name = value->get_string();
    const auto* found = std::ranges::find(kTypes, name, &TypeInfo::name);
    return found == kTypes.end() ? nullptr : found;
}

Result<TensorView> parse_tensor(std::string_view tensor, const boost::json::value& entry,
                                std::span<const std::byte> data, std::string_view file) {
    if (!entry.is_object()) {
        return damaged(file, fmt::format("the header's entry {} is no object", tensor));
    }
    const auto& fields = entry.get_object();
    const TypeInfo* type = find_type(fields.if_contains("dtype"));
    if (type == nullptr) {
        return damaged(file, fmt::format("tensor {} has no dtype that this program knows", tensor));
    }
    const auto shape = as_sizes(fields.if_contains("shape"));
    const auto offsets = as_sizes(fields.if_contains("data_offsets"));
    if (!shape || !offsets || offsets->size() != 2) {
        return damaged(file, fmt::format("tensor {} lacks a shape or its data_offsets", tensor));
    }
    const std::size_t begin = (*offsets)[0];
    const std::size_t end = (*offsets)[1];
    if (begin > end || end > data.size()) {
        return damaged(file, fmt::format("tensor {} should end at byte {} of the data, which has only "
                                         "{} bytes (a download that was cut off?)",
                                         tensor, end, data.size()));
    }
    if (byte_count(*shape, type->bytes) != end - begin) {
        return damaged(file, fmt::format("tensor {} of shape {} and type {} has {} bytes", tensor, format_shape(*shape),
                                         type->name, end - begin));
    }
    return TensorView{type->type, *shape, data.subspan(begin, end - begin)};
}

/// The header's text; the tensors' bytes follow it.
Result<std::string_view> header_text(std::span<const std::byte> file, std::string_view name) {
    if (file.size() < kLengthBytes) {
        return damaged(name, fmt::format("{} bytes hold no safetensors header", file.size()));
    }
    std::uint64_t length = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;) {
        length = (length << 8) | std::to_integer<std::uint64_t>(file[i]);
    }
    if (length > kMaxHeaderBytes) {
        return damaged(name, fmt::format("a header of {} bytes cannot be; is it safetensors?", length));
    }
    if (length > file.size() - kLengthBytes) {
        return damaged(name, fmt::format("the header should have {} bytes, the file ends after {} "
                                         "(a download that was cut off?)",
                                         length, file.size() - kLengthBytes));
    }
    return std::string_view(reinterpret_cast<const char*>(file.data()) + kLengthBytes, length);
}

}  // namespace

std::string format_shape(std::span<const std::size_t> shape) {
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

Result<std::map<std::string, TensorView, std::less<>>> parse_safetensors(std::span<const std::byte> file,
                                                                         std::string_view name) {
    const auto text = header_text(file, name);
    if (!text) return std::unexpected(text.error());
    boost::system::error_code code;
    const auto header = boost::json::parse(*text, code);
    if (code) return damaged(name, fmt::format("the header is no JSON ({})", code.message()));
    if (!header.is_object()) return damaged(name, "the header is no JSON object");

    const auto data = file.subspan(kLengthBytes + text->size());
    std::map<std::string, TensorView, std::less<>> tensors;
    for (const auto& [key, entry] : header.get_object()) {
        if (key == "__metadata__") continue;
        auto tensor = parse_tensor(key, entry, data, name);
        if (!tensor) return std::unexpected(tensor.error());
        tensors.emplace(key, std::move(*tensor));
    }
    return tensors;
}

Result<SafetensorsFile> SafetensorsFile::open(const std::string& path) {
    auto mapped = MappedFile::open(path);
    if (!mapped) return std::unexpected(mapped.error());
    auto tensors = parse_safetensors((*mapped)->bytes(), path);
    if (!tensors) return std::unexpected(tensors.error());
    SafetensorsFile file;
    file.path_ = path;
    file.file_ = std::move(*mapped);
    file.tensors_ = std::move(*tensors);
    return file;
}

const TensorView* SafetensorsFile::find(std::string_view name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : &found->second;
}

Result<const TensorView*> SafetensorsFile::get(std::string_view name, std::span<const std::size_t> shape) const {
    const TensorView* tensor = find(name);
    if (tensor == nullptr) {
        return fail(ErrorKind::kInput,
                    fmt::format("weights {} have no tensor {}, which config.json beside them asks for; "
                                "do they belong to the same model?",
                                path_, name));
    }
    if (!std::ranges::equal(tensor->shape, shape)) {
        return fail(ErrorKind::kInput,
                    fmt::format("weights {}: tensor {} has shape {}, config.json beside them asks for "
                                "{}; do they belong to the same model?",
                                path_, name, format_shape(tensor->shape), format_shape(shape)));
    }
    return tensor;
}

}  // namespace gale::zero_shot
