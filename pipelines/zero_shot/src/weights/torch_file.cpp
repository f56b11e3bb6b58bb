#include "weights/torch_file.hpp"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "weights/pickle_reader.hpp"

namespace gale::zero_shot {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kEndOfDirectory = 0x06054b50;
constexpr std::uint32_t kEndOfDirectory64 = 0x06064b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50;
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kLocator64Size = 20;
constexpr std::size_t kEnd64Size = 56;
constexpr std::size_t kEntrySize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kMaxComment = 65535;

std::unexpected<Error> damaged(std::string_view file, std::string_view what) {
    return fail(ErrorKind::kInput, fmt::format("weights {} are damaged: {}; get the file again", file, what));
}

/// A number at `place`; 0 when it lies outside, which no caller takes for a good one.
template <typename T>
T number(Bytes bytes, std::size_t place) {
    T value{};
    if (place <= bytes.size() && sizeof(T) <= bytes.size() - place)
        std::memcpy(&value, bytes.data() + place, sizeof(T));
    return value;
}

std::optional<Bytes> part(Bytes bytes, std::uint64_t place, std::uint64_t size) {
    if (place > bytes.size() || size > bytes.size() - place) return std::nullopt;
    return bytes.subspan(place, size);
}

struct Directory {
    std::uint64_t place = 0;
    std::uint64_t entries = 0;
};

std::optional<Directory> find_directory(Bytes file) {
    if (file.size() < kEndSize) return std::nullopt;
    const std::size_t last = file.size() - kEndSize;
    for (std::size_t back = 0; back <= std::min(last, kMaxComment); ++back) {
        const std::size_t end = last - back;
        if (number<std::uint32_t>(file, end) != kEndOfDirectory) continue;
        if (end >= kLocator64Size) {
            const auto end64 = number<std::uint64_t>(file, end - kLocator64Size + 8);
            if (part(file, end64, kEnd64Size) && number<std::uint32_t>(file, end64) == kEndOfDirectory64) {
                return Directory{number<std::uint64_t>(file, end64 + 48), number<std::uint64_t>(file, end64 + 32)};
            }
        }
        return Directory{number<std::uint32_t>(file, end + 16), number<std::uint16_t>(file, end + 10)};
    }
    return std::nullopt;
}

struct Entry {
    std::string_view name;
    std::uint64_t size = 0;
    std::uint64_t stored = 0;
    std::uint64_t local = 0;
    std::uint16_t method = 0;
    std::size_t next = 0;
};

/// The sizes and place that do not fit 32 bits stand in the extra field 1, in this order.
void read_extra64(Bytes extra, Entry& entry) {
    std::size_t place = 0;
    while (place + 4 <= extra.size()) {
        const auto kind = number<std::uint16_t>(extra, place);
        const auto size = number<std::uint16_t>(extra, place + 2);
        if (kind == 1) {
            std::size_t at = place + 4;
            for (std::uint64_t* value : {&entry.size, &entry.stored, &entry.local}) {
                if (*value != 0xffffffffU) continue;
                *value = number<std::uint64_t>(extra, at);
                at += 8;
            }
            return;
        }
        place += 4U + size;
    }
}

std::optional<Entry> read_entry(Bytes file, std::size_t place) {
    const auto head = part(file, place, kEntrySize);
    if (!head || number<std::uint32_t>(*head, 0) != kDirectoryEntry) return std::nullopt;
    const std::size_t name_size = number<std::uint16_t>(*head, 28);
    const std::size_t extra_size = number<std::uint16_t>(*head, 30);
    const std::size_t comment_size = number<std::uint16_t>(*head, 32);
    const auto rest = part(file, place + kEntrySize, name_size + extra_size + comment_size);
    if (!rest) return std::nullopt;
    Entry entry;
    entry.name = {reinterpret_cast<const char*>(rest->data()), name_size};
    entry.method = number<std::uint16_t>(*head, 10);
    entry.stored = number<std::uint32_t>(*head, 20);
    entry.size = number<std::uint32_t>(*head, 24);
    entry.local = number<std::uint32_t>(*head, 42);
    read_extra64(rest->subspan(name_size, extra_size), entry);
    entry.next = place + kEntrySize + rest->size();
    return entry;
}

/// The bytes of the archive's files, by the name after the archive's own folder.
Result<std::map<std::string, Bytes, std::less<>>> read_archive(Bytes file, std::string_view name) {
    const auto directory = find_directory(file);
    if (!directory) {
        return fail(ErrorKind::kInput,
                    fmt::format("weights {} are no ZIP archive as torch.save has written since PyTorch 1.6, or are cut "
                                "off; use the model's safetensors",
                                name));
    }
    std::map<std::string, Bytes, std::less<>> files;
    std::size_t place = directory->place;
    for (std::uint64_t i = 0; i < directory->entries; ++i) {
        const auto entry = read_entry(file, place);
        if (!entry) return damaged(name, "its directory is cut off");
        const auto local = part(file, entry->local, kLocalSize);
        if (!local || number<std::uint32_t>(*local, 0) != kLocalHeader) {
            return damaged(name, fmt::format("{} is not where the directory says", entry->name));
        }
        if (entry->method != 0 || entry->size != entry->stored) {
            return damaged(name, fmt::format("{} is compressed, which torch.save never does", entry->name));
        }
        const std::size_t start =
            kLocalSize + number<std::uint16_t>(*local, 26) + number<std::uint16_t>(*local, 28) + entry->local;
        const auto bytes = part(file, start, entry->size);
        if (!bytes) return damaged(name, fmt::format("{} is cut off", entry->name));
        const auto slash = entry->name.find('/');
        files.insert_or_assign(std::string(entry->name.substr(slash == std::string_view::npos ? 0 : slash + 1)),
                               *bytes);
        place = entry->next;
    }
    return files;
}

std::size_t size_of(TensorType type) {
    switch (type) {
        case TensorType::kF64:
        case TensorType::kI64: return 8;
        case TensorType::kF32:
        case TensorType::kI32: return 4;
        case TensorType::kF16:
        case TensorType::kBF16:
        case TensorType::kI16: return 2;
        case TensorType::kI8:
        case TensorType::kU8:
        case TensorType::kBool: return 1;
    }
    return 1;
}

/// The number of elements of a row-major array; nullopt when it is no such array, or too large.
std::optional<std::size_t> plain_count(const PickledTensor& tensor) {
    std::size_t count = 1;
    for (std::size_t i = tensor.shape.size(); i-- > 0;) {
        if (tensor.shape[i] != 1 && tensor.strides[i] != count && tensor.shape[i] != 0) return std::nullopt;
        if (__builtin_mul_overflow(count, tensor.shape[i], &count)) return std::nullopt;
    }
    return count;
}

}  // namespace

