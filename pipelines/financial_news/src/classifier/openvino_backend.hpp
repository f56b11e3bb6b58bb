#pragma once

#include <memory>
#include <string>

#include "classifier/model_folder.hpp"
#include "classifier/text_encoder.hpp"
#include "tsv/result.hpp"

namespace financial_news {

struct RuntimeOptions {
  unsigned threads = 1;
  std::string cache_dir;  ///< compiled networks are kept here for the next start; empty: nowhere
};

struct Backend {
  std::unique_ptr<Tokenizer> tokenizer;
  std::unique_ptr<EncoderNetwork> network;
};

/// Loads the folder's tokenizer and network into OpenVINO's CPU device, in f32. No exception of
/// OpenVINO leaves it: kInput when the tokenizer file cannot be read or belongs to another model,
/// or weights do not fit; kDisk when OpenVINO's own libraries are not where they should be.
Result<Backend> open_openvino_backend(const ModelFolder& folder, const RuntimeOptions& options);

}  // namespace financial_news
