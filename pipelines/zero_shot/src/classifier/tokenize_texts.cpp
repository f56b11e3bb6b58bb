// tokenize_texts MODEL TEXTS: prints the token ids, a line a text, of the NUL-terminated texts of a
// file, for the comparison with the reference implementation.

#include <iostream>

#include "classifier/model_folder.hpp"
#include "classifier/read_texts.hpp"
#include "tokenizer/hugging_face_tokenizer.hpp"

namespace {

using namespace gale::zero_shot;

Result<void> run(const char* model, const char* input) {
    const auto folder = read_model_folder(model);
    if (!folder) return std::unexpected(folder.error());
    const auto tokenizer = HuggingFaceTokenizer::open(folder->path);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    for (const std::string& text : read_texts(input)) {
        const auto encoded = (*tokenizer)->encode(text, folder->max_tokens);
        if (!encoded) return std::unexpected(encoded.error());
        for (const auto id : encoded->ids) std::cout << id << ' ';
        std::cout << '\n';
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: tokenize_texts MODEL TEXTS\n";
        return 2;
    }
    if (const auto done = run(argv[1], argv[2]); !done) {
        std::cerr << "tokenize_texts: " << done.error().message << '\n';
        return 1;
    }
    return 0;
}