Result<std::map<std::string, TensorView, std::less<>>> parse_torch_file(Bytes file, std::string_view name) {
    const auto files = read_archive(file, name);
    if (!files) return std::unexpected(files.error());
    const auto pickle = files->find("data.pkl");
    if (pickle == files->end()) return damaged(name, "the archive has no data.pkl");
    const auto pickled = read_state_dict(pickle->second, name);
    if (!pickled) return std::unexpected(pickled.error());

    std::map<std::string, TensorView, std::less<>> tensors;
    for (const auto& [tensor, description] : *pickled) {
        const auto storage = files->find("data/" + description.storage);
        if (storage == files->end()) return damaged(name, fmt::format("tensor {} has no storage", tensor));
        const auto count = plain_count(description);
        if (!count) return damaged(name, fmt::format("tensor {} is no row-major array", tensor));
        std::size_t start = 0;
        std::size_t size = 0;
        const std::size_t item = size_of(description.type);
        const bool too_large =
            __builtin_mul_overflow(*count, item, &size) || __builtin_mul_overflow(description.offset, item, &start);
        const auto bytes = too_large ? std::nullopt : part(storage->second, start, size);
        if (!bytes) return damaged(name, fmt::format("tensor {} leaves its storage", tensor));
        tensors.emplace(tensor, TensorView{description.type, description.shape, *bytes});
    }
    return tensors;
}

}  // namespace gale::zero_shot
