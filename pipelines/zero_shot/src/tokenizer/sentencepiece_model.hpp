#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/token_model.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// What a tokenizer needs of a SentencePiece model file.
struct SentencePieceModel {
    std::vector<UnigramPiece> pieces;
    std::string charsmap;  ///< empty: texts are taken as they are
};

/// Reads the protobuf message sentencepiece.ModelProto. kInput when it is damaged or its model is not
/// Unigram.
Result<SentencePieceModel> parse_sentencepiece_model(std::string_view bytes, std::string_view name);

}  // namespace gale::zero_shot
