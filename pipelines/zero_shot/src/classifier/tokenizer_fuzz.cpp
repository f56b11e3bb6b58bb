// Fuzzes tokenizer.json, and the tokenizer with whatever vocabulary came out of it.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "classifier/bert_tokenizer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gale::zero_shot;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = input.find('\0');
    auto vocabulary = parse_bert_vocabulary(input.substr(0, end), "input");
    if (!vocabulary) return 0;
    const std::size_t frame = vocabulary->before.size() + vocabulary->after.size();
    BertTokenizer tokenizer(std::move(*vocabulary), frame + 32);
    const std::string text(end == std::string_view::npos ? input : input.substr(end + 1));
    const auto rows = tokenizer.tokenize({&text, 1});
    if (rows && rows->front().size() > frame + 32) std::abort();
    return 0;
}
