#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "classifier/model_folder.hpp"
#include "classifier/safetensors.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// A BERT encoder's weights, all there and all of the shape that the configuration asks for.
class BertWeights {
public:
    /// Takes the encoder's tensors out of `file`, where their names may have the prefix `bert.` (a
    /// BERT with a head). kInput names the first tensor that is missing, of another shape, or of a
    /// type other than F32, F16 and BF16.
    static Result<BertWeights> load(const BertConfig& config, const SafetensorsFile& file);

    /// `name` without prefix; one that the configuration implies, else it is our own bug.
    const TensorView& at(std::string_view name) const;

    /// Keeps the views' memory alive.
    std::shared_ptr<const MappedFile> memory() const { return memory_; }

private:
    std::map<std::string, const TensorView*, std::less<>> tensors_;
    std::shared_ptr<const MappedFile> memory_;
};

}  // namespace gale::zero_shot
