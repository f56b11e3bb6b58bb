#pragma once

#include <memory>
#include <openvino/runtime/core.hpp>

#include "classifier/model_folder.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// The network of `folder.network_path`, as Hugging Face's exporter writes it, with the inputs and the output of those
/// that are built here: i32 `input_ids`, `attention_mask` and perhaps `token_type_ids`, and one f32 output. Of several
/// outputs `logits` or `last_hidden_state` counts, else the first.
///
/// kDisk for an IR without its weights beside it; kInput for a file that is damaged or whose inputs and output are
/// others, or of a fixed size. The message names the file.
Result<std::shared_ptr<ov::Model>> read_network_file(ov::Core& core, const ModelFolder& folder);

}  // namespace gale::zero_shot
