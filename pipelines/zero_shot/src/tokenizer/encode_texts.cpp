// Encodes texts for the comparison with the reference implementation:
//   encode_texts MODEL_FOLDER MAX_LENGTH <RECORDS >ENCODINGS
// A record is two texts, each as a 32-bit length (this machine's byte order) and its bytes; a pair whose
// second has the length 0xFFFFFFFF is one text alone. An encoding is a 32-bit count, or 0xFFFFFFFF for an
// error, then id, type id, first and last of each token as 32 bits.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tokenizer/hugging_face_tokenizer.hpp"

namespace {

constexpr std::uint32_t kNothing = 0xFFFFFFFF;

bool read_text(std::string& text, bool& is_there) {
    std::uint32_t length = 0;
    if (std::fread(&length, sizeof(length), 1, stdin) != 1) return false;
    is_there = length != kNothing;
    text.resize(is_there ? length : 0);
    return std::fread(text.data(), 1, text.size(), stdin) == text.size();
}

void write(const gale::zero_shot::Encoding& encoding) {
    std::vector<std::uint32_t> out{static_cast<std::uint32_t>(encoding.size())};
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        out.push_back(static_cast<std::uint32_t>(encoding.ids[i]));
        out.push_back(static_cast<std::uint32_t>(encoding.type_ids[i]));
        out.push_back(static_cast<std::uint32_t>(encoding.offsets[i].first));
        out.push_back(static_cast<std::uint32_t>(encoding.offsets[i].second));
    }
    std::fwrite(out.data(), sizeof(out[0]), out.size(), stdout);
}

}  // namespace

int main(int argc, char** argv) {
    using gale::zero_shot::HuggingFaceTokenizer;
    if (argc != 3) return 2;
    const auto tokenizer = HuggingFaceTokenizer::open(argv[1]);
    if (!tokenizer) {
        std::fprintf(stderr, "%s\n", tokenizer.error().message.c_str());
        return 4;
    }
    const std::size_t given = std::strtoull(argv[2], nullptr, 10);
    const std::size_t max_length = given == 0 ? HuggingFaceTokenizer::kNoLimit : given;
    std::string first;
    std::string second;
    bool is_there = false;
    while (read_text(first, is_there)) {
        if (!read_text(second, is_there)) return 4;
        const auto encoding =
            is_there ? (*tokenizer)->encode_pair(first, second, max_length) : (*tokenizer)->encode(first, max_length);
        if (encoding) {
            write(*encoding);
        } else {
            std::fwrite(&kNothing, sizeof(kNothing), 1, stdout);
        }
    }
    return 0;
}
