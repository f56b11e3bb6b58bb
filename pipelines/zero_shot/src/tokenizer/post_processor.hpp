#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tokenizer/hugging_face_tokenizer.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// A place in the frame around texts: a special token, or one of the texts.
struct FramePart {
    enum class Kind { kSpecialToken, kFirstText, kSecondText };
    Kind kind;
    std::int64_t type_id;
    std::int64_t id = 0;  ///< of the special token
};

/// What stands around one text, and around a pair.
struct Frame {
    std::vector<FramePart> single{{FramePart::Kind::kFirstText, 0}};
    std::vector<FramePart> pair{{FramePart::Kind::kFirstText, 0}, {FramePart::Kind::kSecondText, 1}};
};

/// How many special tokens `parts` has.
std::size_t count_special_tokens(const std::vector<FramePart>& parts);

/// The tokens of `frame` with the first `keep` tokens of `first` and all of `second` in their places.
Encoding fill_frame(const std::vector<FramePart>& frame, const Encoding& first, std::size_t keep,
                    const Encoding& second);

}  // namespace gale::zero_shot
