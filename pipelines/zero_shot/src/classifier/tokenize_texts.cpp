// tokenize_texts MODEL TEXTS: prints the token ids, a line a text, of the NUL-terminated texts of a
// file, for the comparison with the reference implementation.

#include <iostream>

#include "classifier/bert_tokenizer.hpp"
#include "classifier/model_folder.hpp"
#include "classifier/read_texts.hpp"

namespace {

using namespace gale::zero_shot;

Result<void> run(const char* model, const char* input) {
    const auto folder = read_model_folder(model);
    if (!folder) return std::unexpected(folder.error());
    const auto tokenizer =
        BertTokenizer::open(folder->path + "/tokenizer.json", vocabulary_size(folder->network), folder->max_tokens);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    const auto rows = (*tokenizer)->tokenize(read_texts(input));
    if (!rows) return std::unexpected(rows.error());
    for (const TokenIds& row : *rows) {
        for (const auto id : row) std::cout << id << ' ';
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
