#pragma once

#include <memory>

#include "classifier/bert_weights.hpp"
#include "classifier/model_folder.hpp"

namespace ov {
class Model;
}

namespace gale::zero_shot {

/// The BERT encoder as an OpenVINO network. Inputs `input_ids` and `attention_mask`, i32 [?, ?];
/// output `last_hidden_state`, f32 [?, ?, hidden_size]; token types are all zero. Weights are not
/// copied where their alignment allows: the network keeps the mapped file alive.
///
/// Source: Devlin et al., "BERT" (2018), section 3, and Vaswani et al., "Attention Is All You
/// Need" (2017), section 3, with layer norm after the residual.
std::shared_ptr<ov::Model> build_bert_graph(const BertConfig& config, const BertWeights& weights);

}  // namespace gale::zero_shot
