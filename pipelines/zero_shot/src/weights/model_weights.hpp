#pragma once
// The weights of a model folder by tensor name, whichever way the folder keeps them: `model.safetensors`,
// several such files with `model.safetensors.index.json`, `pytorch_model.bin`, or several of those with
// `pytorch_model.bin.index.json`. safetensors are preferred. Files are mapped, tensors are views into them.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"
#include "weights/safetensors.hpp"

namespace gale::zero_shot {

class ModelWeights {
public:
    /// kDisk when there are no weights, or a shard that an index names is missing; kInput when a file is
    /// damaged or of a kind that is not read. The message names the file.
    static Result<ModelWeights> open(const std::string& folder);

    /// nullptr when there is none of that name.
    const TensorView* find(std::string_view name) const;

    /// The floating-point tensor `name` if it has exactly `shape`; else kInput, naming what there is
    /// instead and the file.
    Result<const TensorView*> get(std::string_view name, std::span<const std::size_t> shape) const;

    /// Keeps the memory of all views alive.
    std::shared_ptr<const void> memory() const { return memory_; }

    /// The files, for messages and caches.
    const std::vector<std::string>& paths() const { return paths_; }

private:
    Result<void> add(const std::string& path);
    Result<void> add_shards(const std::string& folder, const std::string& index);

    using Files = std::vector<std::shared_ptr<const MappedFile>>;

    struct Place {
        TensorView view;
        std::size_t file = 0;  ///< in paths_
    };

    std::vector<std::string> paths_;
    std::shared_ptr<Files> memory_ = std::make_shared<Files>();
    std::map<std::string, Place, std::less<>> tensors_;
};

/// Whether `folder` has weights of a kind that ModelWeights reads.
bool has_weights(const std::string& folder);

}  // namespace gale::zero_shot
