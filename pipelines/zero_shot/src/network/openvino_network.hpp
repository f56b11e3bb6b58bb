#pragma once

#include <memory>
#include <string>

#include "classifier/model_folder.hpp"
#include "classifier/text_encoder.hpp"
#include "gale/zero_shot/precision.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

struct RuntimeOptions {
    unsigned threads = 1;
    unsigned streams = 1;   ///< batches at a time, each with its share of the threads
    std::string cache_dir;  ///< compiled networks are kept here for the next start; empty: nowhere
    Precision precision = Precision::kF32;
};

/// Loads the folder's network into OpenVINO's CPU device. No exception of OpenVINO leaves it: kInput when the
/// weights are damaged or do not fit the configuration, or OpenVINO refuses them.
Result<std::unique_ptr<EncoderNetwork>> open_openvino_network(const ModelFolder& folder, const RuntimeOptions& options);

}  // namespace gale::zero_shot
