// Fuzzes the reader of SentencePiece models, and the charsmap in them.

#include <cstdint>
#include <string_view>

#include "require.hpp"
#include "tokenizer/normalizer.hpp"
#include "tokenizer/sentencepiece_model.hpp"
#include "tsv/utf8.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gale::zero_shot;
    const auto model = parse_sentencepiece_model({reinterpret_cast<const char*>(data), size}, "input");
    if (!model) return 0;
    const auto normalizer = make_charsmap_normalizer(model->charsmap, "input");
    if (!normalizer) return 0;
    TrackedText text("The e\xCC\x81lan\t\xEF\xAC\x81 \xE2\x84\xA2 of \x01 oil\n", 0);
    (*normalizer)->normalize(text);
    require(find_invalid_utf8(text.text()) == std::string_view::npos);
    return 0;
}
