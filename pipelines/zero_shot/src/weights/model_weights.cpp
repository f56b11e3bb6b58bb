#include "weights/model_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <set>

#include "weights/torch_file.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::string_view kFiles[] = {"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
                                       "pytorch_model.bin.index.json"};

bool has_file(const std::string& path) {
    std::error_code code;
    return std::filesystem::is_regular_file(path, code);
}

bool is_float(TensorType type) {
    return type == TensorType::kF32 || type == TensorType::kF16 || type == TensorType::kBF16;
}

std::unexpected<Error> bad_index(const std::string& path, std::string_view what) {
    return fail(ErrorKind::kInput, fmt::format("{}: {}; get the file again", path, what));
}

/// The names of the files that an index spreads the tensors over.
Result<std::set<std::string>> read_index(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) return std::unexpected(file.error());
    const auto bytes = (*file)->bytes();
    boost::system::error_code code;
    const auto index = boost::json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, code);
    if (code || !index.is_object()) return bad_index(path, "it is no JSON object");
    const auto* map = index.get_object().if_contains("weight_map");
    if (map == nullptr || !map->is_object()) return bad_index(path, "weight_map is missing");
    std::set<std::string> shards;
    for (const auto& [tensor, shard] : map->get_object()) {
        if (!shard.is_string()) {
            return bad_index(path, fmt::format("tensor {} names no file", std::string_view(tensor)));
        }
        std::string name(shard.get_string());
        // An index from elsewhere must not lead out of its folder.
        if (name.empty() || name.contains('/') || name.contains('\0')) {
            return bad_index(
                path, fmt::format("tensor {} names a file outside the folder: {}", std::string_view(tensor), name));
        }
        shards.insert(std::move(name));
    }
    if (shards.empty()) return bad_index(path, "it names no files");
    return shards;
}

}  // namespace

bool has_weights(const std::string& folder) {
    return std::ranges::any_of(kFiles,
                               [&](std::string_view name) { return has_file(fmt::format("{}/{}", folder, name)); });
}

Result<ModelWeights> ModelWeights::open(const std::string& folder) {
    ModelWeights weights;
    for (const std::string_view name : kFiles) {
        const std::string path = fmt::format("{}/{}", folder, name);
        if (!has_file(path)) continue;
        const auto read = name.ends_with(".json") ? weights.add_shards(folder, path) : weights.add(path);
        if (!read) return std::unexpected(read.error());
        return weights;
    }
    return fail(ErrorKind::kDisk, fmt::format("model folder without weights: there is no file {}/model.safetensors (or "
                                              "pytorch_model.bin); get it, or give another folder with --model",
                                              folder));
}

Result<void> ModelWeights::add_shards(const std::string& folder, const std::string& index) {
    const auto shards = read_index(index);
    if (!shards) return std::unexpected(shards.error());
    for (const std::string& shard : *shards) {
        const std::string path = folder + "/" + shard;
        if (!has_file(path)) {
            return fail(ErrorKind::kDisk,
                        fmt::format("{} names the file {}, which is missing; get it again", index, path));
        }
        if (auto added = add(path); !added) return added;
    }
    return {};
}

Result<void> ModelWeights::add(const std::string& path) {
    const auto mapped = MappedFile::open(path);
    if (!mapped) return std::unexpected(mapped.error());
    const auto tensors = path.ends_with(".safetensors") ? parse_safetensors((*mapped)->bytes(), path)
                                                        : parse_torch_file((*mapped)->bytes(), path);
    if (!tensors) return std::unexpected(tensors.error());
    for (const auto& [name, view] : *tensors) tensors_.try_emplace(name, Place{view, paths_.size()});
    paths_.push_back(path);
    memory_->push_back(*mapped);
    return {};
}

const TensorView* ModelWeights::find(std::string_view name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : &found->second.view;
}

Result<const TensorView*> ModelWeights::get(std::string_view name, std::span<const std::size_t> shape) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) {
        return fail(ErrorKind::kInput,
                    fmt::format("weights {} have no tensor {}, which config.json beside them asks for; "
                                "do they belong to the same model?",
                                paths_.empty() ? "" : paths_.front(), name));
    }
    const auto& [view, file] = found->second;
    if (!std::ranges::equal(view.shape, shape)) {
        return fail(ErrorKind::kInput,
                    fmt::format("weights {}: tensor {} has shape {}, config.json beside them asks for "
                                "{}; do they belong to the same model?",
                                paths_[file], name, format_shape(view.shape), format_shape(shape)));
    }
    if (!is_float(view.type)) {
        return fail(ErrorKind::kInput, fmt::format("weights {}: tensor {} is of a quantized or integer type; use the "
                                                   "model's F32, F16 or BF16 weights",
                                                   paths_[file], name));
    }
    return &view;
}

}  // namespace gale::zero_shot
