#pragma once
// The networks of the families as OpenVINO models with the inputs `input_ids`, `attention_mask` and
// `token_type_ids`, i32 [rows, width], padded on the right, and one f32 output: `logits` [rows, labels] of a
// classifier of pairs, else `last_hidden_state` [rows, width, hidden].
//
// What the output does not depend on is left out: of a classifier's last layer only the token that is
// classified is computed.

#include <memory>
#include <openvino/core/model.hpp>

#include "classifier/model_folder.hpp"
#include "network/graph_builder.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// kInput when a weight is missing, of another shape, or of an integer type. The model keeps the weights' memory
/// alive.
Result<std::shared_ptr<ov::Model>> build_graph(const ModelFolder& folder, const ModelWeights& weights,
                                               WeightPrecision precision);

/// What a family builds on: `labels` is 0 for an encoder of sentences.
struct GraphParts {
    const ModelWeights& weights;
    std::size_t labels;
    WeightPrecision precision;
};

/// Devlin et al., "BERT" (2018), section 3; Liu et al., "RoBERTa" (2019).
Result<std::shared_ptr<ov::Model>> build_bert(const BertConfig& config, const GraphParts& parts);
/// Lewis et al., "BART" (2019), sections 2 and 3.1.
Result<std::shared_ptr<ov::Model>> build_bart(const BartConfig& config, const GraphParts& parts);
/// He et al., "DeBERTa" (2020), section 3, and "DeBERTaV3" (2021); log buckets as in T5.
Result<std::shared_ptr<ov::Model>> build_deberta(const DebertaConfig& config, const GraphParts& parts);

}  // namespace gale::zero_shot
