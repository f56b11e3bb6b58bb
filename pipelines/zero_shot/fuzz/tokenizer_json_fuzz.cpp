// Fuzzes tokenizer.json, and the tokenizer that came out of it. The input is the file, a NUL byte, and a text.

#include <cstdint>
#include <string_view>

#include "require.hpp"
#include "tokenizer/hugging_face_tokenizer.hpp"

namespace {

using namespace gale::zero_shot;

constexpr std::size_t kMaxLength = 12;

void check(const Encoding& encoding, std::size_t bytes, std::size_t ids) {
    require(encoding.type_ids.size() == encoding.size() && encoding.offsets.size() == encoding.size());
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        require(encoding.ids[i] >= 0);
        require(encoding.offsets[i].first <= bytes && encoding.offsets[i].second <= bytes);
    }
    require(ids == 0 || encoding.size() <= ids);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = input.find('\0');
    const auto tokenizer = HuggingFaceTokenizer::parse(input.substr(0, end), "input");
    if (!tokenizer) return 0;
    const std::string_view text =
        end == std::string_view::npos ? std::string_view("The \xC3\xA9lan of <s> it's\xFF 12") : input.substr(end + 1);
    check((*tokenizer)->encode_bare(text), text.size(), 0);
    if (const auto cut = (*tokenizer)->encode(text, kMaxLength)) check(*cut, text.size(), kMaxLength);
    if (const auto pair = (*tokenizer)->encode_pair(text, "oil", kMaxLength)) check(*pair, text.size() + 3, kMaxLength);
    return 0;
}
